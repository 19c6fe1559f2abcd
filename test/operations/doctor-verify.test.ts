/** What `entra-pim doctor --verify` sees of a tenant, both sides of each doubt, over real HTTP. */
import { describe, expect, it } from 'vitest';
import { contosoScenario, type Scenario } from '../../src/simulator/scenario.ts';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { signedIn, WITH_OWN_APP } from '../support/examine.ts';
import { person } from '../support/person.ts';
import { openStack, type Stack } from '../support/stack.ts';
import { namesAndIds, verified, withPermissions } from '../support/verified.ts';

const WHY = 'INC-4711 restart the billing job';

function changed(change: (scenario: Scenario) => Scenario): Partial<SimulatorOptions> {
  return { scenario: change(contosoScenario()) };
}

const ALL_NAMED = changed((scenario) => ({
  ...scenario,
  groups: scenario.groups.map((group) => ({ ...group, isNameExpanded: true })),
}));

const ALL_LIMITED = changed((scenario) => ({
  ...scenario,
  policies: scenario.policies.map((policy) => ({ ...policy, maximumDuration: 'PT2H' })),
}));

const NO_AZURE_ROLE = changed((scenario) => ({
  ...scenario,
  azure: { ...scenario.azure, assignments: [] },
}));

const ROLE_THROUGH_GROUP = changed((scenario) => {
  const role = scenario.eligibilities.find(
    ({ principalId, ...row }) =>
      'roleDefinitionId' in row && scenario.groups.some(({ id }) => id === principalId),
  );
  return { ...scenario, assignments: [...scenario.assignments, ...(role ? [role] : [])] };
});

type Verdict = 'as-assumed' | 'otherwise' | 'not-seen' | 'not-asked';

/** What the default user's lists show, as the tenant is set. */
const SIDES: readonly (readonly [id: string, Partial<SimulatorOptions>, Verdict])[] = [
  ['group-names-expanded', ALL_NAMED, 'as-assumed'],
  ['group-names-expanded', { behaviour: { groupNamesExpanded: false } }, 'otherwise'],
  ['unit-names-expanded', {}, 'as-assumed'],
  ['unit-names-expanded', { behaviour: { expandDirectoryScope: false } }, 'otherwise'],
  ['principal-expanded', {}, 'not-seen'],
  ['principal-expanded', ROLE_THROUGH_GROUP, 'as-assumed'],
  [
    'principal-expanded',
    { ...ROLE_THROUGH_GROUP, behaviour: { memberTypeGroupPrincipal: 'self' } },
    'otherwise',
  ],
  ['list-top', {}, 'as-assumed'],
  ['list-top', { behaviour: { honoursTop: false } }, 'otherwise'],
  ['list-pages', {}, 'not-seen'],
  ['list-pages', { behaviour: { pageSize: 2 } }, 'as-assumed'],
  ['enum-casing', {}, 'as-assumed'],
  ['enum-casing', { behaviour: { enumCasing: 'lower' } }, 'otherwise'],
  ['row-principal', {}, 'as-assumed'],
  ['row-principal', { behaviour: { memberTypeGroupPrincipal: 'self' } }, 'otherwise'],
  ['role-policy-scope-type', {}, 'as-assumed'],
  ['role-policy-scope-type', { behaviour: { policyScopeTypes: ['Directory'] } }, 'otherwise'],
  ['unit-policy', {}, 'as-assumed'],
  ['policy-maximum', ALL_LIMITED, 'as-assumed'],
  ['policy-maximum', {}, 'otherwise'],
  ['token-roles', {}, 'as-assumed'],
  ['token-roles', { identity: { widsClaim: false } }, 'otherwise'],
  ['token-groups', {}, 'as-assumed'],
  ['token-groups', { identity: { groupsClaim: 'ids' } }, 'otherwise'],
  ['token-groups', { identity: { groupsClaim: 'overage' } }, 'otherwise'],
  ['token-contexts', {}, 'not-seen'],
  ['token-methods', {}, 'as-assumed'],
  ['token-capabilities', {}, 'as-assumed'],
  ['token-permissions', {}, 'as-assumed'],
  ['own-object-id', {}, 'as-assumed'],
  ['azure-silent', {}, 'as-assumed'],
  ['request-ids', {}, 'as-assumed'],
  ['date-header', {}, 'as-assumed'],
  ['read-times', {}, 'as-assumed'],
  ['unknown-request', {}, 'as-assumed'],
  ['bad-filter', {}, 'as-assumed'],
  ['role-definitions-expanded', {}, 'as-assumed'],
  ['role-definitions-expanded', { behaviour: { expandedDefinitions: 'name-only' } }, 'otherwise'],
  ['azure-definitions-readable', {}, 'as-assumed'],
  ['azure-definitions-readable', { azure: { definitionReads: 'needs-role' } }, 'otherwise'],
  ['azure-root-list', {}, 'as-assumed'],
  ['azure-root-list', { azure: { rootActiveList: 'empty' } }, 'otherwise'],
  ['azure-inherited-rows', {}, 'as-assumed'],
  ['azure-inherited-rows', { azure: { inheritedAtScope: true } }, 'otherwise'],
  ['azure-as-requestor', {}, 'not-seen'],
  ['azure-as-requestor', NO_AZURE_ROLE, 'as-assumed'],
  ['azure-as-requestor', { ...NO_AZURE_ROLE, azure: { asRequestorRefused: false } }, 'otherwise'],
  ['azure-children-depth', {}, 'as-assumed'],
  ['azure-empty-pages', {}, 'as-assumed'],
  ['azure-empty-pages', { azure: { emptyFirstPage: true } }, 'otherwise'],
  ['azure-permissions-readable', {}, 'as-assumed'],
  ['azure-policies-readable', {}, 'as-assumed'],
  ['azure-policies-readable', { azure: { policyReads: 'needs-role' } }, 'otherwise'],
  ['azure-policy-filter', {}, 'as-assumed'],
  ['azure-policy-filter', { azure: { policyFilterHonoured: false } }, 'otherwise'],
  ['azure-narrow-policy', {}, 'as-assumed'],
];

/** Without a whole tenant in it. */
function titleOf([id, { scenario, ...switches }, verdict]: (typeof SIDES)[number]): string {
  const world = scenario === undefined ? 'with' : 'in another tenant with';
  return `${id} ${world} ${JSON.stringify(switches)}: ${verdict}`;
}

describe('what the lists, the settings and the tokens show', () => {
  it.each(SIDES.map((side) => ({ side, title: titleOf(side) })))('$title', async ({ side }) => {
    const [id, simulator, verdict] = side;
    const { look } = await verified(await signedIn({ simulator }));
    expect(look(id)).toMatchObject({ verdict });
  });

  it('a next page on another host is seen, and not followed', async () => {
    const stack = await signedIn();
    stack.simulator.faults.add({
      match: { pathIncludes: 'privilegedAccess/group/eligibilityScheduleInstances' },
      times: 99,
      action: { kind: 'foreign-next-link', origin: 'http://127.0.0.1:9' },
    });
    expect((await verified(stack)).look('list-pages')).toMatchObject({
      verdict: 'otherwise',
      seen: expect.stringContaining('the next is on another host'),
    });
  });

  it('an $expand that is refused is told from a list that is', async () => {
    const stack = await signedIn();
    stack.simulator.faults.add({
      match: { pathIncludes: '$expand=group' },
      times: 99,
      action: { kind: 'error', status: 403, code: 'Authorization_RequestDenied', message: 'No.' },
    });
    expect((await verified(stack)).look('group-names-expanded')).toMatchObject({
      verdict: 'otherwise',
      seen: expect.stringContaining('403 Authorization_RequestDenied'),
    });
  });

  it('a token that carries an authentication context says so', async () => {
    const stack = await signedIn();
    await person(stack).activate({ name: 'Application Administrator' });
    expect((await verified(stack)).look('token-contexts').verdict).toBe('as-assumed');
  });
});

describe('permissions', () => {
  const READ = 'PrivilegedAssignmentSchedule.Read.AzureADGroup';
  const ELIGIBLE = 'PrivilegedEligibilitySchedule.Read.AzureADGroup';
  const BROAD = 'PrivilegedAccess.ReadWrite.AzureADGroup';

  it.each([
    [true, 'otherwise'],
    [false, 'as-assumed'],
  ])(
    'own requests with Read alone, where they need more: %j',
    async (groupRequestsNeedWrite, verdict) => {
      const scenario = withPermissions(['User.Read', READ, ELIGIBLE]);
      const behaviour = { groupRequestsNeedWrite };
      const reader = await verified(await signedIn({ simulator: { scenario, behaviour } }));
      expect(reader.look('own-group-requests').verdict).toBe(verdict);
    },
  );

  it('own requests tell nothing of Read where the token has more', async () => {
    const { look } = await verified(await signedIn());
    expect(look('own-group-requests').verdict).toBe('not-seen');
  });

  it.each([
    [true, 'as-assumed'],
    [false, 'otherwise'],
  ])('the broad permissions alone, taken: %j', async (acceptsLegacyGroupScopes, verdict) => {
    const scenario = withPermissions(['User.Read', BROAD]);
    const behaviour = { acceptsLegacyGroupScopes };
    const { look } = await verified(await signedIn({ simulator: { scenario, behaviour } }));
    expect(look('legacy-group-permissions').verdict).toBe(verdict);
  });

  it('a consent that is missing leaves out what needs it, and fails nothing', async () => {
    const scenario = withPermissions([READ, ELIGIBLE]);
    const { look, verdict, looks } = await verified(await signedIn({ simulator: { scenario } }));
    expect(look('unit-names-expanded')).toMatchObject({
      verdict: 'not-asked',
      code: 'consent-missing',
      seen: expect.stringContaining('RoleEligibilitySchedule.Read.Directory'),
    });
    expect(look('azure-root-list').verdict).toBe('not-asked');
    expect(look('list-top').verdict).toBe('as-assumed');
    expect(looks.filter((one) => one.verdict === 'failed')).toEqual([]);
    // The ordinary checks say it as what it is.
    expect(verdict).toBe('failed');
  });

  it("Microsoft's own app has no Azure without a sign-in of its own: that is not asked", async () => {
    const { look, verdict } = await verified(await signedIn({ env: {} }));
    expect(look('azure-silent')).toMatchObject({ verdict: 'not-asked', code: 'sign-in-required' });
    expect(verdict).toBe('done');
  });
});

/** Requests to Graph and Azure that might have changed something. */
function writesOf({ simulator }: Stack): string[] {
  return simulator.requests
    .all()
    .filter(({ surface, method }) => surface !== 'identity' && method !== 'GET')
    .map(({ method, path }) => `${method} ${path}`);
}

describe('a run', () => {
  it('sends GETs only, opens no window, and says what it left out', async () => {
    const stack = await signedIn();
    const windows = stack.browser.urls.length;
    stack.simulator.requests.clear();
    const { looks, byHand, view } = await verified(stack);
    expect(writesOf(stack)).toEqual([]);
    expect(stack.simulator.requests.all().length).toBeGreaterThan(50);
    expect(stack.browser.urls).toHaveLength(windows);
    expect(looks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
    expect(looks.filter(({ seen }) => seen.includes('--allow-writes'))).toHaveLength(8);
    expect(byHand.length).toBeGreaterThan(20);
    expect(view?.notes?.at(-1)).toContain('Send it as an issue');
    expect(view?.facts?.at(-1)?.[0]).toBe('by hand');
  });

  it('names nobody and nothing, and holds nothing that was issued', async () => {
    const stack = await signedIn();
    await person(stack).activate({ name: 'Production Support', justification: WHY });
    await person(stack).activate({ name: 'Payments Operators', justification: WHY });
    const { text } = await verified(stack, { allow_writes: 'Security Reader' });
    const { scenario } = stack.simulator;
    const roles = new Set(scenario.roleDefinitions.map(({ displayName }) => displayName));
    const issued = stack.simulator.issuedSecrets();
    expect(issued.length).toBeGreaterThan(2);
    // Roles that every tenant has are no secret, but nothing names one either.
    const hidden = [...namesAndIds(scenario), ...roles, ...issued, WHY, 'INC-4711', stack.folder];
    expect(hidden.filter((secret) => secret !== '/' && text.includes(secret))).toEqual([]);
  });

  it('with nobody signed in everything is left out', async () => {
    const stack = await openStack({ env: WITH_OWN_APP });
    const { looks, view, verdict } = await verified(stack, { allow_writes: 'Security Reader' });
    expect(new Set(looks.map((look) => look.verdict))).toEqual(new Set(['not-asked']));
    expect([view?.next, verdict]).toEqual(['sign-in', 'done']);
    expect(writesOf(stack)).toEqual([]);
  });

  it('where nothing answers, looks fail with their code, and a host is tried once', async () => {
    const stack = await signedIn();
    for (const pathIncludes of ['/v1.0/', '/beta/', '/providers/'])
      stack.simulator.faults.add({
        match: { pathIncludes },
        times: 9999,
        action: { kind: 'drop-before' },
      });
    stack.simulator.requests.clear();
    const { look, verdict } = await verified(stack, { allow_writes: 'Security Reader' });
    expect(look('list-top')).toMatchObject({ verdict: 'failed', code: 'network' });
    expect(look('activation-statuses')).toMatchObject({ verdict: 'failed', code: 'network' });
    expect(look('token-roles').verdict).toBe('as-assumed');
    expect(verdict).toBe('failed');
    expect(stack.simulator.requests.all().length).toBeLessThan(60);
  });

  it('a service in trouble is no refusal: what it was asked is not known then', async () => {
    const stack = await signedIn();
    stack.simulator.faults.add({
      match: { pathIncludes: 'roleManagementPolicyAssignments' },
      times: 999,
      action: { kind: 'error', status: 503, code: 'Busy' },
    });
    const { look } = await verified(stack);
    for (const id of ['azure-policies-readable', 'role-policy-scope-type', 'policy-maximum'])
      expect(look(id)).toMatchObject({ verdict: 'failed', code: 'upstream', seen: '503 Busy.' });
  });

  it('an error is its code and the id of the request, and no more', async () => {
    const stack = await signedIn();
    stack.simulator.faults.add({
      match: { surface: 'directory' },
      times: 999,
      action: {
        kind: 'error',
        status: 403,
        code: 'Odd code of ada',
        message: 'Not for Ada Lindgren.',
        headers: { 'request-id': '0c3ad2ab-5bd6-44a8-a4a5-0f5b1fd23e51' },
      },
    });
    const { look, text } = await verified(stack);
    expect(look('unit-policy')).toMatchObject({
      verdict: 'failed',
      code: 'forbidden',
      seen: '403 an odd code.',
      requestId: '0c3ad2ab-5bd6-44a8-a4a5-0f5b1fd23e51',
    });
    expect(text).not.toMatch(/Not for|Odd code of ada/u);
  });
});
