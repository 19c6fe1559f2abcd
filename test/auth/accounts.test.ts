import { describe, expect, it } from 'vitest';
import { createTokenStore } from '../../src/auth/token-store.ts';
import { browse, testBrowser } from '../support/browser.ts';
import { consentedTo } from '../support/consented-to.ts';
import { APPS, failureOf, person, tenant } from './fixture.ts';
import { ADA, as, MARCUS, two } from './two-accounts.ts';

describe('several accounts', () => {
  it('are signed in side by side; who signed in last acts, unless another is named', async () => {
    const { simulator, adas, marcuses, next } = await two();
    simulator.requests.clear();
    expect((await (await next()).signIn.token()).value).toBe(marcuses.value);
    for (const name of [ADA, ADA.toUpperCase(), adas.account.objectId]) {
      const { signIn } = await next({ ENTRA_PIM_ACCOUNT: name });
      expect((await signIn.token()).value).toBe(adas.value);
      expect(await signIn.remembered()).toMatchObject({ username: ADA });
    }
    expect(simulator.requests.all()).toEqual([]);
  });

  it('are listed, last one first, with the one that acts', async () => {
    const { next } = await two();
    const seen = async (env: Readonly<Record<string, string>>) =>
      (await (await next(env)).signIn.accounts()).map(({ account, isCurrent }) => [
        account.username,
        isCurrent,
      ]);
    expect(await seen({})).toEqual([
      [MARCUS, true],
      [ADA, false],
    ]);
    expect(await seen({ ENTRA_PIM_ACCOUNT: ADA })).toEqual([
      [MARCUS, false],
      [ADA, true],
    ]);
  });

  it('are listed with the app and the cloud of each, whatever is set now', async () => {
    const { simulator, state } = await two();
    const env = { AZURE_CLIENT_ID: APPS.own };
    const other = await person(simulator.environment, as(ADA, { state, env }));
    await other.signIn.signIn();
    const rows = await other.signIn.accounts();
    expect(rows.map(({ account, clientId }) => [account.username, clientId])).toEqual([
      [ADA, APPS.own],
      [MARCUS, '14d82eec-204b-4c2f-b7e8-296a70dab67e'],
      [ADA, '14d82eec-204b-4c2f-b7e8-296a70dab67e'],
    ]);
    expect(rows.filter(({ isCurrent }) => isCurrent)).toEqual([rows[0]]);
  });

  it('keep the sign-in without a tenant where the home tenant is named', async () => {
    const { simulator, state, marcuses, next } = await two();
    const named = { '--tenant': simulator.tenantId };
    const home = { AZURE_TENANT_ID: '' };
    const first = await person(simulator.environment, as(MARCUS, { state, env: home }));
    const without = await first.signIn.signIn();
    const second = await person(simulator.environment, as(MARCUS, { state, env: named }));
    await second.signIn.signIn();
    expect((await (await next(home)).signIn.remembered())?.objectId).toBe(
      marcuses.account.objectId,
    );
    expect((await (await next(home)).signIn.token()).account).toEqual(without.account);
  });

  it('keep each other where one signs in again', async () => {
    const { simulator, state, next } = await two();
    const again = await person(simulator.environment, as(ADA, { state }));
    await again.signIn.signIn();
    const rows = await (await next()).signIn.accounts();
    expect(rows.map(({ account }) => account.username)).toEqual([ADA, MARCUS]);
  });
});

describe('an account that is named', () => {
  it('is what the sign-in page is told, and who must answer', async () => {
    const simulator = await tenant({ signIn: 'interactive' });
    const env = { ENTRA_PIM_ACCOUNT: ADA };
    const right = await person(simulator.environment, as(ADA, { env }));
    expect((await right.signIn.token()).account.username).toBe(ADA);
    const query = new URL(right.browser.urls[0] ?? '').searchParams;
    expect([query.get('login_hint'), query.get('prompt')]).toEqual([ADA, null]);
  });

  it('is refused when another answers, of whom nothing is kept', async () => {
    const simulator = await tenant({ signIn: 'interactive' });
    const env = { ENTRA_PIM_ACCOUNT: ADA };
    const wrong = await person(simulator.environment, as(MARCUS, { env }));
    expect(await failureOf(wrong.signIn.token())).toMatchObject({
      code: 'sign-in-failed',
      message: `Another account answered than "${ADA}" (ENTRA_PIM_ACCOUNT).`,
    });
    expect((await wrong.browser.tab()).text).toContain('Another account answered');
    expect(await wrong.signIn.accounts()).toEqual([]);
    const anybody = await person(simulator.environment, { state: wrong.state });
    expect(await anybody.signIn.remembered()).toBeNull();
  });

  it('does not lose the sign-in of whoever answered in its place', async () => {
    const { simulator, state, marcuses, next } = await two();
    const env = { ENTRA_PIM_ACCOUNT: 'noor.haddad@contoso.example' };
    const wrong = await person(simulator.environment, as(MARCUS, { state, env }));
    expect(await failureOf(wrong.signIn.token())).toMatchObject({ code: 'sign-in-failed' });
    const { signIn } = await next();
    expect((await signIn.token()).account).toEqual(marcuses.account);
  });

  it('who is not signed in is not replaced by one who is', async () => {
    const { next } = await two();
    const { signIn } = await next({ ENTRA_PIM_ACCOUNT: 'noor.haddad@contoso.example' });
    expect(await signIn.remembered()).toBeNull();
    expect(await failureOf(signIn.token({ isSilent: true }))).toMatchObject({
      code: 'sign-in-required',
    });
  });
});

it('a sign-in that came to nothing leaves nothing behind', async () => {
  const simulator = await tenant({ scenario: consentedTo(APPS.own, ['User.Read']) });
  const env = { AZURE_CLIENT_ID: APPS.own };
  const { signIn, state } = await person(simulator.environment, { env });
  expect(await failureOf(signIn.token())).toMatchObject({ code: 'consent-missing' });
  // The first round brought tokens, of no use.
  expect(simulator.issuedSecrets().length).toBeGreaterThan(2);
  const store = createTokenStore({
    state,
    keyring: null,
    tokenStore: { value: 'file', source: 'test' },
    notify: (message) => expect.unreachable(message),
  });
  const kept = await store.read();
  expect(kept).toContain('RefreshToken');
  expect(simulator.issuedSecrets().filter((secret) => kept?.includes(secret))).toEqual([]);
});

it('whoever answers in place of the one that is named is not asked to consent', async () => {
  const simulator = await tenant({
    signIn: 'interactive',
    scenario: consentedTo(APPS.own, ['User.Read']),
    identity: { userConsent: 'administrator' },
  });
  const env = { AZURE_CLIENT_ID: APPS.own, ENTRA_PIM_ACCOUNT: ADA };
  const wrong = await person(simulator.environment, as(MARCUS, { env }));
  expect(await failureOf(wrong.signIn.token())).toMatchObject({ code: 'sign-in-failed' });
  const asked = simulator.requests.all().filter(({ path }) => path.endsWith('/authorize'));
  // The look beforehand, and the button.
  expect(asked).toHaveLength(2);
});

it('a further sign-in brings nobody back who signed out meanwhile', async () => {
  const simulator = await tenant({
    scenario: consentedTo(APPS.own, ['RoleManagement.Read.Directory']),
    identity: { userConsent: 'administrator' },
  });
  const env = { AZURE_CLIENT_ID: APPS.own };
  const first = await person(simulator.environment, { env });
  await first.signIn.token();
  const shell = await person(simulator.environment, { env, state: first.state });
  const meanwhile = testBrowser(async (url) => {
    await shell.signIn.signOut('current');
    return browse(url);
  });
  const { signIn, state } = await person(simulator.environment, {
    env,
    state: first.state,
    browser: meanwhile,
  });
  const permissions = ['RoleAssignmentSchedule.ReadWrite.Directory'];
  expect(await failureOf(signIn.token({ permissions }))).toMatchObject({
    code: 'sign-in-required',
  });
  const next = await person(simulator.environment, { env, state });
  expect(await next.signIn.accounts()).toEqual([]);
  expect(await failureOf(next.signIn.token({ isSilent: true }))).toMatchObject({
    code: 'sign-in-required',
  });
});

describe('a guest', () => {
  const FABRIKAM = 'b6661101-0431-4287-98bc-f8ef74c71ace';
  const GUEST = 'ca1d5699-9473-4b44-bd38-aa61a70cfabc';
  const atHome = { AZURE_TENANT_ID: '', AZURE_CLIENT_ID: APPS.own };
  const abroad = { ...atHome, AZURE_TENANT_ID: FABRIKAM };

  /** Ada, at home and in Fabrikam, on one machine. */
  async function everywhere() {
    const simulator = await tenant({ signIn: 'interactive' });
    const home = await person(simulator.environment, as(ADA, { env: atHome }));
    const first = await home.signIn.signIn();
    const { state } = home;
    const guest = await person(simulator.environment, as(ADA, { env: abroad, state }));
    const second = await guest.signIn.signIn();
    const next = (env: Readonly<Record<string, string>>) =>
      person(simulator.environment, { env, state });
    return { simulator, first, second, next };
  }

  it('acts with the object id of the tenant signed in to, beside the one at home', async () => {
    const { simulator, first, second, next } = await everywhere();
    expect(second.account).toMatchObject({ objectId: GUEST, tenantId: FABRIKAM, username: ADA });
    expect(first.account.objectId).not.toBe(GUEST);
    simulator.requests.clear();
    expect((await (await next(atHome)).signIn.token()).value).toBe(first.value);
    expect((await (await next(abroad)).signIn.token()).value).toBe(second.value);
    expect(simulator.requests.all()).toEqual([]);
  });

  it.each([
    ['at home', atHome, 'first'],
    ['there', abroad, 'second'],
  ] as const)('%s is renewed as the one that it was, for both APIs', async (_where, env, which) => {
    const world = await everywhere();
    const old = world[which];
    const { signIn, browser } = await world.next(env);
    const fresh = await signIn.token({ refused: old.value });
    expect(fresh.value).not.toBe(old.value);
    expect(fresh.account).toEqual(old.account);
    expect((await signIn.token({ resource: 'arm' })).account).toEqual(old.account);
    expect(browser.urls).toEqual([]);
  });

  it('is found by --tenant, and never taken for the one at home', async () => {
    const { second, next } = await everywhere();
    const byFlag = await next({ ...atHome, '--tenant': FABRIKAM.toUpperCase() });
    expect((await byFlag.signIn.token()).value).toBe(second.value);
    const rows = await (await next(atHome)).signIn.accounts();
    expect(rows.map(({ account, isCurrent }) => [account.tenantId, isCurrent])).toEqual([
      [FABRIKAM, false],
      [expect.not.stringContaining(FABRIKAM), true],
    ]);
  });

  it('who signs out is signed out of all tenants: the refresh token is one', async () => {
    const { next } = await everywhere();
    await (await next(abroad)).signIn.signOut('current');
    expect(await (await next(atHome)).signIn.accounts()).toEqual([]);
  });

  it('who is nobody in that tenant is told so, before and after', async () => {
    const simulator = await tenant({ signIn: 'interactive' });
    const { signIn, browser } = await person(
      simulator.environment,
      as(ADA, { env: { ...abroad, ENTRA_PIM_ACCOUNT: MARCUS } }),
    );
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'sign-in-failed',
      message: expect.stringContaining('Another account answered'),
    });
    expect((await browser.tab()).text).toContain('Another account answered');
  });
});
