import { describe, expect, it } from 'vitest';
import { decide } from '../../src/simulator/decide.ts';
import {
  activate,
  activeGroups,
  ADA,
  GROUP_REQUESTS,
  GROUPS,
  MARCUS,
  NOOR,
  PAYMENTS_OPERATORS,
  ROLE_REQUESTS,
  rowsOf,
  type Service,
  service,
  statusOf,
  textOf,
  verdictOf,
  waitingRole,
} from './graph-support.ts';

const HOUR = 3600;
const APPROVALS = `${GROUPS}/assignmentApprovals`;

const awaiting = `${GROUP_REQUESTS}/filterByCurrentUser(on='approver')`;
const pending = `${awaiting}?$filter=status eq 'PendingApproval'&$expand=group,principal`;

async function openStage(graph: Service, id: string): Promise<string> {
  const answer = await graph.get(`${APPROVALS}/${id}/stages`, { as: MARCUS });
  return textOf(rowsOf(answer)[0], 'id');
}

describe('approval', () => {
  it('goes from the request over the approver to an activation', async () => {
    const graph = service();
    const id = await activate(graph, { groupId: PAYMENTS_OPERATORS });
    expect(await statusOf(graph, id)).toBe('PendingApproval');
    expect(rowsOf(await graph.get(pending, { as: MARCUS }))).toMatchObject([
      {
        id,
        approvalId: id,
        justification: 'INC-4711',
        group: { displayName: 'Payments Operators' },
        principal: { displayName: 'Ada Lindgren' },
      },
    ]);
    const approval = await graph.get(`${APPROVALS}/${id}?$expand=stages`, { as: MARCUS });
    expect(approval.body).toMatchObject({
      id,
      stages: [{ status: 'InProgress', reviewResult: 'NotReviewed', assignedToMe: true }],
    });
    graph.advance(HOUR);
    const stage = `${APPROVALS}/${id}/stages/${await openStage(graph, id)}`;
    const verdict = { reviewResult: 'Approve', justification: 'Change board agreed' };
    expect((await graph.patch(stage, verdict, { as: MARCUS })).status).toBe(204);
    graph.advance(2);
    expect(await statusOf(graph, id)).toBe('Provisioned');
    expect(await activeGroups(graph)).toEqual([PAYMENTS_OPERATORS]);
    expect(rowsOf(await graph.get(pending, { as: MARCUS }))).toEqual([]);
    graph.advance(HOUR - 3);
    expect(await activeGroups(graph)).toEqual([PAYMENTS_OPERATORS]);
  });

  it('can be denied, once', async () => {
    const graph = service();
    const id = await activate(graph, { groupId: PAYMENTS_OPERATORS });
    const stage = `${APPROVALS}/${id}/stages/${await openStage(graph, id)}`;
    const verdict = { reviewResult: 'Deny', justification: 'Not today' };
    expect((await graph.patch(stage, verdict, { as: MARCUS })).status).toBe(204);
    expect(await statusOf(graph, id)).toBe('Denied');
    const again = await graph.patch(stage, verdict, { as: MARCUS });
    expect(verdictOf(again)).toBe('409 Conflict');
    expect((await graph.get(stage, { as: MARCUS })).body).toMatchObject({
      status: 'Completed',
      reviewResult: 'Deny',
      assignedToMe: false,
      reviewedBy: { id: MARCUS },
    });
  });

  it('still shows decided requests to the approver who does not filter', async () => {
    const graph = service();
    const requestId = await activate(graph, { groupId: PAYMENTS_OPERATORS });
    await decide(graph.tenant, { requestId, by: MARCUS, result: 'Deny' });
    expect(rowsOf(await graph.get(awaiting, { as: MARCUS }))).toMatchObject([{ status: 'Denied' }]);
    const approvals = `${APPROVALS}/filterByCurrentUser(on='approver')`;
    expect(rowsOf(await graph.get(approvals, { as: MARCUS }))).toEqual([{ id: requestId }]);
  });

  it('is not for others, not for the requester, and needs a reason and a known result', async () => {
    const graph = service();
    const id = await activate(graph, { groupId: PAYMENTS_OPERATORS });
    const stage = `${APPROVALS}/${id}/stages/${await openStage(graph, id)}`;
    const verdict = { reviewResult: 'Approve', justification: 'Mine' };
    for (const as of [ADA, NOOR]) {
      expect(verdictOf(await graph.patch(stage, verdict, { as }))).toBe('403 Forbidden');
      expect(verdictOf(await graph.get(`${APPROVALS}/${id}`, { as }))).toBe('404 ResourceNotFound');
      expect(rowsOf(await graph.get(awaiting, { as }))).toEqual([]);
    }
    const bad = [{ reviewResult: 'Approve' }, { ...verdict, reviewResult: 'Maybe' }, 'yes'];
    for (const body of bad) {
      expect(verdictOf(await graph.patch(stage, body, { as: MARCUS }))).toBe('400 BadRequest');
    }
    const unknown = await graph.patch(`${APPROVALS}/${id}/stages/${id}`, verdict, { as: MARCUS });
    expect(verdictOf(unknown)).toBe('404 ResourceNotFound');
    expect(await statusOf(graph, id)).toBe('PendingApproval');
  });

  it('of a role is decided from outside as well', async () => {
    const graph = service();
    const requestId = await waitingRole(graph);
    expect(await statusOf(graph, requestId, ROLE_REQUESTS)).toBe('PendingApproval');
    await expect(
      decide(graph.tenant, { requestId, by: NOOR, result: 'Approve' }),
    ).rejects.toMatchObject({ status: 403 });
    await decide(graph.tenant, { requestId, by: MARCUS, result: 'Approve' });
    expect(await statusOf(graph, requestId, ROLE_REQUESTS)).toBe('Provisioned');
    await expect(
      decide(graph.tenant, { requestId: ADA, by: MARCUS, result: 'Approve' }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it('is given by itself after a while, or runs out after a day', async () => {
    const automatic = service({ behaviour: { autoApproveAfterSeconds: 30 } });
    const patient = service();
    const granted = await activate(automatic, { groupId: PAYMENTS_OPERATORS });
    const waiting = await activate(patient, { groupId: PAYMENTS_OPERATORS });
    automatic.advance(29);
    expect(await statusOf(automatic, granted)).toBe('PendingApproval');
    automatic.advance(3);
    expect(await statusOf(automatic, granted)).toBe('Provisioned');
    patient.advance(24 * HOUR);
    expect(await statusOf(patient, waiting)).toBe('TimedOut');
  });
});
