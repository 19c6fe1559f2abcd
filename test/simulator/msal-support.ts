import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { PublicClientApplication } from '@azure/msal-node';
import { expect } from 'vitest';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import { selfSignIn } from '../../src/simulator/self-sign-in.ts';
import { localServer } from '../support/local-server.ts';
import { CLIENTS, VERIFIER } from './simulator-support.ts';

export const systemTime = { now: () => new Date() };

/** How the product points MSAL at a simulator: the authority is a name only. */
export function msalFor(
  simulator: RunningSimulator,
  tenant: string = simulator.tenantId,
): PublicClientApplication {
  const base = `${simulator.origin}/{tenantid}`;
  return new PublicClientApplication({
    auth: {
      clientId: CLIENTS.own,
      clientCapabilities: ['cp1'],
      authority: `https://simulator.invalid/${tenant}`,
      knownAuthorities: ['simulator.invalid'],
      authorityMetadata: JSON.stringify({
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        end_session_endpoint: `${base}/oauth2/v2.0/logout`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      }),
    },
  });
}

/** The app's end of a sign-in: an address on localhost that waits for one answer. */
async function appAddress() {
  const answers = new EventEmitter();
  const answer = once(answers, 'answer');
  const { port } = await localServer((request, response) => {
    let body = new URL(request.url ?? '/', 'http://localhost').search;
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      response.end('thanks');
      answers.emit('answer', body);
    });
  });
  return {
    redirectUri: `http://localhost:${port}`,
    answer: async () => new URLSearchParams(String((await answer)[0])),
  };
}

export async function signInWith(
  msal: PublicClientApplication,
  wish: {
    readonly scopes: string[];
    readonly responseMode: 'form_post' | 'query';
    readonly claims?: string;
    readonly loginHint?: string;
  },
) {
  const { redirectUri, answer } = await appAddress();
  const request = { ...wish, redirectUri, nonce: 'n-1', state: 's-1' };
  const codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url');
  await selfSignIn(
    await msal.getAuthCodeUrl({ ...request, codeChallenge, codeChallengeMethod: 'S256' }),
  );
  const fields = await answer();
  expect(fields.get('state')).toBe('s-1');
  const code = fields.get('code') ?? '';
  const proof = { ...request, code, codeVerifier: VERIFIER };
  return msal.acquireTokenByCode(proof, { code, state: 's-1', nonce: 'n-1' });
}
