import { beforeEach, describe, expect, it } from 'vitest';
import { person, WHY, type Person } from '../support/person.ts';
import { openStack, OWN_APP } from '../support/stack.ts';

const APPROVED_GROUP = 'Payments Operators';
const GROUP = 'Production Support';
const ROLE = 'Security Reader';
const MARCUS = 'marcus.okafor@contoso.example';
const ENV = { AZURE_CLIENT_ID: OWN_APP };
const HOUR_MS = 3_600_000;

let ada: Person;

beforeEach(async () => {
  ada = person(await openStack({ env: ENV }));
});

async function openMarcus(): Promise<Person> {
  return person(await openStack({ env: ENV, beside: ada.stack, as: MARCUS }));
}

function inHours(hours: number): string {
  return new Date(ada.stack.clock.now().getTime() + hours * HOUR_MS).toISOString();
}

async function azureHandle(name: string, scope: string): Promise<string> {
  const { assignments } = await ada.eligible({ type: 'AzureResource', search: name });
  return assignments.find((row) => row.scope.name === scope)?.handle ?? '';
}

describe('a start to come', () => {
  it.each([
    ['a group', () => Promise.resolve(GROUP)],
    ['an Entra role', () => Promise.resolve(ROLE)],
    ['an Azure role', () => azureHandle('Contributor', 'Grid Test')],
  ])('of %s is scheduled, listed as such, and can be canceled', async (_, name) => {
    const start = inHours(20);
    const result = await ada.activate({ name: await name(), start_time: start, duration: 1 });
    expect(result).toMatchObject({ status: 'scheduled', activeUntil: null });
    expect(result.message).toContain('NOT ACTIVE yet');
    const { requests } = await ada.requests({ show: 'open' });
    expect(requests).toMatchObject([{ state: 'scheduled', can: 'cancel', startTime: start }]);
    const { request } = await ada.cancel(requests[0]?.handle ?? '');
    expect(request.state).toBe('canceled');
    ada.stack.clock.advance(21 * HOUR_MS);
    const { active } = await ada.active();
    expect(active.filter(({ assignmentType }) => assignmentType === 'Activated')).toEqual([]);
  });

  it('of what runs now is sent only if Microsoft takes it; its refusal is said', async () => {
    await ada.activate({ name: ROLE, duration: 1 });
    await expect(
      ada.activate({ name: ROLE, start_time: inHours(2), duration: 1 }),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it('of what runs now is scheduled where the tenant takes it', async () => {
    ada.stack.simulator.behaviour.patch({ graph: { futureWhileActive: 'accepted' } });
    await ada.activate({ name: ROLE, duration: 1 });
    const result = await ada.activate({ name: ROLE, start_time: inHours(2), duration: 1 });
    expect(result).toMatchObject({ status: 'scheduled' });
  });

  it('a running activation cannot be extended: what can be done instead is said, nothing is sent', async () => {
    await ada.activate({ name: ROLE, duration: 1 });
    const { message, notes } = await ada.activate({ name: ROLE, duration: 4 });
    expect(message).toContain('Nothing was sent');
    expect(notes?.join(' ')).toContain('cannot be extended');
  });
});

describe('list_requests', () => {
  it('shows the open ones of the user and what awaits their decision, when nothing is said', async () => {
    await ada.activate({ name: APPROVED_GROUP });
    const marcus = await openMarcus();
    await marcus.activate({ name: GROUP, start_time: inHours(3) });
    const { requests } = await marcus.requests();
    expect(requests.map(({ isMine, state }) => [isMine, state])).toEqual([
      [false, 'pending-approval'],
      [true, 'scheduled'],
    ]);
  });

  it('shows who asks, why, for how long and with which ticket', async () => {
    const ticket = { ticket_number: 'CHG-88', ticket_system: 'ServiceNow' };
    await ada.activate({ name: APPROVED_GROUP, duration: 1.5, ...ticket });
    const { requests } = await (await openMarcus()).requests({ show: 'awaiting-me' });
    expect(requests).toMatchObject([
      {
        requester: 'Ada Lindgren',
        justification: WHY,
        duration: 'PT1H30M',
        ticket: 'ServiceNow CHG-88',
        name: APPROVED_GROUP,
      },
    ]);
  });

  it.each([
    ['Group', GROUP, /^\/(?!v1\.0\/identityGovernance\/privilegedAccess\/group\/)/u],
    ['EntraRole', ROLE, /privilegedAccess\/group|providers\/microsoft\.authorization/iu],
  ] as const)('of one type (%s) reads that surface alone', async (type, name, elsewhere) => {
    for (const each of [GROUP, ROLE]) await ada.activate({ name: each, start_time: inHours(3) });
    ada.stack.simulator.requests.clear();
    const { requests, total } = await ada.requests({ show: 'open', type });
    expect([total, requests.map((row) => row.name)]).toEqual([1, [name]]);
    const paths = ada.stack.simulator.requests.all().map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => elsewhere.test(path))).toEqual([]);
  });

  it('cleans what others wrote', async () => {
    await ada.activate({ name: APPROVED_GROUP, justification: 'urgent\u202E\u001B[31m now' });
    const { requests } = await (await openMarcus()).requests({ show: 'awaiting-me' });
    expect(requests[0]?.justification).toBe('urgent [31m now');
  });

  it('shows a status that we do not know as such, never as done', async () => {
    ada.stack.simulator.behaviour.patch({
      graph: {
        provisioningStatus: 'PostApprovalExtensionPendingEvaluation',
        provisioningDelaySeconds: { group: 3600, directory: 3600 },
      },
    });
    const result = await ada.activate({ name: GROUP });
    expect(result).toMatchObject({ status: 'in-progress' });
    const { requests } = await ada.requests();
    expect(requests[0]).toMatchObject({
      can: 'cancel',
      state: 'unknown',
      status: 'PostApprovalExtensionPendingEvaluation',
    });
  });

  it('marks rows of others that nobody can decide any more', async () => {
    ada.stack.simulator.behaviour.patch({ graph: { staleApproverRows: 'as-pending' } });
    const { requestId } = await ada.activate({ name: APPROVED_GROUP });
    const marcus = await openMarcus();
    await marcus.decide(requestId ?? '', 'deny');
    const { requests } = await marcus.requests({ show: 'awaiting-me' });
    expect(requests).toMatchObject([{ can: null, stage: expect.stringContaining('stale') }]);
    const { problems } = await marcus.refusal('decide_request', {
      request: requestId,
      decision: 'approve',
      justification: 'too late',
    });
    expect(problems.map(({ code }) => code)).toEqual(['not-decidable']);
  });

  it('shows the rest when a surface cannot be read', async () => {
    await ada.activate({ name: APPROVED_GROUP });
    ada.stack.simulator.faults.add({
      match: { pathIncludes: 'roleAssignmentScheduleRequests' },
      action: { kind: 'error', status: 403, code: 'Authorization_RequestDenied' },
      times: 20,
    });
    const { requests, problems } = await ada.requests();
    expect(requests).toHaveLength(1);
    expect(problems.map(({ type }) => type)).toContain('EntraRole');
  });
});

describe('cancel_request', () => {
  it('refuses what is over, and says what ends an active one', async () => {
    const { requestId } = await ada.activate({ name: GROUP });
    const { problems } = await ada.refusal('cancel_request', { request: requestId });
    expect(problems).toMatchObject([
      { code: 'not-cancellable', fix: expect.stringContaining('deactivate') },
    ]);
  });

  it('refuses an id that no request of the user has', async () => {
    const { problems } = await ada.refusal('cancel_request', { request: 'q-00000000' });
    expect(problems.map(({ code }) => code)).toEqual(['no-such-request']);
  });

  it('lets the same be asked for again', async () => {
    const { requestId } = await ada.activate({ name: APPROVED_GROUP });
    await ada.cancel(requestId ?? '');
    const again = await ada.activate({ name: APPROVED_GROUP });
    expect(again.status).toBe('pending-approval');
    expect(again.requestId).not.toBe(requestId);
  });
});

describe('decide_request', () => {
  it('wants a decision and a reason before it asks anybody', async () => {
    const before = ada.stack.simulator.requests.all().length;
    const { problems } = await ada.refusal('decide_request', { request: 'q-00000000' });
    expect(problems.map(({ code }) => code)).toEqual(['nothing-named', 'justification-required']);
    expect(ada.stack.simulator.requests.all()).toHaveLength(before);
  });

  it('is a command, and no tool: no agent approves what an agent asked for', async () => {
    const { OPERATIONS } = await import('../../src/operations/index.ts');
    const decide = OPERATIONS.find(({ name }) => name === 'decide_request');
    expect(decide).toMatchObject({ isTool: false, command: { name: 'decide' } });
  });

  it('says so when somebody else was faster', async () => {
    const { requestId } = await ada.activate({ name: APPROVED_GROUP });
    const marcus = await openMarcus();
    ada.stack.simulator.faults.add({
      match: { pathIncludes: 'assignmentApprovals', method: 'PATCH' },
      action: { kind: 'error', status: 409, code: 'Conflict' },
    });
    await expect(marcus.decide(requestId ?? '', 'approve')).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('is recorded in the journal', async () => {
    const { requestId } = await ada.activate({ name: APPROVED_GROUP });
    const marcus = await openMarcus();
    await marcus.decide(requestId ?? '', 'approve');
    expect(await marcus.journal()).toMatchObject([
      { operation: 'decide_request', step: 'sending', requestId, decision: 'approve' },
      { operation: 'decide_request', step: 'sent', requestId },
    ]);
  });
});
