import { EventEmitter, once } from 'node:events';
import { InteractionRequiredAuthError, PublicClientApplication } from '@azure/msal-node';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import { selfSignIn } from '../../src/simulator/self-sign-in.ts';
import { localServer } from '../support/local-server.ts';
import { ADA, CLIENTS, READ_ROLES, running, VERIFIER } from './simulator-support.ts';
import { createHash } from 'node:crypto';

const systemTime = { now: () => new Date() };

/** How the product points MSAL at a simulator: the authority is a name only. */
function msalFor(simulator: RunningSimulator): PublicClientApplication {
  const base = `${simulator.origin}/{tenantid}`;
  return new PublicClientApplication({
    auth: {
      clientId: CLIENTS.own,
      clientCapabilities: ['cp1'],
      authority: `https://simulator.invalid/${simulator.tenantId}`,
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

async function signInWith(
  msal: PublicClientApplication,
  wish: {
    readonly scopes: string[];
    readonly responseMode: 'form_post' | 'query';
    readonly claims?: string;
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

it.each(['form_post', 'query'] as const)('MSAL signs in with %s', async (responseMode) => {
  const simulator = await running({ clock: systemTime });
  const result = await signInWith(msalFor(simulator), { scopes: [READ_ROLES], responseMode });
  expect(result.account).toMatchObject({
    username: ADA,
    tenantId: simulator.tenantId,
    environment: 'simulator.invalid',
    name: 'Ada Lindgren',
  });
  expect(result.scopes).toContain(READ_ROLES);
  expect(decodeJwt(result.accessToken)['xms_cc']).toEqual(['cp1']);
});

it('MSAL answers from its cache without a request, and refreshes silently when told to', async () => {
  const simulator = await running({ clock: systemTime });
  const msal = msalFor(simulator);
  const { account, accessToken } = await signInWith(msal, {
    scopes: [READ_ROLES],
    responseMode: 'form_post',
  });
  if (!account) throw new Error('nobody signed in');
  simulator.requests.clear();
  const cached = await msal.acquireTokenSilent({ account, scopes: [READ_ROLES] });
  expect(cached.accessToken).toBe(accessToken);
  expect(simulator.requests.all()).toEqual([]);
  const fresh = await msal.acquireTokenSilent({
    account,
    scopes: [READ_ROLES],
    forceRefresh: true,
  });
  expect(fresh.accessToken).not.toBe(accessToken);
  expect(simulator.requests.all().map(({ path }) => path)).toEqual([
    `/${simulator.tenantId}/oauth2/v2.0/token`,
  ]);
});

it('MSAL takes .default and learns the granted scopes', async () => {
  const simulator = await running({ clock: systemTime });
  const result = await signInWith(msalFor(simulator), {
    scopes: ['https://graph.microsoft.com/.default'],
    responseMode: 'form_post',
  });
  expect(result.scopes).toContain(READ_ROLES);
});

it('MSAL asks for interaction once the refresh token is revoked', async () => {
  const simulator = await running({ clock: systemTime });
  const msal = msalFor(simulator);
  const wish = { scopes: [READ_ROLES], responseMode: 'form_post' } as const;
  const { account } = await signInWith(msal, { ...wish, scopes: [READ_ROLES] });
  if (!account) throw new Error('nobody signed in');
  simulator.revoke(ADA);
  const again = msal.acquireTokenSilent({ account, scopes: [READ_ROLES], forceRefresh: true });
  await expect(again).rejects.toThrow(InteractionRequiredAuthError);
  await expect(again).rejects.toMatchObject({ errorNo: 50173, subError: 'bad_token' });
});

it('MSAL hands on a claims challenge, and a new sign-in with those claims satisfies it', async () => {
  const simulator = await running({ clock: systemTime });
  const msal = msalFor(simulator);
  const { account } = await signInWith(msal, { scopes: [READ_ROLES], responseMode: 'form_post' });
  if (!account) throw new Error('nobody signed in');
  const claims = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });
  const silent = msal.acquireTokenSilent({ account, scopes: [READ_ROLES], claims });
  await expect(silent).rejects.toMatchObject({ claims });
  const stronger = await signInWith(msal, {
    scopes: [READ_ROLES],
    responseMode: 'form_post',
    claims,
  });
  expect(decodeJwt(stronger.accessToken)['acrs']).toEqual(['c1']);
});
