import { InteractionRequiredAuthError } from '@azure/msal-node';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { msalFor, signInWith, systemTime } from './msal-support.ts';
import { ADA, READ_ROLES, running } from './simulator-support.ts';

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
