import { describe, expect, it } from 'vitest';
import { type JournalEntry, memoryJournal } from '../../src/simulator/journal.ts';
import {
  ADA,
  errorOf,
  FINANCE_REPORTING,
  GRID_NORTH,
  GRID_SOUTH,
  GROUP_REQUESTS,
  groupOrder,
  HELPDESK_GROUP,
  IDENTITY_OPERATIONS,
  LEGACY_BATCH_JOBS,
  MARCUS,
  NOOR,
  PAYMENTS_OPERATORS,
  PRODUCTION_SUPPORT,
  ROLE,
  ROLE_REQUESTS,
  roleOrder,
  type Row,
  scheduleInfo,
  service,
  type Service,
  verdictOf,
} from './graph-support.ts';

const RULES_FAILED = '400 RoleAssignmentRequestPolicyValidationFailed';

function lasting(duration: string): Row {
  return scheduleInfo({ expiration: { type: 'afterDuration', duration } });
}

function startingAt(startDateTime: string | null): Row {
  return scheduleInfo({ startDateTime });
}

function at(time: string): Row {
  return { scheduleInfo: startingAt(`2026-01-15T${time}Z`) };
}

async function group(changes: Row, graph: Service = service()): Promise<string> {
  return verdictOf(await graph.post(GROUP_REQUESTS, groupOrder(changes)));
}

async function role(changes: Row, graph: Service = service()): Promise<string> {
  return verdictOf(await graph.post(ROLE_REQUESTS, roleOrder(changes)));
}

async function failedRules(changes: Row, graph: Service = service()): Promise<string> {
  const answer = await graph.post(GROUP_REQUESTS, groupOrder(changes));
  expect(verdictOf(answer)).toBe(RULES_FAILED);
  return errorOf(answer).message;
}

describe('an activation', () => {
  it('answers 201 with the request as it was understood', async () => {
    const graph = service();
    const ticketInfo = { ticketNumber: 'INC-4711', ticketSystem: 'ServiceNow' };
    const answer = await graph.post(ROLE_REQUESTS, roleOrder({ ticketInfo }));
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      status: 'Provisioned',
      action: 'selfActivate',
      principalId: ADA,
      roleDefinitionId: ROLE['User Administrator'],
      directoryScopeId: GRID_NORTH,
      appScopeId: null,
      isValidationOnly: false,
      ticketInfo,
      createdBy: { user: { id: ADA } },
      scheduleInfo: { expiration: { type: 'afterDuration', duration: 'PT1H' } },
    });
    expect(graph.journal.entries()).toHaveLength(1);
  });

  it('reads enum values in any casing', async () => {
    const expiration = { type: 'AfterDuration', duration: 'PT1H' };
    const changes = { action: 'SelfActivate', accessId: 'Member' };
    expect(await group({ ...changes, scheduleInfo: scheduleInfo({ expiration }) })).toBe('201');
  });

  it('can end at a time', async () => {
    const expiration = { type: 'afterDateTime', endDateTime: '2026-01-15T11:00:00+01:00' };
    expect(await group({ scheduleInfo: scheduleInfo({ expiration }) })).toBe('201');
  });

  it('of a validation runs the same checks and leaves no trace', async () => {
    const graph = service();
    const answer = await graph.post(GROUP_REQUESTS, groupOrder({ isValidationOnly: true }));
    expect(answer).toMatchObject({
      status: 201,
      body: { isValidationOnly: true, status: 'Granted' },
    });
    expect(await group({ isValidationOnly: true, justification: '' }, graph)).toBe(RULES_FAILED);
    const forRole = await graph.post(ROLE_REQUESTS, roleOrder({ isValidationOnly: true }));
    expect(forRole).toMatchObject({ status: 201, body: { isValidationOnly: true } });
    expect(await role({ isValidationOnly: true, justification: '' }, graph)).toBe(RULES_FAILED);
    expect(graph.journal.entries()).toEqual([]);
  });
});

describe('whose activation it is', () => {
  it('trap 3: refuses the id of the group that a row came through', async () => {
    const wanted = { roleDefinitionId: ROLE['Global Reader'], directoryScopeId: '/' };
    const refused = await role({ ...wanted, principalId: IDENTITY_OPERATIONS });
    expect(refused).toBe('403 Authorization_RequestDenied');
    expect(await role({ ...wanted, principalId: ADA })).toBe('201');
  });

  it('refuses another person, and somebody who does not exist', async () => {
    expect(await group({ principalId: MARCUS })).toBe('403 Authorization_RequestDenied');
    expect(await group({ principalId: PRODUCTION_SUPPORT.replace('b', 'c') })).toBe(
      '400 SubjectNotFound',
    );
    expect(await group({ principalId: null })).toBe('400 SubjectNotFound');
  });
});

describe('what is activated', () => {
  it('trap 2: refuses member access for an owner eligibility, and the reverse', async () => {
    expect(await group({ accessId: 'owner' })).toBe('400 RoleAssignmentDoesNotExist');
    const owner = { groupId: FINANCE_REPORTING, accessId: 'owner' };
    const graph = service();
    const sent = { amr: ['pwd', 'mfa'] };
    expect((await graph.post(GROUP_REQUESTS, groupOrder(owner), sent)).status).toBe(201);
  });

  it('refuses a role at a scope where the caller is not eligible', async () => {
    expect(await role({ directoryScopeId: '/' })).toBe(RULES_FAILED);
    const named = service({ behaviour: { notEligible: 'RoleAssignmentRequestNotEligible' } });
    expect(await role({ directoryScopeId: '/' }, named)).toBe(
      '400 RoleAssignmentRequestNotEligible',
    );
  });

  it.each([
    ['both scopes', { appScopeId: '/' }],
    ['no scope', { directoryScopeId: null }],
    ['no role', { roleDefinitionId: null }],
  ])('refuses %s', async (_what, changes) => {
    expect(await role(changes)).toBe('400 InvalidRoleAssignmentRequest');
  });

  it('refuses what does not exist', async () => {
    expect(await role({ roleDefinitionId: NOOR })).toBe('400 RoleDefinitionDoesNotExist');
    expect(await group({ groupId: NOOR })).toBe('404 ResourceNotFound');
    expect(await group({ accessId: 'guest' })).toBe('400 InvalidRoleAssignmentRequest');
  });

  it.each([
    ['adminAssign', '403 Authorization_RequestDenied'],
    ['selfExtend', '400 InvalidRoleAssignmentRequest'],
  ])('refuses the action %s', async (action, verdict) => {
    expect(await group({ action })).toBe(verdict);
  });
});

describe('when it is to be on', () => {
  it('trap 10: takes a start a little in the past, not one long gone', async () => {
    expect(await group({ scheduleInfo: startingAt('2026-01-15T08:55:00Z') })).toBe('201');
    expect(await group({ scheduleInfo: startingAt('2026-01-15T08:54:59Z') })).toBe(
      '400 InvalidRoleAssignmentRequestSchedule',
    );
  });

  it.each([
    [
      'a start without an offset',
      startingAt('2026-01-15T09:00:00'),
      'InvalidRoleAssignmentRequest',
    ],
    ['a start that is no time', startingAt('soonZ'), 'InvalidRoleAssignmentRequest'],
    ['a duration that is none', lasting('2h'), 'InvalidRoleAssignmentRequestSchedule'],
    ['a duration of nothing', lasting('PT0S'), 'InvalidRoleAssignmentRequestSchedule'],
    ['a negative duration', lasting('-PT1H'), 'InvalidRoleAssignmentRequestSchedule'],
    ['an absurd duration', lasting('P99999999999D'), 'InvalidRoleAssignmentRequestSchedule'],
    [
      'a start at the end of time',
      startingAt('+275760-01-01T00:00:00Z'),
      'InvalidRoleAssignmentRequest',
    ],
    ['no schedule', null, 'InvalidRoleAssignmentRequestSchedule'],
    [
      'an end before the start',
      scheduleInfo({ expiration: { type: 'afterDateTime', endDateTime: '2026-01-15T08:59:00Z' } }),
      'InvalidRoleAssignmentRequestSchedule',
    ],
  ])('refuses %s', async (_what, info, code) => {
    expect(await group({ scheduleInfo: info })).toBe(`400 ${code}`);
  });

  it('takes no start for now, unless switched to refuse that', async () => {
    expect(await group({ scheduleInfo: startingAt(null) })).toBe('201');
    const strict = service({ behaviour: { missingStart: 'refused' } });
    expect(await group({ scheduleInfo: startingAt(null) }, strict)).toBe(
      '400 InvalidRoleAssignmentRequestSchedule',
    );
  });
});

describe('the rules of the policy', () => {
  it('JustificationRule: a justification, where one is demanded', async () => {
    expect(await failedRules({ justification: null })).toBe(
      'The following policy rules failed: ["JustificationRule"]',
    );
    expect(await failedRules({ justification: '  ' })).toContain('JustificationRule');
    const undemanding = { groupId: LEGACY_BATCH_JOBS, justification: null };
    expect(await group(undemanding)).toBe('201');
  });

  it('TicketingRule: a number and a system', async () => {
    const half = { ticketNumber: 'INC-4711', ticketSystem: '' };
    const helpdesk = { groupId: HELPDESK_GROUP };
    expect(await failedRules(helpdesk)).toContain('["TicketingRule"]');
    expect(await failedRules({ ...helpdesk, ticketInfo: half })).toContain('["TicketingRule"]');
    const ticketInfo = { ...half, ticketSystem: 'ServiceNow' };
    expect(await group({ ...helpdesk, ticketInfo })).toBe('201');
  });

  it('ExpirationRule: no longer than allowed, and with an end', async () => {
    expect(await group({ scheduleInfo: lasting('PT2H') })).toBe('201');
    expect(await failedRules({ scheduleInfo: lasting('PT2H1M') })).toContain('["ExpirationRule"]');
    const forGood = scheduleInfo({ expiration: { type: 'noExpiration' } });
    expect(await failedRules({ scheduleInfo: forGood })).toContain('["ExpirationRule"]');
    const tooLate = { type: 'afterDateTime', endDateTime: '2026-01-15T11:00:01Z' };
    const late = scheduleInfo({ expiration: tooLate });
    expect(await failedRules({ scheduleInfo: late })).toContain('["ExpirationRule"]');
  });

  it('ExpirationRule: odd limits are read as durations, and PT0S limits nothing', async () => {
    const reader = { roleDefinitionId: ROLE['Global Reader'], directoryScopeId: '/' };
    expect(await role({ ...reader, scheduleInfo: lasting('P1D') })).toBe('201');
    expect(await role({ ...reader, scheduleInfo: lasting('P1DT1M') })).toBe(RULES_FAILED);
    const legacy = { groupId: LEGACY_BATCH_JOBS, scheduleInfo: lasting('PT12H') };
    expect(await group(legacy)).toBe('201');
  });

  it('MfaRule: multifactor authentication in the token', async () => {
    const owner = groupOrder({ groupId: FINANCE_REPORTING, accessId: 'owner' });
    const answer = await service().post(GROUP_REQUESTS, owner);
    expect(errorOf(answer).message).toBe('The following policy rules failed: ["MfaRule"]');
  });

  it('EligibilityRule: an eligibility', async () => {
    const order = groupOrder({ principalId: NOOR });
    const answer = await service().post(GROUP_REQUESTS, order, { as: NOOR });
    expect(errorOf(answer).message).toContain('["EligibilityRule"]');
  });

  it('are all named that fail', async () => {
    const changes = { justification: '', scheduleInfo: lasting('PT9H'), groupId: HELPDESK_GROUP };
    expect(await failedRules(changes)).toBe(
      'The following policy rules failed: ["JustificationRule","TicketingRule","ExpirationRule"]',
    );
    const newer = service({ behaviour: { policyFailureText: 'sentence' } });
    expect(await failedRules({ justification: '' }, newer)).toBe(
      'The following policy rules failed: JustificationRule - Justification is required',
    );
  });

  it('ask for an authentication context with a claims challenge in the message', async () => {
    const order = roleOrder({
      roleDefinitionId: ROLE['Application Administrator'],
      directoryScopeId: '/',
    });
    const answer = await service().post(ROLE_REQUESTS, order);
    expect(verdictOf(answer)).toBe('400 RoleAssignmentRequestAcrsValidationFailed');
    expect(errorOf(answer).message).toBe(
      '&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D',
    );
    expect((await service().post(ROLE_REQUESTS, order, { acrs: ['c1'] })).status).toBe(201);
  });
});

describe('what is in the way', () => {
  it('trap 8: refuses a second activation while one is on, also one that starts later', async () => {
    const graph = service();
    expect(await role({}, graph)).toBe('201');
    expect(await role({}, graph)).toBe('400 RoleAssignmentExists');
    const later = { scheduleInfo: startingAt('2026-01-15T12:00:00Z') };
    expect(await role(later, graph)).toBe('400 RoleAssignmentExists');
    expect(await role({ directoryScopeId: GRID_SOUTH }, graph)).toBe('201');
  });

  it('takes one that starts later, where the service is switched to', async () => {
    const graph = service({ behaviour: { futureWhileActive: 'accepted' } });
    expect(await role({}, graph)).toBe('201');
    expect(await role({ scheduleInfo: startingAt('2026-01-15T12:00:00Z') }, graph)).toBe('201');
  });

  it('refuses a role that is assigned for good', async () => {
    const assigned = { roleDefinitionId: ROLE['Groups Administrator'], directoryScopeId: '/' };
    expect(await role(assigned)).toBe('400 RoleAssignmentExists');
  });

  it('refuses a second request while one waits for approval or is being provisioned', async () => {
    const graph = service();
    const payments = { groupId: PAYMENTS_OPERATORS };
    expect(await group(payments, graph)).toBe('201');
    expect(await group(payments, graph)).toBe('400 PendingRoleAssignmentRequest');
    expect(await group({}, graph)).toBe('201');
    expect(await group({}, graph)).toBe('400 PendingRoleAssignmentRequest');
    const other = service({ behaviour: { pendingCode: 'RoleAssignmentRequestExists' } });
    await group({}, other);
    expect(await group({}, other)).toBe('400 RoleAssignmentRequestExists');
  });

  it('refuses scheduled activations that overlap, by the minute and ends included', async () => {
    const graph = service();
    expect(await role(at('12:00:00'), graph)).toBe('201');
    const overlap = '400 OverlapsPendingRoleAssignmentRequests';
    expect(await role(at('12:30:00'), graph)).toBe(overlap);
    expect(await role(at('13:00:59'), graph)).toBe(overlap);
    expect(await role(at('11:00:00'), graph)).toBe(overlap);
    expect(await role(at('13:01:00'), graph)).toBe('201');
    expect(await role(at('10:59:00'), graph)).toBe('201');
  });

  it('lets only one of the equal requests through that arrive together', async () => {
    const kept = memoryJournal();
    // Writes like a disk: later than it was told to.
    const append = (entry: JournalEntry): Promise<void> =>
      Promise.resolve().then(() => kept.append(entry));
    const graph = service({ journal: { ...kept, append } });
    const verdicts = await Promise.all([role({}, graph), role({}, graph), role({}, graph)]);
    expect(verdicts.toSorted()).toEqual([
      '201',
      '400 RoleAssignmentExists',
      '400 RoleAssignmentExists',
    ]);
  });
});
