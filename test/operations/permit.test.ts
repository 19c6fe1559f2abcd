import { describe, expect, it } from 'vitest';
import { PERMISSIONS, readingPermissions } from '../../src/domain/permissions.ts';
import { DEFAULT_AZURE_CLIENT_ID } from '../../src/domain/settings.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { consentedTo } from '../support/consented-to.ts';
import { person } from '../support/person.ts';
import { openStack, OWN_APP, type Stack } from '../support/stack.ts';
import { submit, testBrowser } from '../support/browser.ts';

const READING = readingPermissions('graph');
const env = { AZURE_CLIENT_ID: OWN_APP };
const AZURE = 'https://management.azure.com/user_impersonation';
const GROUP = 'Production Support';
const ROLE = 'User Administrator';
const GROUP_WRITE = 'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup';
const ROLE_WRITE = 'RoleAssignmentSchedule.ReadWrite.Directory';

function readerOf(scopes: readonly string[] = READING): Promise<Stack> {
  return openStack({
    env,
    simulator: {
      scenario: consentedTo(OWN_APP, [...scopes, AZURE]),
      identity: { userConsent: 'administrator' },
    },
  });
}

/** Signs in, and says no to whatever comes after. */
function decliner(): Promise<Stack> {
  const presses = [{ user: 'ada.lindgren@contoso.example' }, { cancel: '1' }];
  return openStack({
    env,
    browser: testBrowser((url) => submit(url, { ...presses.shift() })),
    simulator: { signIn: 'interactive', scenario: consentedTo(OWN_APP, READING) },
  });
}

/** What each window of the person asked to consent to, beyond reading. */
function windows({ browser }: Stack): string[][] {
  return browser.urls.map((url) =>
    (new URL(url).searchParams.get('scope') ?? '')
      .split(' ')
      .map((scope) => scope.slice(scope.lastIndexOf('/') + 1))
      .filter((scope) => scope.includes('ReadWrite'))
      .toSorted(),
  );
}

function sent({ simulator }: Stack): number {
  return simulator.requests
    .all()
    .filter(({ method, path }) => method === 'POST' && path.endsWith('Requests')).length;
}

describe('somebody who consented to reading', () => {
  it('lists, and is asked for more by the first activation, once, for that surface alone', async () => {
    const stack = await readerOf();
    const ada = person(stack);
    expect((await ada.eligible()).total).toBeGreaterThan(5);
    expect(windows(stack)).toEqual([[]]);
    expect((await ada.activate({ name: GROUP })).status).toBe('active');
    expect(windows(stack)).toEqual([[], [GROUP_WRITE]]);
    expect((await ada.activate({ name: 'Finance Reporting', access_id: 'member' })).status).toBe(
      'active',
    );
    expect(windows(stack)).toHaveLength(2);
  });

  it('is asked once for a set of groups and roles', async () => {
    const stack = await readerOf();
    const { status } = await person(stack).activate({ names: [GROUP, 'Security Reader'] });
    expect(status).toBe('active');
    expect(windows(stack)).toEqual([[], [GROUP_WRITE, ROLE_WRITE].toSorted()]);
  });

  it('who declines activates nothing, and is told what to do', async () => {
    const stack = await decliner();
    await expect(person(stack).activate({ name: GROUP })).rejects.toMatchObject({
      code: 'consent-missing',
    });
    expect(stack.browser.urls).toHaveLength(2);
    expect(sent(stack)).toBe(0);
    const [first] = (await person(stack).eligible({ search: GROUP })).assignments;
    expect(first?.status).toBe('Eligible');
  });

  it('who declines for a set is not asked again for each of it', async () => {
    const stack = await decliner();
    const { results } = await person(stack).activate({ names: [GROUP, 'Security Reader'] });
    expect(results?.map(({ error }) => error)).toEqual(['consent-missing', 'consent-missing']);
    expect(stack.browser.urls).toHaveLength(2);
    expect(sent(stack)).toBe(0);
  });

  it('is asked once by a check of a set', async () => {
    const stack = await readerOf();
    const names = [GROUP, 'Security Reader'];
    const { status } = await person(stack).activate({ names, validate_only: true });
    expect(status).toBe('valid');
    expect(windows(stack)).toEqual([[], [GROUP_WRITE, ROLE_WRITE].toSorted()]);
  });

  it('is asked by a check with Microsoft as well: it takes the same permission', async () => {
    const stack = await readerOf();
    const { status } = await person(stack).activate({ name: GROUP, validate_only: true });
    expect(status).toBe('valid');
    expect(windows(stack)).toEqual([[], [GROUP_WRITE]]);
  });

  it('sees requests of Entra roles only after consenting, and is asked only when they are meant', async () => {
    const stack = await readerOf();
    const ada = person(stack);
    const passing = await ada.requests();
    expect(new Set(passing.problems.map(({ type }) => type))).toEqual(new Set(['EntraRole']));
    expect(windows(stack)).toHaveLength(1);
    expect((await ada.requests({ type: 'EntraRole' })).problems).toEqual([]);
    expect(windows(stack)).toEqual([[], [ROLE_WRITE]]);
    expect((await ada.requests()).problems).toEqual([]);
  });

  it('is asked for what Microsoft names, where its documentation says that less is enough', async () => {
    const stack = await readerOf();
    stack.simulator.behaviour.patch({ graph: { groupRequestsNeedWrite: true } });
    const ada = person(stack);
    const passing = (await ada.requests()).problems.map(({ type }) => type);
    expect(passing).toContain('Group');
    expect(windows(stack)).toEqual([[]]);
    const { problems } = await ada.requests({ type: 'Group' });
    expect(problems.filter(({ type }) => type === 'Group')).toEqual([]);
    expect(windows(stack)).toEqual([[], [GROUP_WRITE]]);
  });

  it('is told by whoami what activating will ask', async () => {
    const stack = await readerOf();
    await person(stack).eligible();
    const { view } = await stack.run('whoami', {});
    expect(view?.facts).toContainEqual(['Groups', 'list; activating asks for consent first']);
    expect(view?.notes).toEqual([]);
    expect(view?.next).toBe('list');
  });
});

describe('somebody who consented to one surface', () => {
  const groupsOnly = READING.filter((scope) => scope.endsWith('AzureADGroup'));

  it('is told by whoami where an administrator consents to the other', async () => {
    const stack = await readerOf(groupsOnly);
    await person(stack).eligible();
    const { view } = await stack.run('whoami', {});
    expect(view?.notes?.join('\n')).toMatch(
      /EntraRole: consent missing .*\nAn administrator consents at \S+adminconsent\?client_id=/u,
    );
    expect(view?.next).toBe('ask-administrator');
  });

  it('lists that one, and is asked for the other only when it is meant', async () => {
    const stack = await readerOf(groupsOnly);
    const ada = person(stack);
    expect((await ada.eligible()).problems).toMatchObject([
      { type: 'EntraRole', reason: expect.stringContaining('listing that type alone') },
    ]);
    expect(stack.browser.urls).toHaveLength(1);
    expect((await ada.eligible({ type: 'EntraRole' })).total).toBeGreaterThan(0);
    expect(stack.browser.urls).toHaveLength(2);
    expect((await ada.eligible()).problems).toEqual([]);
  });
});

describe('the permissions that an operation declares', () => {
  const WISHES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    list_eligible: {},
    list_active: {},
    list_requests: {},
    find_role: { need: 'microsoft.directory/users/password/update' },
    activate: { names: [GROUP, ROLE], justification: 'x', ticket_number: '1', ticket_system: 's' },
    deactivate: { all: true },
    cancel_request: { request: 'q-nothing0' },
    decide_request: { request: 'q-nothing0', decision: 'deny', justification: 'x' },
    doctor: {},
  };
  const declared = OPERATIONS.filter(({ name }) => name in WISHES);

  /** First choices of what it needs at Graph. */
  function permissionsOf(needs: (typeof declared)[number]['needs']): string[] {
    const firsts = (['group', 'directory'] as const).flatMap((surface) =>
      needs.flatMap((need) => PERMISSIONS[surface][need].flatMap(([first]) => first ?? [])),
    );
    return [...new Set(firsts)];
  }

  it.each(declared)(
    'are enough for $name at Graph, beside what reading takes',
    async ({ name, needs }) => {
      const scopes = permissionsOf(needs);
      const stack = await openStack({
        env,
        simulator: { scenario: consentedTo(OWN_APP, [...scopes, ...READING]) },
      });
      await stack.signIn.token();
      stack.simulator.requests.clear();
      await stack.run(name, WISHES[name] ?? {});
      const refused = stack.simulator.requests
        .all()
        .filter(({ status, surface }) => status === 403 && surface !== 'azure')
        .map(({ method, path }) => `${method} ${path}`);
      expect(refused.filter((line) => !line.includes('/roleDefinitions'))).toEqual([]);
      expect(stack.browser.urls).toHaveLength(1);
    },
  );

  it('are there for whatever asks Microsoft', () => {
    const silent = OPERATIONS.filter(({ needs }) => needs.length === 0).map(({ name }) => name);
    expect(silent.toSorted()).toEqual(['accounts', 'logout', 'whoami']);
  });
});

describe('Azure with the built-in apps', () => {
  it('is only noted by a list of everything, and signed in to by a list of Azure', async () => {
    const stack = await openStack();
    const ada = person(stack);
    const all = await ada.eligible();
    expect(all.problems).toMatchObject([
      {
        type: 'AzureResource',
        code: 'sign-in-required',
        reason: expect.stringContaining('--azure'),
      },
    ]);
    expect(all.total).toBeGreaterThan(5);
    expect(stack.browser.urls).toHaveLength(1);
    expect((await ada.eligible({ type: 'AzureResource' })).total).toBeGreaterThan(0);
    expect(stack.browser.urls).toHaveLength(2);
    expect((await ada.eligible()).problems).toEqual([]);
    expect(stack.browser.urls).toHaveLength(2);
  });

  it('is signed in to by an activation at a place or by a handle in Azure', async () => {
    const stack = await openStack();
    const other = await openStack({ beside: stack, env: { AZURE_CLIENT_ID: OWN_APP } });
    const rows = await person(other).eligible({ type: 'AzureResource' });
    const handle = rows.assignments.find(({ name }) => name === 'Reader')?.handle ?? '';
    expect(handle).toMatch(/^a-/u);
    const { verdict } = await stack
      .run('activate', { name: handle, justification: 'x' })
      .then(({ outcome }) => (outcome.kind === 'done' ? outcome : { verdict: 'refused' }));
    expect(verdict).toBe('done');
    expect(stack.browser.urls).toHaveLength(2);
  });

  it('refused leaves groups and Entra roles as they were', async () => {
    const stack = await openStack({
      simulator: {
        identity: {
          refusals: [{ code: 53003, appliesTo: DEFAULT_AZURE_CLIENT_ID, at: 'redirect' }],
        },
      },
    });
    const ada = person(stack);
    await expect(ada.eligible({ type: 'AzureResource' })).rejects.toMatchObject({
      code: 'sign-in-failed',
      details: { reasons: ['AADSTS53003'] },
    });
    expect((await ada.activate({ name: GROUP })).status).toBe('active');
  });
});

describe('a guest', () => {
  it('lists and activates in the tenant signed in to, with the object id there', async () => {
    const stack = await openStack({
      env: {
        ...env,
        AZURE_TENANT_ID: 'fabrikam.example',
        ENTRA_PIM_ACCOUNT: 'ada.lindgren@contoso.example',
      },
    });
    const ada = person(stack);
    const names = (await ada.eligible()).assignments.map(({ name }) => name);
    expect(names).toContain('Freight Operations');
    expect(names).not.toContain(GROUP);
    expect((await ada.activate({ name: 'Freight Operations' })).status).toBe('active');
    const [sending] = await ada.journal();
    expect(sending).toMatchObject({ principalId: 'ca1d5699-9473-4b44-bd38-aa61a70cfabc' });
  });
});
