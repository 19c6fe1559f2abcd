import { expect, it } from 'vitest';
import { submit, testBrowser } from '../support/browser.ts';
import { deferred } from '../support/deferred.ts';
import { APPS, person, tenant } from './fixture.ts';

const withoutAzure = { env: { AZURE_CLIENT_ID: APPS.oneTenant } };
const ADA = 'ada.lindgren@contoso.example';
const MARCUS = 'marcus.okafor@contoso.example';
const REFUSED = 'You are signed in, but not for Azure resource roles: ';

it('asks the person for Azure in a second window, as the same account, and once', async () => {
  const simulator = await tenant({ identity: { userConsent: 'given' } });
  const { signIn, browser, notices } = await person(simulator.environment, withoutAzure);
  const reports: string[] = [];
  const token = await signIn.signIn({ report: (message) => reports.push(message) });
  expect(token.scopes).toContain('RoleEligibilitySchedule.Read.Directory');
  const queries = browser.urls.map((url) => new URL(url).searchParams);
  expect(queries.map((query) => query.get('login_hint'))).toEqual([null, ADA]);
  expect(queries[1]?.get('scope')).toContain('https://management.azure.com/user_impersonation');
  expect(queries[1]?.get('scope')).not.toContain('graph');
  expect((await browser.tab(1)).text).toContain('Authentication complete');
  expect(notices).toEqual([
    expect.stringMatching(/^Sign in to Microsoft Entra in the browser/u),
    expect.stringMatching(/^Allow Azure resource roles in the browser/u),
  ]);
  expect(reports).toEqual([
    'Waiting for you to sign in',
    'Asking for Azure resource roles as well',
  ]);
  simulator.requests.clear();
  expect((await signIn.token({ resource: 'arm' })).scopes).toEqual(['user_impersonation']);
  expect((await signIn.token()).value).toBe(token.value);
  expect(simulator.requests.all()).toEqual([]);
});

it('needs one window only where Azure is allowed already', async () => {
  const simulator = await tenant();
  const env = { AZURE_CLIENT_ID: APPS.own };
  const { signIn, browser } = await person(simulator.environment, { env });
  await signIn.signIn();
  expect(browser.urls).toHaveLength(1);
  simulator.requests.clear();
  await signIn.token({ resource: 'arm' });
  expect(simulator.requests.all()).toEqual([]);
});

it.each(['redirect', 'page'] as const)(
  'is signed in all the same when Azure is refused (%s), and says so in one sentence',
  async (consentRefusal) => {
    const simulator = await tenant({ identity: { consentRefusal } });
    const { signIn, notices } = await person(simulator.environment, withoutAzure);
    const token = await signIn.signIn();
    expect(token.account.username).toBe(ADA);
    expect(notices.at(-1)).toBe(
      `${REFUSED}Nobody has consented to the permissions of this app in this tenant.`,
    );
    expect((await signIn.token()).value).toBe(token.value);
  },
);

it('opens no window for a Conditional Access block: no person can mend that', async () => {
  const simulator = await tenant();
  const { signIn, browser, notices } = await person(simulator.environment, withoutAzure);
  const refusals = [{ code: 53003, appliesTo: '*', at: 'token' }] as const;
  const token = await signIn.signIn({
    // From the second question on.
    report: (message) =>
      message.includes('Azure') && simulator.behaviour.patch({ identity: { refusals } }),
  });
  expect(browser.urls).toHaveLength(1);
  expect(notices.at(-1)).toBe(`${REFUSED}Conditional Access blocked the sign-in.`);
  expect((await signIn.token()).value).toBe(token.value);
});

it('opens no window while the network is down, and names it', async () => {
  const simulator = await tenant();
  const { signIn, browser, notices } = await person(simulator.environment, withoutAzure);
  await signIn.signIn({
    report: (message) => message.includes('Azure') && void simulator.stop(),
  });
  expect(browser.urls).toHaveLength(1);
  expect(notices.at(-1)).toMatch(/^You are signed in, but not .* cannot be reached\.$/u);
});

it('takes nothing from another account that answers, and keeps nothing of it', async () => {
  const simulator = await tenant({ signIn: 'interactive', identity: { userConsent: 'given' } });
  const answers = [ADA, MARCUS];
  const browser = testBrowser((url) => submit(url, { user: answers.shift() ?? '' }));
  const { signIn, notices } = await person(simulator.environment, { ...withoutAzure, browser });
  const token = await signIn.signIn();
  expect(token.account.username).toBe(ADA);
  expect((await browser.tab(1)).text).toContain('Another account answered');
  expect(notices.at(-1)).toBe(`${REFUSED}Another account answered than the one signed in.`);
  expect((await signIn.token()).account.username).toBe(ADA);
  const forgotten = await signIn.signOut('everybody');
  expect(forgotten.map(({ username }) => username)).toEqual([ADA]);
});

it('does not put the person back whom another process replaced while Azure was asked for', async () => {
  const simulator = await tenant({ signIn: 'interactive', identity: { userConsent: 'given' } });
  const answers = [ADA, ADA];
  const replaced = deferred<void>();
  const browser = testBrowser(async (url) => {
    if (answers.length === 1) await replace();
    return submit(url, { user: answers.shift() ?? '' });
  });
  const first = await person(simulator.environment, { ...withoutAzure, browser });
  const second = await person(simulator.environment, {
    ...withoutAzure,
    state: first.state,
    browser: testBrowser((url) => submit(url, { user: MARCUS })),
  });
  async function replace(): Promise<void> {
    const { account } = await second.signIn.signIn();
    expect(account.username).toBe(MARCUS);
    replaced.resolve();
  }
  await first.signIn.signIn();
  expect(first.notices.at(-1)).toContain('Another sign-in was begun meanwhile');
  await replaced.promise;
  const third = await person(simulator.environment, { ...withoutAzure, state: first.state });
  expect((await third.signIn.remembered())?.username).toBe(MARCUS);
});
