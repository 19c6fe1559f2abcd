import { describe, expect, it } from 'vitest';
import { allPermissions, readingPermissions } from '../../src/domain/permissions.ts';
import { submit, testBrowser } from '../support/browser.ts';
import { consentedTo } from '../support/consented-to.ts';
import { APPS, failureOf, identityRequests, person, tenant, tokenRequests } from './fixture.ts';

const own = { env: { AZURE_CLIENT_ID: APPS.own } };
const NOTHING = consentedTo(APPS.own, []);
const READING = readingPermissions('graph');
const WRITING = 'RoleAssignmentSchedule.ReadWrite.Directory';
const LOCAL = 'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup';
const administrator = { identity: { userConsent: 'administrator' } } as const;

/** The permissions that a window asks for, without the address of the API. */
function askedIn(url: string): string[] {
  const scope = new URL(url).searchParams.get('scope') ?? '';
  return scope
    .split(' ')
    .filter((each) => each.startsWith('https://graph.microsoft.com/'))
    .map((each) => each.replace('https://graph.microsoft.com/', ''));
}

/** What the tab itself was led to ask for, from the simulator's log. */
function allAsked(simulator: Awaited<ReturnType<typeof tenant>>): string[][] {
  return simulator.requests
    .all()
    .filter(({ path, query }) => path.endsWith('/authorize') && !query.includes('prompt=none'))
    .map(({ query }) => askedIn(`http://x/?${query}`));
}

describe('a first sign-in', () => {
  it('takes what was consented to already, and asks for nothing', async () => {
    const simulator = await tenant(administrator);
    const { signIn, browser } = await person(simulator.environment, own);
    const { scopes } = await signIn.token();
    expect(scopes).toEqual(expect.arrayContaining(allPermissions('graph')));
    expect(allAsked(simulator)).toEqual([['.default']]);
    expect(browser.urls).toHaveLength(1);
  });

  it('takes wider permissions for what it needs: nobody is asked twice', async () => {
    const wider = ['RoleManagement.ReadWrite.Directory'];
    const simulator = await tenant({ scenario: consentedTo(APPS.own, wider), ...administrator });
    const { signIn } = await person(simulator.environment, own);
    expect((await signIn.token()).scopes).toEqual(wider);
    expect(allAsked(simulator)).toEqual([['.default']]);
  });

  it('where nothing serves asks for reading alone, in the same tab, as the same person', async () => {
    const simulator = await tenant({ scenario: NOTHING, ...administrator });
    const { signIn, browser } = await person(simulator.environment, own);
    const { scopes } = await signIn.token();
    expect(scopes.filter((scope) => scope !== 'User.Read').toSorted()).toEqual(READING);
    expect(browser.urls).toHaveLength(1);
    expect((await browser.tab()).text).toContain('Authentication complete');
    expect(allAsked(simulator)).toEqual([['.default'], READING]);
    const last = simulator.requests.all().findLast(({ path }) => path.endsWith('/authorize'));
    expect(last?.query).toContain('login_hint=ada.lindgren%40contoso.example');
  });

  it('and where nobody may consent says where an administrator does', async () => {
    const simulator = await tenant({ scenario: NOTHING, identity: { userConsent: 'given' } });
    const { signIn, browser } = await person(simulator.environment, own);
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'consent-missing',
      details: { fix: expect.stringContaining(`/adminconsent?client_id=${APPS.own}`) },
    });
    expect(browser.urls).toHaveLength(1);
    expect(await signIn.remembered()).toBeNull();
  });
});

describe('a permission beyond what the sign-in has', () => {
  it('is asked for once, alone, as the same person, and had from then on', async () => {
    const simulator = await tenant({ scenario: consentedTo(APPS.own, READING), ...administrator });
    const { signIn, browser, state, notices } = await person(simulator.environment, own);
    await signIn.token();
    const more = await signIn.token({ permissions: [WRITING] });
    expect(more.scopes).toEqual(expect.arrayContaining([...READING, WRITING]));
    expect(browser.urls).toHaveLength(2);
    const [, second = ''] = browser.urls;
    expect(askedIn(second).toSorted()).toEqual([...READING, WRITING].toSorted());
    expect(new URL(second).searchParams.get('login_hint')).toBe('ada.lindgren@contoso.example');
    expect(notices.at(-1)).toMatch(new RegExp(`^Allow ${WRITING} in the browser`, 'u'));
    simulator.requests.clear();
    const again = await person(simulator.environment, { ...own, state });
    expect((await again.signIn.token()).value).toBe(more.value);
    expect(simulator.requests.all()).toEqual([]);
    const fresh = await again.signIn.token({ refused: more.value });
    expect(fresh.scopes).toContain(WRITING);
  });

  it('opens no window where somebody consented meanwhile', async () => {
    const simulator = await tenant({ scenario: consentedTo(APPS.own, READING), ...administrator });
    const { signIn, browser } = await person(simulator.environment, own);
    await signIn.token();
    const elsewhere = await person(simulator.environment, own);
    await elsewhere.signIn.token({ permissions: [WRITING] });
    const { scopes } = await signIn.token({ permissions: [WRITING] });
    expect(scopes).toContain(WRITING);
    expect(browser.urls).toHaveLength(1);
  });

  it('shares one window among all who ask for the same, and takes turns for others', async () => {
    const simulator = await tenant({ scenario: consentedTo(APPS.own, READING), ...administrator });
    const { signIn, browser } = await person(simulator.environment, own);
    await signIn.token();
    const [one, two, other] = await Promise.all([
      signIn.token({ permissions: [WRITING] }),
      signIn.token({ permissions: [WRITING] }),
      signIn.token({ permissions: [LOCAL] }),
    ]);
    expect(two.value).toBe(one.value);
    expect(other.scopes).toEqual(expect.arrayContaining([WRITING, LOCAL]));
    expect(browser.urls).toHaveLength(3);
  });

  it('refused is told, and leaves the sign-in as it was', async () => {
    const simulator = await tenant({
      signIn: 'interactive',
      scenario: consentedTo(APPS.own, READING),
    });
    const presses = [{ user: 'ada.lindgren@contoso.example' }, { cancel: '1' }];
    const browser = testBrowser((url) => submit(url, { ...presses.shift() }));
    const { signIn } = await person(simulator.environment, { ...own, browser });
    const before = await signIn.token();
    expect(await failureOf(signIn.token({ permissions: [WRITING] }))).toMatchObject({
      code: 'consent-missing',
      details: { reasons: ['AADSTS65004'] },
    });
    expect((await browser.tab(1)).text).toContain('Sign-in failed');
    expect((await signIn.token()).value).toBe(before.value);
    expect(browser.urls).toHaveLength(2);
  });

  it('that no person here can grant opens no window', async () => {
    const simulator = await tenant({ scenario: consentedTo(APPS.own, READING) });
    const { signIn, browser } = await person(simulator.environment, own);
    await signIn.token();
    const refusals = [{ code: 53003, appliesTo: '*', at: 'token' }] as const;
    simulator.behaviour.patch({ identity: { refusals } });
    expect(await failureOf(signIn.token({ permissions: [WRITING] }))).toMatchObject({
      code: 'sign-in-failed',
      details: { reasons: ['AADSTS53003'] },
    });
    expect(browser.urls).toHaveLength(1);
  });

  it('is not asked for in silence', async () => {
    const simulator = await tenant({ scenario: consentedTo(APPS.own, READING), ...administrator });
    const { signIn, browser } = await person(simulator.environment, own);
    await signIn.token();
    expect(await failureOf(signIn.token({ permissions: [WRITING], isSilent: true }))).toMatchObject(
      { code: 'consent-missing', details: { missingScopes: [WRITING] } },
    );
    expect(browser.urls).toHaveLength(1);
    expect(tokenRequests(simulator)).toBe(1);
  });

  it('begins with a sign-in where nobody is signed in', async () => {
    const simulator = await tenant({ scenario: consentedTo(APPS.own, READING), ...administrator });
    const { signIn, browser } = await person(simulator.environment, own);
    expect((await signIn.token({ permissions: [WRITING] })).scopes).toContain(WRITING);
    expect(browser.urls).toHaveLength(2);
    expect(identityRequests(simulator).filter((each) => each === 'POST token')).toHaveLength(3);
  });
});
