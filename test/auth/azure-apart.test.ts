import { describe, expect, it } from 'vitest';
import { DEFAULT_AZURE_CLIENT_ID, DEFAULT_CLIENT_ID } from '../../src/domain/settings.ts';
import { submit, testBrowser } from '../support/browser.ts';
import { APPS, audienceOf, failureOf, person, tenant, tokenRequests } from './fixture.ts';

/** Graph with one app, Azure with another: as with the built-in ones. */
const apart = {
  env: { AZURE_CLIENT_ID: APPS.oneTenant, ENTRA_PIM_AZURE_CLIENT_ID: APPS.own },
};
const ADA = 'ada.lindgren@contoso.example';
const MARCUS = 'marcus.okafor@contoso.example';
const AZURE = { resource: 'arm', permissions: ['user_impersonation'] } as const;

function clientOf(url: string | undefined): string | null {
  return new URL(url ?? '').searchParams.get('client_id');
}

describe('Azure with the built-in apps', () => {
  it('takes a second sign-in, with the Azure CLI’s client', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment);
    expect(await failureOf(signIn.token({ resource: 'arm' }))).toMatchObject({
      code: 'sign-in-required',
    });
    expect((await signIn.token(AZURE)).scopes).toEqual(['user_impersonation']);
    expect(browser.urls.map(clientOf)).toEqual([DEFAULT_CLIENT_ID, DEFAULT_AZURE_CLIENT_ID]);
    expect((await signIn.token({ resource: 'arm' })).account).toEqual(
      (await signIn.token()).account,
    );
  });

  it('is in the tenant that the sign-in is in, also as a guest', async () => {
    const simulator = await tenant();
    const ada = 'ada.lindgren@contoso.example';
    const env = { AZURE_TENANT_ID: 'fabrikam.example', ENTRA_PIM_ACCOUNT: ada };
    const { signIn, browser } = await person(simulator.environment, { env });
    const { account } = await signIn.token();
    expect((await signIn.token(AZURE)).account).toEqual(account);
    expect(browser.urls[1]).toContain(`/${account.tenantId}/`);
  });
});

describe('Azure with an app of its own', () => {
  it('is not asked for by a list, nor by a sign-in: Graph goes on alone', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment, apart);
    await signIn.signIn();
    expect(browser.urls.map(clientOf)).toEqual([APPS.oneTenant]);
    simulator.requests.clear();
    expect(await failureOf(signIn.token({ resource: 'arm' }))).toMatchObject({
      code: 'sign-in-required',
      details: { fix: expect.stringContaining('entra-pim login --azure') },
    });
    expect(simulator.requests.all()).toEqual([]);
  });

  it('is asked for when it is needed: one more window, as the same person, and silent after', async () => {
    const simulator = await tenant();
    const { signIn, browser, state } = await person(simulator.environment, apart);
    const graph = await signIn.token();
    const arm = await signIn.token(AZURE);
    expect(audienceOf(arm.value)).toBe('https://management.azure.com');
    expect(arm.account).toEqual(graph.account);
    expect(browser.urls.map(clientOf)).toEqual([APPS.oneTenant, APPS.own]);
    const query = new URL(browser.urls[1] ?? '').searchParams;
    expect(query.get('login_hint')).toBe(ADA);
    expect(query.get('scope')).not.toContain('graph');
    simulator.requests.clear();
    const later = await person(simulator.environment, { ...apart, state });
    expect((await later.signIn.token({ resource: 'arm' })).value).toBe(arm.value);
    expect((await later.signIn.token()).value).toBe(graph.value);
    expect(simulator.requests.all()).toEqual([]);
    const fresh = await later.signIn.token({ resource: 'arm', refused: arm.value });
    expect(fresh.value).not.toBe(arm.value);
    expect(later.browser.urls).toEqual([]);
  });

  it('is found by a process that runs already', async () => {
    const simulator = await tenant();
    const server = await person(simulator.environment, apart);
    await failureOf(server.signIn.token({ resource: 'arm' }));
    const shell = await person(simulator.environment, { ...apart, state: server.state });
    await shell.signIn.signIn({ withAzure: true });
    expect(shell.browser.urls).toHaveLength(2);
    expect((await server.signIn.token({ resource: 'arm' })).scopes).toEqual(['user_impersonation']);
    expect(server.browser.urls).toHaveLength(1);
  });

  it.each([
    ['blocked by Conditional Access', 53003, 'sign-in-failed'],
    ['not assigned to the person', 50105, 'sign-in-failed'],
    ['disabled', 7000112, 'sign-in-failed'],
  ] as const)('%s leaves Graph working, and says so', async (_what, refusal, code) => {
    const simulator = await tenant({
      identity: { refusals: [{ code: refusal, appliesTo: APPS.own, at: 'redirect' }] },
    });
    const { signIn, browser } = await person(simulator.environment, apart);
    const graph = await signIn.token();
    expect(await failureOf(signIn.token(AZURE))).toMatchObject({
      code,
      details: { reasons: [`AADSTS${refusal}`] },
    });
    expect((await signIn.token()).value).toBe(graph.value);
    expect(browser.urls).toHaveLength(2);
  });

  it('takes nothing from another account that answers', async () => {
    const simulator = await tenant({ signIn: 'interactive' });
    const answers = [ADA, MARCUS];
    const browser = testBrowser((url) => submit(url, { user: answers.shift() ?? '' }));
    const { signIn } = await person(simulator.environment, { ...apart, browser });
    await signIn.token();
    expect(await failureOf(signIn.token(AZURE))).toMatchObject({
      code: 'sign-in-failed',
      message: 'Another account answered than the one signed in.',
    });
    expect(await failureOf(signIn.token({ resource: 'arm' }))).toMatchObject({
      code: 'sign-in-required',
    });
    expect((await signIn.accounts()).map(({ account }) => account.username)).toEqual([ADA]);
  });

  it('goes with the account that signs out', async () => {
    const simulator = await tenant();
    const { signIn, state } = await person(simulator.environment, apart);
    await signIn.token(AZURE);
    await signIn.signOut('current');
    expect(await state.read('tokens.file.bin')).toBeNull();
    expect(await signIn.accounts()).toEqual([]);
  });

  it('opens no window where nobody may be asked', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment, apart);
    await signIn.token();
    expect(await failureOf(signIn.token({ ...AZURE, isSilent: true }))).toMatchObject({
      code: 'consent-missing',
    });
    expect(browser.urls).toHaveLength(1);
    expect(tokenRequests(simulator)).toBe(1);
  });
});
