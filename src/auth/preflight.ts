import { randomBytes } from 'node:crypto';
import type { Http } from '../domain/ports.ts';
import { askSts } from './sts-network.ts';
import { refusalInPage, type StsRefusal } from './sts-refusal.ts';

/** What a page may tell beforehand. Anything else (no session, MFA) is what the browser is for. */
const TELLING: readonly string[] = [
  'AADSTS50011',
  'AADSTS50194',
  'AADSTS65001',
  'AADSTS65002',
  'AADSTS700016',
  'AADSTS7000112',
  'AADSTS90002',
  'AADSTS900023',
  'AADSTS90094',
];

function ifTelling(refusal: StsRefusal | null): StsRefusal | null {
  return refusal?.codes.some((code) => TELLING.includes(code)) ? refusal : null;
}

/**
 * Asks what the browser is about to ask, without a person and for nothing: an unknown tenant or app,
 * or a redirect URI that is not registered, is shown by Entra as a page and never comes back to us.
 * So does a network that is down. Here we hear of it before a browser opens.
 * @throws PimError `network`
 */
export async function refusalBeforehand(
  http: Http,
  authorizeUrl: string,
): Promise<StsRefusal | null> {
  const url = new URL(authorizeUrl);
  const throwaway = randomBytes(32).toString('base64url');
  const parameters = { prompt: 'none', response_mode: 'query' };
  const secrets = { state: throwaway, nonce: throwaway, code_challenge: throwaway };
  for (const [name, value] of Object.entries({ ...parameters, ...secrets })) {
    url.searchParams.set(name, value);
  }
  url.searchParams.delete('login_hint');
  const headers = { accept: 'text/html', 'accept-language': 'en-US' };
  const { response, text } = await askSts(http, 'GET', url.href, { headers });
  // On the way back to us: everything is known. The answer itself is of no use.
  const isSentBack = response.status >= 300 && response.status < 400;
  return isSentBack ? null : ifTelling(refusalInPage(text));
}
