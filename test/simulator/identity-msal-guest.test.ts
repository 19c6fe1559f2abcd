import {
  type AccountInfo,
  type AuthenticationResult,
  type PublicClientApplication,
} from '@azure/msal-node';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { msalFor, signInWith, systemTime } from './msal-support.ts';
import {
  ADA,
  ADA_AS_GUEST,
  ADA_AT_HOME,
  CONTOSO,
  FABRIKAM,
  JONAS,
  READ_ROLES,
  running,
} from './simulator-support.ts';

const SCOPES = [READ_ROLES];
const HOME_ACCOUNT = `${ADA_AT_HOME}.${CONTOSO}`;

/**
 * A token of another tenant for somebody who is signed in. The account must say which tenant as well: by
 * the authority alone MSAL answers with a cached token of the account's own tenant.
 */
function silentlyAt(
  msal: PublicClientApplication,
  account: AccountInfo,
  tenantId: string,
): Promise<AuthenticationResult> {
  const authority = `https://simulator.invalid/${tenantId}`;
  return msal.acquireTokenSilent({ account: { ...account, tenantId }, scopes: SCOPES, authority });
}

async function signedInAt(tenant: string, loginHint: string) {
  const simulator = await running({ clock: systemTime });
  const msal = msalFor(simulator, tenant);
  const wish = { scopes: SCOPES, responseMode: 'form_post', loginHint } as const;
  const result = await signInWith(msal, { ...wish, scopes: SCOPES });
  if (!result.account) throw new Error('nobody signed in');
  const account: AccountInfo = result.account;
  return { simulator, msal, account, result };
}

it('MSAL knows a guest by her home, and has her object id in the tenant signed in to', async () => {
  const { account, result } = await signedInAt(FABRIKAM, ADA);
  expect(account).toMatchObject({
    homeAccountId: HOME_ACCOUNT,
    localAccountId: ADA_AS_GUEST,
    tenantId: FABRIKAM,
    username: ADA,
  });
  expect(decodeJwt(result.accessToken)).toMatchObject({ tid: FABRIKAM, oid: ADA_AS_GUEST });
});

it('MSAL takes a home sign-in to the tenant where she is a guest, without asking her', async () => {
  const { simulator, msal, account } = await signedInAt(CONTOSO, ADA);
  expect(account).toMatchObject({ homeAccountId: HOME_ACCOUNT, localAccountId: ADA_AT_HOME });
  simulator.requests.clear();
  const there = await silentlyAt(msal, account, FABRIKAM);
  expect(simulator.requests.all().map(({ path }) => path)).toEqual([
    `/${FABRIKAM}/oauth2/v2.0/token`,
  ]);
  expect(there.account?.homeAccountId).toBe(HOME_ACCOUNT);
  expect(there.idTokenClaims).toMatchObject({ tid: FABRIKAM, oid: ADA_AS_GUEST });
});

it('MSAL takes a guest sign-in home, without asking her', async () => {
  const { msal, account } = await signedInAt(FABRIKAM, ADA);
  const home = await silentlyAt(msal, account, CONTOSO);
  expect(home.idTokenClaims).toMatchObject({ tid: CONTOSO, oid: ADA_AT_HOME });
});

it('MSAL signs in through organizations to the home tenant of whoever it is', async () => {
  const { account } = await signedInAt('organizations', JONAS);
  expect(account).toMatchObject({ tenantId: FABRIKAM, username: JONAS });
});

it('MSAL passes on what Entra says where the person is nobody', async () => {
  const { msal, account } = await signedInAt(FABRIKAM, JONAS);
  const there = silentlyAt(msal, account, CONTOSO);
  await expect(there).rejects.toMatchObject({ errorNo: 50020, errorCode: 'invalid_grant' });
});

it('MSAL finds the sign-in ended in every tenant once the person is revoked', async () => {
  const { simulator, msal, account } = await signedInAt(CONTOSO, ADA);
  simulator.revoke(ADA);
  const there = silentlyAt(msal, account, FABRIKAM);
  await expect(there).rejects.toMatchObject({ errorNo: 50173 });
});
