import { beforeEach, describe, expect, it } from 'vitest';
import { contosoScenario } from '../../src/simulator/scenario.ts';
import { person, type Person } from '../support/person.ts';
import { openStack, OWN_APP } from '../support/stack.ts';

const GROUP = 'Production Support';
const ROLE = 'Security Reader';
const SANDBOX = 'rg-sandbox';

let ada: Person;

beforeEach(async () => {
  ada = person(await openStack({ env: { AZURE_CLIENT_ID: OWN_APP } }));
});

function writes(): string[] {
  return ada.stack.simulator.requests
    .all()
    .filter(({ method, path }) => method !== 'GET' && /ScheduleRequests/iu.test(path))
    .map(({ path }) => path);
}

async function azureHandle(name: string, scope: string): Promise<string> {
  const { assignments } = await ada.eligible({ type: 'AzureResource', search: name });
  return assignments.find((row) => row.scope.name === scope)?.handle ?? '';
}

describe('several activations in one go', () => {
  it('are reported item by item, in the order asked for', async () => {
    const azure = await azureHandle('Contributor', 'Grid Test');
    const { status, message, results } = await ada.activate({ names: [azure, ROLE, GROUP] });
    expect(status).toBe('active');
    expect(message).toBe('All 3 active.');
    expect(results?.map(({ name, status: each }) => [name, each])).toEqual([
      ['Contributor', 'active'],
      [ROLE, 'active'],
      [GROUP, 'active'],
    ]);
  });

  it('sends groups first: they may bring what the others are about', async () => {
    await ada.activate({ names: [ROLE, await azureHandle('Contributor', 'Grid Test'), GROUP] });
    const kinds = writes().map((path) => /privilegedAccess|directory|providers/u.exec(path)?.[0]);
    expect(kinds).toHaveLength(3);
    expect(kinds[0]).toBe('privilegedAccess');
  });

  it('are checked whole: one problem stops all, and all problems are said', async () => {
    const { problems, candidates } = await ada.refusal('activate', {
      names: [GROUP, 'User Administrator', 'Nobody Knows', 'Payments Operators'],
      duration: 3,
      justification: 'x',
    });
    expect(problems.map(({ code }) => code)).toEqual([
      'duration-too-long',
      'ambiguous-name',
      'no-such-name',
    ]);
    expect(problems[0]?.subject).toBe(GROUP);
    expect(candidates.length).toBeGreaterThanOrEqual(2);
    expect(writes()).toEqual([]);
  });

  it('skip what is active already, and say so', async () => {
    await ada.activate({ name: GROUP });
    const { results } = await ada.activate({ names: [GROUP, ROLE] });
    expect(results?.map(({ status }) => status)).toEqual(['active', 'active']);
    expect(results?.[0]?.message).toContain('Already active');
    expect(writes()).toHaveLength(2);
  });

  it('name one thing twice and get it once', async () => {
    const { assignments } = await ada.eligible({ search: GROUP });
    const { results } = await ada.activate({ names: [GROUP, assignments[0]?.handle ?? ''] });
    expect(results).toHaveLength(1);
    expect(writes()).toHaveLength(1);
  });

  it('one that fails neither hides nor stops the others', async () => {
    ada.stack.simulator.faults.add({
      match: { pathIncludes: 'roleAssignmentScheduleRequests', method: 'POST' },
      action: { kind: 'error', status: 400, code: 'AadPremiumLicenseRequired' },
    });
    const { status, message, results } = await ada.activate({ names: [ROLE, GROUP] });
    expect(results?.map((item) => [item.status, item.error])).toEqual([
      ['failed', 'licence-missing'],
      ['active', undefined],
    ]);
    expect(status).toBe('failed');
    expect(message).toBe('NOT ALL ACTIVE: 1 failed, 1 active.');
  });

  it('pending is said of the whole: not all are active', async () => {
    const { status, message } = await ada.activate({ names: ['Payments Operators', GROUP] });
    expect(status).toBe('pending-approval');
    expect(message).toBe('NOT ALL ACTIVE: 1 waiting for approval, 1 active.');
    expect(await ada.verdict('activate', { names: [GROUP], justification: 'x' })).toBe('done');
  });

  it('what the time of the call does not allow is not sent, and said', async () => {
    const { clock } = ada.stack.context;
    const call = { answerBy: new Date(clock.now().getTime() + 15_900) };
    const { results } = await ada.activate({ names: [GROUP, ROLE] }, { call });
    expect(results?.map(({ status }) => status)).toEqual(['not-sent', 'not-sent']);
    expect(writes()).toEqual([]);
  });

  it('take either name or names', async () => {
    for (const input of [{}, { name: GROUP, names: [ROLE] }]) {
      const { problems } = await ada.refusal('activate', { justification: 'x', ...input });
      expect(problems.map(({ code }) => code)).toEqual(['nothing-named']);
    }
  });
});

describe('an Azure role at a narrower place', () => {
  it('is activated there: named by its path, below the eligible subscription', async () => {
    const name = await azureHandle('Contributor', 'Grid Test');
    const { assignments } = await ada.eligible({ search: name });
    const place = `${assignments[0]?.scope.id}/resourceGroups/${SANDBOX}`;
    const result = await ada.activate({ name, directory_scope_id: place });
    expect(result).toMatchObject({ status: 'active', scope: { id: place } });
    const { active } = await ada.active({ search: SANDBOX });
    expect(active).toMatchObject([{ name: 'Contributor', assignmentType: 'Activated' }]);
    expect((await ada.eligible({ search: name })).assignments[0]).toMatchObject({
      status: 'Eligible',
    });
  });

  it('is activated there: a subscription under the eligible management group, by its name', async () => {
    const name = await azureHandle('Reader', 'Grid');
    const result = await ada.activate({ name, directory_scope_id: 'Grid Production' });
    expect(result).toMatchObject({ status: 'active', scope: { name: 'Grid Production' } });
    const again = await ada.activate({ name, directory_scope_id: 'Grid Production' });
    expect(again.message).toContain('Already active');
  });

  it('is activated there: a resource group in a subscription of the management group, by its path', async () => {
    const name = await azureHandle('Reader', 'Grid');
    const { assignments } = await ada.eligible({
      search: 'Grid Production',
      type: 'AzureResource',
    });
    const place = `${assignments[0]?.scope.id}/resourceGroups/rg-billing/`;
    const result = await ada.activate({ name, directory_scope_id: place });
    expect(result).toMatchObject({ status: 'active', scope: { name: 'rg-billing' } });
  });

  it('says why where Azure does not let it be activated that deep', async () => {
    ada.stack.simulator.behaviour.patch({
      azure: { resourceGroupUnderManagementGroup: 'refused' },
    });
    const name = await azureHandle('Reader', 'Grid');
    const { assignments } = await ada.eligible({
      search: 'Grid Production',
      type: 'AzureResource',
    });
    const directory_scope_id = `${assignments[0]?.scope.id}/resourceGroups/rg-scada`;
    await expect(ada.activate({ name, directory_scope_id })).rejects.toMatchObject({
      code: 'forbidden',
      details: { reasons: ['AuthorizationFailed'] },
    });
  });

  it('is not chosen among places of one name', async () => {
    const scenario = contosoScenario();
    const scopes = scenario.azure.scopes.map((scope) =>
      scope.displayName === 'Grid Test' ? { ...scope, displayName: 'Grid Production' } : scope,
    );
    const stack = await openStack({
      env: { AZURE_CLIENT_ID: OWN_APP },
      simulator: { scenario: { ...scenario, azure: { ...scenario.azure, scopes } } },
    });
    const { assignments } = await person(stack).eligible({
      type: 'AzureResource',
      search: 'Reader',
    });
    const name = assignments.find((row) => row.scope.name === 'Grid')?.handle;
    const input = { name, directory_scope_id: 'Grid Production', justification: 'x' };
    const { problems, candidates } = await person(stack).refusal('activate', input);
    expect(problems.map(({ code }) => code)).toEqual(['ambiguous-name']);
    expect(new Set(candidates.map(({ handle }) => handle)).size).toBe(2);
  });

  it('is refused elsewhere: nothing is sent to a place that the eligibility does not hold', async () => {
    const name = await azureHandle('Contributor', 'Grid Test');
    const { problems } = await ada.refusal('activate', {
      name,
      directory_scope_id: 'Finance',
      justification: 'x',
    });
    expect(problems.map(({ code }) => code)).toEqual(['narrowed-away']);
    expect(writes()).toEqual([]);
  });
});

describe('planning without doing', () => {
  it('shows what would be sent, and that Microsoft would take it', async () => {
    const { results } = await ada.activate({ names: [GROUP, ROLE], validate_only: true });
    expect(results?.map(({ status }) => status)).toEqual(['valid', 'valid']);
    expect(results?.every(({ message }) => message.includes('NOT ACTIVE'))).toBe(true);
    const { active } = await ada.active();
    expect(active.filter(({ assignmentType }) => assignmentType === 'Activated')).toEqual([]);
  });

  it("shows Microsoft's refusal as the answer that it is", async () => {
    const { behaviour } = ada.stack.simulator;
    const refusals = [{ code: 50076, appliesTo: '*', at: 'redirect' }];
    behaviour.patch({ identity: { mfa: false } });
    await ada.stack.signIn.token();
    behaviour.patch({ identity: { refusals } });
    const result = await ada.activate({
      name: 'Privileged Role Administrator',
      validate_only: true,
      duration: 0.5,
    });
    expect(result).toMatchObject({ status: 'invalid', error: 'step-up-required' });
    expect(result.message).toContain('would refuse');
    expect(result.notes?.join(' ')).toContain('Multifactor authentication');
  });

  it('says of several that nothing was activated', async () => {
    const { message } = await ada.activate({ names: [GROUP, ROLE], validate_only: true });
    expect(message).toBe('Only checked, nothing was activated: 2 would be accepted.');
  });
});

describe('waiting until it works', () => {
  it('what is on stays on when the call is cancelled while it is looked at', async () => {
    ada.stack.simulator.behaviour.patch({ identity: { effectLagSeconds: 3600 } });
    const controller = new AbortController();
    const report = (message: string): void => {
      if (message.startsWith('Looking whether')) controller.abort();
    };
    const call = { report, signal: controller.signal };
    const result = await ada.activate({ names: [ROLE], wait: true }, { call });
    expect(result.results).toMatchObject([{ status: 'active', effect: expect.any(String) }]);
    expect(result.results?.[0]?.effect).not.toBe('effective');
  });

  it('reports a role that no token can tell about as unknown', async () => {
    const { assignments } = await ada.eligible({ search: 'User Administrator' });
    const name = assignments[0]?.handle ?? '';
    const result = await ada.activate({ name, wait: true });
    expect(result).toMatchObject({ status: 'active', effect: 'unknown' });
  });

  it('looks again until a lagging token carries the role', async () => {
    ada.stack.simulator.behaviour.patch({ identity: { effectLagSeconds: 30 } });
    const result = await ada.activate({ name: ROLE, wait: true });
    expect(result).toMatchObject({ status: 'active', effect: 'effective' });
  });

  it('says not yet, and does not call it done, when the call must answer before', async () => {
    ada.stack.simulator.behaviour.patch({ identity: { effectLagSeconds: 3600 } });
    const { outcome } = await ada.stack.run('activate', {
      name: ROLE,
      justification: 'x',
      wait: true,
    });
    expect(outcome).toMatchObject({ verdict: 'not-yet', output: { effect: 'not-yet' } });
  });

  it('names who keeps old tokens, and the command that renews each', async () => {
    const { notes } = await ada.activate({ name: GROUP, wait: true });
    expect(notes?.join(' ')).toMatch(/az login.*kubelogin remove-tokens.*portals/u);
  });
});
