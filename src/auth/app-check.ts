import type { Http } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { consentedScopes } from './granted.ts';
import { refusalBeforehand } from './preflight.ts';
import { refused } from './sts-refusal.ts';

/** Entra leaves the port of a loopback redirect out of account, so it need not be ours. */
const REDIRECT = 'http://localhost';

/**
 * Asks Entra, as before each sign-in, whether there is such a tenant and app, and such a redirect.
 * Opens nothing and needs nobody.
 * @throws PimError as the sign-in would
 */
export async function checkApp({
  http,
  settings,
}: {
  readonly http: Http;
  readonly settings: Settings;
}): Promise<void> {
  const { endpoints, tenant, clientId } = settings;
  const base = `${endpoints.authority.origin}/${tenant?.value ?? 'organizations'}`;
  const query = new URLSearchParams({
    client_id: clientId.value,
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: ['openid', ...consentedScopes(settings)].join(' '),
    code_challenge_method: 'S256',
  });
  const refusal = await refusalBeforehand(
    http,
    `${base}/oauth2/v2.0/authorize?${query.toString()}`,
  );
  if (refusal !== null) throw refused(refusal, settings);
}
