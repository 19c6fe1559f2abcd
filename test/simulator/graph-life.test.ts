import { describe, expect, it } from 'vitest';
import { contosoScenario } from '../../src/simulator/scenario.ts';
import {
  activate,
  activateRole,
  ACTIVE_ROLES,
  activeGroups,
  ADA,
  GROUP_REQUESTS,
  groupOrder,
  GROUPS,
  MARCUS,
  MINE,
  NOOR,
  PAYMENTS_OPERATORS,
  PRODUCTION_SUPPORT,
  ROLE,
  ROLE_REQUESTS,
  roleOrder,
  ROLES,
  type Row,
  rowsOf,
  scheduleInfo,
  service,
  statusOf,
  verdictOf,
  waitingRole,
} from './graph-support.ts';

const HOUR = 3600;

function deactivation(changes: Row = {}): Row {
  return groupOrder({ action: 'selfDeactivate', scheduleInfo: null, ...changes });
}

describe('from request to expiry', () => {
  it('is in work, then provisioned, then on, then over', async () => {
    const graph = service({ behaviour: { provisioningDelaySeconds: { group: 10, directory: 0 } } });
    const id = await activate(graph);
    expect(await statusOf(graph, id)).toBe('PendingProvisioning');
    expect(await activeGroups(graph)).toEqual([]);
    graph.advance(10);
    expect(await statusOf(graph, id)).toBe('Provisioned');
    expect(await activeGroups(graph)).toEqual([PRODUCTION_SUPPORT]);
    graph.advance(HOUR - 11);
    expect(await activeGroups(graph)).toEqual([PRODUCTION_SUPPORT]);
    graph.advance(1);
    expect(await activeGroups(graph)).toEqual([]);
    expect(await statusOf(graph, id)).toBe('Provisioned');
  });

  it('names the eligibility that was used', async () => {
    const graph = service();
    await activateRole(graph);
    const filter = `$filter=assignmentType eq 'Activated'&$expand=activatedUsing`;
    const [row] = rowsOf(await graph.get(`${ACTIVE_ROLES}?${filter}`));
    expect(row).toMatchObject({
      principalId: ADA,
      assignmentType: 'Activated',
      endDateTime: '2026-01-15T10:00:00.000Z',
      activatedUsing: { roleDefinitionId: ROLE['User Administrator'], memberType: 'Direct' },
    });
  });

  it('is missing from the lists for a while after it was provisioned', async () => {
    const provisioningDelaySeconds = { group: 0, directory: 5 };
    const graph = service({ behaviour: { lagSeconds: 8, provisioningDelaySeconds } });
    const id = await activateRole(graph);
    const activated = `${ACTIVE_ROLES}?$filter=assignmentType eq 'Activated'`;
    graph.advance(5);
    expect(await statusOf(graph, id, ROLE_REQUESTS)).toBe('Provisioned');
    graph.advance(7);
    expect(rowsOf(await graph.get(activated))).toEqual([]);
    graph.advance(1);
    expect(rowsOf(await graph.get(activated))).toHaveLength(1);
  });

  it('is granted until its start, and only schedules show it', async () => {
    const graph = service();
    const id = await activate(graph, {
      scheduleInfo: scheduleInfo({ startDateTime: '2026-01-15T10:00:00Z' }),
    });
    expect(await statusOf(graph, id)).toBe('Granted');
    expect(await activeGroups(graph)).toEqual([]);
    const schedules = `${GROUPS}/assignmentSchedules/${MINE}?$filter=groupId eq '${PRODUCTION_SUPPORT}'`;
    expect(rowsOf(await graph.get(schedules))).toMatchObject([
      { status: 'Granted', scheduleInfo: { startDateTime: '2026-01-15T10:00:00.000Z' } },
    ]);
    graph.advance(HOUR + 2);
    expect(await statusOf(graph, id)).toBe('Provisioned');
    expect(await activeGroups(graph)).toEqual([PRODUCTION_SUPPORT]);
  });

  it('can fail after a 201, and be called by other names', async () => {
    const failing = service({
      behaviour: {
        provisioningOutcome: 'Failed',
        provisioningStatus: 'PostApprovalExtensionPendingEvaluation',
        grantedStatusForFuture: 'ScheduleCreated',
      },
    });
    const id = await activate(failing);
    expect(await statusOf(failing, id)).toBe('PostApprovalExtensionPendingEvaluation');
    failing.advance(2);
    expect(await statusOf(failing, id)).toBe('Failed');
    expect(await activeGroups(failing)).toEqual([]);
    const later = scheduleInfo({ startDateTime: '2026-01-15T10:00:00Z' });
    const future = await activateRole(failing, { scheduleInfo: later });
    expect(await statusOf(failing, future, ROLE_REQUESTS)).toBe('ScheduleCreated');
  });

  it('leaves with the eligibility when that ends', async () => {
    const company = contosoScenario();
    const eligibilities = company.eligibilities.map((row) => ({
      ...row,
      endDateTime: '2026-01-15T09:30:00Z',
    }));
    const graph = service({ scenario: { ...company, eligibilities } });
    const path = `${GROUPS}/eligibilityScheduleInstances/${MINE}`;
    expect(rowsOf(await graph.get(path)).length).toBeGreaterThan(0);
    graph.advance(HOUR / 2);
    expect(rowsOf(await graph.get(path))).toEqual([]);
  });
});

describe('deactivation', () => {
  it('is refused in the first five minutes, then ends the activation at once', async () => {
    const graph = service();
    await activate(graph);
    graph.advance(5 * 60 - 1);
    expect(verdictOf(await graph.post(GROUP_REQUESTS, deactivation()))).toBe(
      '400 ActiveDurationTooShort',
    );
    graph.advance(1);
    const answer = await graph.post(GROUP_REQUESTS, deactivation());
    expect(answer).toMatchObject({ status: 201, body: { status: 'Revoked', scheduleInfo: null } });
    expect(await activeGroups(graph)).toEqual([]);
    expect((await graph.post(GROUP_REQUESTS, groupOrder())).status).toBe(201);
  });

  it('is refused for what is not on, is on with other access, or was assigned', async () => {
    const graph = service();
    const missing = '400 RoleAssignmentDoesNotExist';
    expect(verdictOf(await graph.post(GROUP_REQUESTS, deactivation()))).toBe(missing);
    await activate(graph);
    graph.advance(10 * 60);
    const owner = deactivation({ accessId: 'owner' });
    expect(verdictOf(await graph.post(GROUP_REQUESTS, owner))).toBe(missing);
    const assigned = roleOrder({
      action: 'selfDeactivate',
      roleDefinitionId: ROLE['Groups Administrator'],
      directoryScopeId: '/',
    });
    expect(verdictOf(await graph.post(ROLE_REQUESTS, assigned))).toBe(missing);
  });

  it('blocks the next activation for a while, where switched to', async () => {
    const graph = service({ behaviour: { reactivationGapSeconds: 12 } });
    await activate(graph);
    graph.advance(10 * 60);
    await graph.post(GROUP_REQUESTS, deactivation());
    graph.advance(11);
    const again = groupOrder({ scheduleInfo: scheduleInfo({ startDateTime: null }) });
    expect(verdictOf(await graph.post(GROUP_REQUESTS, again))).toBe('400 RoleAssignmentExists');
    graph.advance(1);
    expect((await graph.post(GROUP_REQUESTS, again)).status).toBe(201);
  });
});

describe('cancelling', () => {
  it('works for what is scheduled or waits, and not for what is on', async () => {
    const graph = service();
    const scheduled = await activate(graph, {
      scheduleInfo: scheduleInfo({ startDateTime: '2026-01-15T10:00:00Z' }),
    });
    const waiting = await activate(graph, { groupId: PAYMENTS_OPERATORS });
    for (const id of [scheduled, waiting]) {
      expect(await graph.post(`${GROUP_REQUESTS}/${id}/cancel`, undefined)).toMatchObject({
        status: 204,
        body: {},
      });
      expect(await statusOf(graph, id)).toBe('Canceled');
    }
    graph.advance(HOUR + 60);
    expect(await activeGroups(graph)).toEqual([]);
    const on = await activateRole(graph, { scheduleInfo: scheduleInfo({ startDateTime: null }) });
    const late = await graph.post(`${ROLE_REQUESTS}/${on}/cancel`, undefined);
    expect(verdictOf(late)).toBe('400 BadRequest');
  });

  it('works for roles as for groups', async () => {
    const graph = service();
    const later = scheduleInfo({ startDateTime: '2026-01-15T10:00:00Z' });
    const ids = [await activateRole(graph, { scheduleInfo: later }), await waitingRole(graph)];
    const before = ids.map((id) => statusOf(graph, id, ROLE_REQUESTS));
    expect(await Promise.all(before)).toEqual(['Granted', 'PendingApproval']);
    for (const id of ids) {
      const answer = await graph.post(`${ROLE_REQUESTS}/${id}/cancel`, undefined);
      expect(answer).toMatchObject({ status: 204, body: {} });
      expect(await statusOf(graph, id, ROLE_REQUESTS)).toBe('Canceled');
    }
  });

  it('is only for scheduled ones where the documentation is taken literally', async () => {
    const graph = service({ behaviour: { cancellableStatuses: ['Granted'] } });
    const waiting = await activate(graph, { groupId: PAYMENTS_OPERATORS });
    const answer = await graph.post(`${GROUP_REQUESTS}/${waiting}/cancel`, undefined);
    expect(verdictOf(answer)).toBe('400 BadRequest');
  });

  it('is not for the requests of others', async () => {
    const graph = service();
    const id = await activate(graph, { groupId: PAYMENTS_OPERATORS });
    for (const as of [MARCUS, NOOR]) {
      const answer = await graph.post(`${GROUP_REQUESTS}/${id}/cancel`, undefined, { as });
      expect(verdictOf(answer)).toBe('404 ResourceNotFound');
    }
  });
});

describe('requests', () => {
  it('are listed for who made them, with their status', async () => {
    const graph = service();
    const id = await activateRole(graph);
    await activateRole(graph, { roleDefinitionId: ROLE['Security Reader'], directoryScopeId: '/' });
    for (const on of ['principal', 'createdBy']) {
      const path = `${ROLE_REQUESTS}/filterByCurrentUser(on='${on}')?$expand=roleDefinition`;
      expect(rowsOf(await graph.get(path))).toMatchObject([
        { id, roleDefinition: { displayName: 'User Administrator' } },
        { roleDefinition: { displayName: 'Security Reader' } },
      ]);
      expect(rowsOf(await graph.get(path, { as: NOOR }))).toEqual([]);
    }
  });

  it('are found by id on their own surface only, and not by strangers', async () => {
    const graph = service();
    const id = await activate(graph);
    expect((await graph.get(`${GROUP_REQUESTS}/${id.toUpperCase()}`)).status).toBe(200);
    expect((await graph.get(`${ROLE_REQUESTS}/${id}`)).status).toBe(404);
    expect((await graph.get(`${GROUP_REQUESTS}/${id}`, { as: NOOR })).status).toBe(404);
  });
});

describe('what a group brings', () => {
  it('comes with an activated membership and goes with it', async () => {
    const company = contosoScenario();
    const [first] = company.eligibilities;
    if (!first) throw new Error('no eligibility');
    const brought = {
      id: NOOR,
      principalId: PRODUCTION_SUPPORT,
      roleDefinitionId: ROLE['Exchange Administrator'] ?? '',
      directoryScopeId: '/',
      startDateTime: first.startDateTime,
      endDateTime: null,
    };
    const graph = service({ scenario: { ...company, eligibilities: [first, brought] } });
    const path = `${ROLES}/roleEligibilityScheduleInstances/${MINE}`;
    expect(rowsOf(await graph.get(path))).toEqual([]);
    await activate(graph);
    graph.advance(2);
    expect(rowsOf(await graph.get(path))).toMatchObject([{ memberType: 'Group' }]);
    graph.advance(HOUR);
    expect(rowsOf(await graph.get(path))).toEqual([]);
  });
});
