import { beforeEach, describe, expect, it } from 'vitest';
import { deferred } from '../support/deferred.ts';
import { person, type Person } from '../support/person.ts';
import { openStack, OWN_APP } from '../support/stack.ts';

const GROUP = 'Production Support';
const ROLE = 'Security Reader';
const MINUTE_MS = 60_000;

let ada: Person;

beforeEach(async () => {
  ada = person(await openStack({ env: { AZURE_CLIENT_ID: OWN_APP } }));
});

/** That list cannot be read for a while. */
function blind(pathIncludes: string): void {
  ada.stack.simulator.faults.add({
    match: { pathIncludes, method: 'GET' },
    action: { kind: 'error', status: 503, code: 'ServiceUnavailable' },
    times: 3,
  });
}

describe('deactivate', () => {
  it('ends one by its name', async () => {
    await ada.activate({ name: GROUP });
    ada.stack.clock.advance(5 * MINUTE_MS);
    const result = await ada.deactivate({ name: GROUP });
    expect(result).toMatchObject({ status: 'deactivated', type: 'Group', name: GROUP });
    expect(await ada.verdict('deactivate', { name: GROUP })).toBe('done');
  });

  it('in the first five minutes says from when, is no success, and sends nothing', async () => {
    await ada.activate({ name: GROUP });
    const { outcome } = await ada.stack.run('deactivate', { name: GROUP });
    expect(outcome).toMatchObject({ verdict: 'not-yet', output: { status: 'too-early' } });
    const { requests } = await ada.requests({ show: 'history' });
    expect(requests.filter(({ action }) => action === 'selfDeactivate')).toEqual([]);
  });

  it('waits for that moment when asked to', async () => {
    await ada.activate({ name: GROUP });
    const begun = deferred<void>();
    const report = (message: string): void => {
      if (message.startsWith('Waiting until')) begun.resolve();
    };
    const waiting = ada.deactivate({ name: GROUP, wait: true }, { call: { report } });
    await begun.promise;
    ada.stack.clock.advance(5 * MINUTE_MS);
    expect(await waiting).toMatchObject({ status: 'deactivated' });
  });

  it('does not wait longer than whoever called', async () => {
    await ada.activate({ name: GROUP });
    const call = { answerBy: new Date(ada.stack.clock.now().getTime() + 50_000) };
    const result = await ada.deactivate({ name: GROUP, wait: true }, { call });
    expect(result).toMatchObject({ status: 'too-early' });
  });

  it('ends all that the user activated, and nothing that an administrator gave', async () => {
    await ada.activate({ names: [GROUP, ROLE] });
    ada.stack.clock.advance(5 * MINUTE_MS);
    const { results, message } = await ada.deactivate({ all: true });
    expect(message).toBe('2 deactivated.');
    expect(results?.map(({ name }) => name).toSorted()).toEqual([GROUP, ROLE]);
    const { active } = await ada.active();
    expect(new Set(active.map(({ assignmentType }) => assignmentType))).toEqual(
      new Set(['Assigned']),
    );
  });

  it('has nothing to end when nothing was activated', async () => {
    expect(await ada.deactivate({ all: true })).toMatchObject({
      results: [],
      status: 'not-active',
    });
  });

  it('says what is on, however the lists lag: Microsoft is asked', async () => {
    ada.stack.simulator.behaviour.patch({ graph: { lagSeconds: 3600 } });
    const other = person(await openStack({ env: { AZURE_CLIENT_ID: OWN_APP }, beside: ada.stack }));
    await ada.activate({ name: GROUP });
    expect(await other.deactivate({ name: GROUP })).toMatchObject({ status: 'too-early' });
    expect(await other.deactivate({ all: true })).toMatchObject({
      results: [{ name: GROUP, status: 'too-early' }],
    });
    ada.stack.clock.advance(5 * MINUTE_MS);
    const { results } = await other.deactivate({ all: true });
    expect(results).toMatchObject([{ name: GROUP, status: 'deactivated' }]);
    expect(await other.deactivate({ all: true })).toMatchObject({ results: [] });
  });

  it('of Azure, which does not find a new activation, believes the user’s own requests', async () => {
    ada.stack.simulator.behaviour.patch({
      azure: { notFoundSeconds: 44, activeListLagSeconds: 90 },
    });
    const other = person(await openStack({ env: { AZURE_CLIENT_ID: OWN_APP }, beside: ada.stack }));
    const { assignments } = await ada.eligible({ type: 'AzureResource', search: 'Grid Test' });
    const name = assignments.find((row) => row.name === 'Contributor')?.handle ?? '';
    await ada.activate({ name });
    const early = await other.deactivate({ name });
    expect(early).toMatchObject({ status: 'too-early' });
    expect(early.message).toContain('STILL ACTIVE');
    ada.stack.clock.advance(5 * MINUTE_MS);
    expect(await other.deactivate({ name })).toMatchObject({ status: 'deactivated' });
  });

  it('all is not done where one’s own requests cannot be read either', async () => {
    blind('privilegedAccess/group/assignmentScheduleRequests');
    const { outcome } = await ada.stack.run('deactivate', { all: true });
    expect(outcome).toMatchObject({ output: { status: 'unknown' }, faults: ['upstream'] });
  });

  it('asked to wait longer than its caller can, says that nothing is queued', async () => {
    await ada.activate({ name: GROUP });
    const call = { answerBy: new Date(ada.stack.clock.now().getTime() + 50_000) };
    const { notes } = await ada.deactivate({ name: GROUP, wait: true }, { call });
    expect(notes?.join(' ')).toContain('Nothing is queued');
  });

  it('of what is not on says so, and that lists lag', async () => {
    const result = await ada.deactivate({ name: GROUP });
    expect(result).toMatchObject({ status: 'not-active' });
    expect(result.notes?.join(' ')).toContain('lag');
  });

  it.each([GROUP, [GROUP]])('asks Microsoft where what is on cannot be read: %j', async (which) => {
    await ada.activate({ name: GROUP });
    ada.stack.clock.advance(5 * MINUTE_MS);
    const input = typeof which === 'string' ? { name: which } : { names: which };
    blind('privilegedAccess/group/assignmentScheduleInstances');
    const { status } = await ada.deactivate(input);
    expect(status).toBe('deactivated');
  });

  it('and believes its no', async () => {
    blind('privilegedAccess/group/assignmentScheduleInstances');
    const result = await ada.deactivate({ name: GROUP });
    expect(result).toMatchObject({ status: 'not-active' });
    expect(result.message).toContain('Microsoft says');
  });

  it('all is not done where what is on cannot be read', async () => {
    blind('privilegedAccess/group/assignmentScheduleInstances');
    const { outcome } = await ada.stack.run('deactivate', { all: true });
    expect(outcome).toMatchObject({ output: { status: 'unknown' }, faults: ['upstream'] });
  });

  it('refuses what an administrator assigned', async () => {
    const { problems } = await ada.refusal('deactivate', { name: 'Groups Administrator' });
    expect(problems.map(({ code }) => code)).toEqual(['not-deactivatable']);
  });

  it('refuses a name that nothing has', async () => {
    const { problems } = await ada.refusal('deactivate', { names: [GROUP, 'Nobody Knows'] });
    expect(problems).toMatchObject([{ code: 'no-such-name' }]);
  });

  it('one that fails neither hides nor stops the others', async () => {
    await ada.activate({ names: [GROUP, ROLE] });
    ada.stack.clock.advance(5 * MINUTE_MS);
    ada.stack.simulator.faults.add({
      match: { pathIncludes: 'privilegedAccess/group/assignmentScheduleRequests', method: 'POST' },
      action: { kind: 'error', status: 403, code: 'Authorization_RequestDenied' },
    });
    const { results } = await ada.deactivate({ names: [GROUP, ROLE] });
    expect(results?.map(({ status }) => status)).toEqual(['failed', 'deactivated']);
    expect(results?.[0]?.message).toContain('STILL ACTIVE');
  });

  it('is listed as off at once, though Microsoft’s lists lag', async () => {
    await ada.activate({ name: GROUP });
    ada.stack.clock.advance(5 * MINUTE_MS);
    ada.stack.simulator.behaviour.patch({ graph: { lagSeconds: 60 } });
    await ada.deactivate({ name: GROUP });
    const { active } = await ada.active({ search: GROUP });
    expect(active).toEqual([]);
  });

  it('and then activate again waits until Microsoft has cleared the old one', async () => {
    await ada.activate({ name: ROLE });
    ada.stack.clock.advance(5 * MINUTE_MS);
    ada.stack.simulator.behaviour.patch({ graph: { reactivationGapSeconds: 45 } });
    await ada.deactivate({ name: ROLE });
    expect(await ada.activate({ name: ROLE })).toMatchObject({ status: 'active' });
  });

  it('is recorded in the journal, with what came of it', async () => {
    await ada.activate({ name: GROUP });
    ada.stack.clock.advance(5 * MINUTE_MS);
    const { handle } = await ada.deactivate({ name: GROUP });
    const steps = (await ada.journal()).filter(({ operation }) => operation === 'deactivate');
    expect(steps).toMatchObject([
      { handle, step: 'sending' },
      { handle, step: 'sent', status: 'Revoked' },
    ]);
  });
});

describe('list_active', () => {
  it('shows what came through a group, and that it is not the user’s to end', async () => {
    await ada.activate({ name: GROUP });
    const { active } = await ada.active({ type: 'AzureResource', search: 'Finance' });
    expect(active).toMatchObject([{ name: 'Reader', through: GROUP, canDeactivate: false }]);
  });

  it('shows the rest when a surface cannot be read', async () => {
    ada.stack.simulator.faults.add({
      match: { pathIncludes: 'roleAssignmentScheduleInstances' },
      action: { kind: 'error', status: 403, code: 'Authorization_RequestDenied' },
      times: 20,
    });
    const { active, problems } = await ada.active();
    expect(active.map(({ type }) => type)).toContain('Group');
    expect(problems.map(({ type }) => type)).toContain('EntraRole');
  });

  it('asks one surface only for one type', async () => {
    await ada.active();
    const before = ada.stack.simulator.requests.all().length;
    await ada.active({ type: 'Group' });
    const paths = ada.stack.simulator.requests.all().slice(before);
    expect(paths.every(({ path }) => path.includes('privilegedAccess/group'))).toBe(true);
  });
});
