import { describe, expect, it } from 'vitest';
import { decide } from '../../src/simulator/decide.ts';
import { contosoScenario, parseScenario } from '../../src/simulator/scenario.ts';
import {
  activate,
  ADA,
  ALL_SCOPES,
  errorOf,
  GROUP_REQUESTS,
  GROUPS,
  MARCUS,
  MINE,
  NOOR,
  PAYMENTS_OPERATORS,
  PRODUCTION_SUPPORT,
  ROLE_REQUESTS,
  ROLES,
  rowsOf,
  type Service,
  service,
  statusOf,
  textOf,
  verdictOf,
  waitingRole,
} from './graph-support.ts';

const APPROVALS = `${ROLES}/roleAssignmentApprovals`;
const BETA = { as: MARCUS, version: '/beta' };
const YES = { reviewResult: 'Approve', justification: 'Agreed with the change board' };

async function openStep(graph: Service, id: string): Promise<string> {
  const steps = rowsOf(await graph.get(`${APPROVALS}/${id}/steps`, BETA));
  return `${APPROVALS}/${id}/steps/${textOf(steps[0], 'id')}`;
}

describe('approvals of Entra roles, in beta', () => {
  it('go from the list of v1.0 over the step to the activation', async () => {
    const graph = service();
    const id = await waitingRole(graph);
    const list = `${ROLE_REQUESTS}/filterByCurrentUser(on='approver')`;
    const pending = `${list}?$filter=status eq 'PendingApproval'&$expand=roleDefinition,principal`;
    expect(rowsOf(await graph.get(pending, { as: MARCUS }))).toMatchObject([
      {
        id,
        approvalId: id,
        roleDefinition: { displayName: 'Privileged Role Administrator' },
        principal: { displayName: 'Ada Lindgren' },
      },
    ]);
    const approval = await graph.get(`${APPROVALS}/${id}?$expand=steps`, BETA);
    expect(approval.body).toMatchObject({
      '@odata.context':
        'http://graph.test/beta/$metadata#roleManagement/directory/roleAssignmentApprovals/$entity',
      id,
      steps: [{ status: 'InProgress', reviewResult: 'NotReviewed', assignedToMe: true }],
    });
    const decided = await graph.patch(await openStep(graph, id), YES, BETA);
    expect(decided).toMatchObject({ status: 204, body: {} });
    expect(await statusOf(graph, id, ROLE_REQUESTS)).toBe('Provisioned');
    expect(rowsOf(await graph.get(pending, { as: MARCUS }))).toEqual([]);
  });

  it('can be denied, once', async () => {
    const graph = service();
    const id = await waitingRole(graph);
    const step = await openStep(graph, id);
    const no = { ...YES, reviewResult: 'Deny' };
    expect((await graph.patch(step, no, BETA)).status).toBe(204);
    expect(verdictOf(await graph.patch(step, YES, BETA))).toBe('409 Conflict');
    expect((await graph.get(step, BETA)).body).toMatchObject({
      status: 'Completed',
      reviewResult: 'Deny',
      assignedToMe: false,
    });
  });

  it('are not for others, nor for the requester, and know their ids', async () => {
    const graph = service();
    const id = await waitingRole(graph);
    const step = await openStep(graph, id);
    for (const as of [ADA, NOOR]) {
      expect(verdictOf(await graph.patch(step, YES, { ...BETA, as }))).toBe('403 Forbidden');
      const seen = await graph.get(`${APPROVALS}/${id}`, { ...BETA, as });
      expect(verdictOf(seen)).toBe('404 ResourceNotFound');
    }
    const unknown = [`${APPROVALS}/${ADA}/steps/${ADA}`, `${APPROVALS}/${id}/steps/${ADA}`];
    for (const address of unknown) {
      expect(verdictOf(await graph.patch(address, YES, BETA))).toBe('404 ResourceNotFound');
    }
    const group = await activate(graph, { groupId: PAYMENTS_OPERATORS });
    expect((await graph.get(`${APPROVALS}/${group}`, BETA)).status).toBe(404);
  });

  it('are in beta alone, and nothing else is', async () => {
    const graph = service();
    const id = await waitingRole(graph);
    const address = `${APPROVALS}/${id}`;
    expect((await graph.get(address, BETA)).status).toBe(200);
    expect((await graph.get(address, { as: MARCUS })).status).toBe(404);
    for (const path of ['/me', `${ROLE_REQUESTS}/${MINE}`, `${GROUPS}/assignmentApprovals/${id}`]) {
      expect((await graph.get(path, BETA)).status).toBe(404);
    }
  });

  it.each([
    ['documented', ALL_SCOPES, '200'],
    ['documented', ['User.Read'], '403 UnknownError'],
    ['privileged-access-too', ALL_SCOPES, '403 UnknownError'],
    ['privileged-access-too', [...ALL_SCOPES, 'PrivilegedAccess.ReadWrite.AzureAD'], '200'],
  ] as const)(
    'need what beta is said to ask for: %s, %j',
    async (betaApprovalScope, scopes, is) => {
      const graph = service({ behaviour: { betaApprovalScope } });
      const id = await waitingRole(graph);
      const answer = await graph.get(`${APPROVALS}/${id}`, { ...BETA, scopes });
      expect(verdictOf(answer)).toBe(is);
    },
  );

  it('name the permission that is missing', async () => {
    const graph = service({ behaviour: { betaApprovalScope: 'privileged-access-too' } });
    const answer = await graph.get(`${APPROVALS}/${await waitingRole(graph)}`, BETA);
    expect(errorOf(answer).message).toContain('PermissionScopeNotGranted');
    expect(errorOf(answer).message).toContain('PrivilegedAccess.ReadWrite.AzureAD.');
  });
});

/** Marcus may approve only while he is in Production Support, which he activates. */
function withPassingApprover() {
  const { policies, ...company } = contosoScenario();
  const approval = { approvers: [PRODUCTION_SUPPORT] };
  return parseScenario({
    ...company,
    policies: policies.map((policy) => (policy.approval ? { ...policy, approval } : policy)),
  });
}

const SURFACES = [
  [
    'groups',
    GROUP_REQUESTS,
    (graph: Service) => activate(graph, { groupId: PAYMENTS_OPERATORS }),
    { address: `${GROUPS}/assignmentApprovals`, stages: 'stages', version: '/v1.0' },
  ],
  ['roles', ROLE_REQUESTS, waitingRole, { address: APPROVALS, stages: 'steps', version: '/beta' }],
] as const;

describe.each(SURFACES)("stale rows in the approver's list: %s", (_name, requests, ask, where) => {
  const pending = `${requests}/filterByCurrentUser(on='approver')?$filter=status eq 'PendingApproval'`;
  const all = `${requests}/filterByCurrentUser(on='approver')`;

  async function stageOf(graph: Service, id: string): Promise<unknown> {
    const address = `${where.address}/${id}?$expand=${where.stages}`;
    const { body } = await graph.get(address, { as: MARCUS, version: where.version });
    return body[where.stages];
  }

  it('show what was decided as if it waited', async () => {
    const graph = service({ behaviour: { staleApproverRows: 'as-pending' } });
    const requestId = await ask(graph);
    await decide(graph.tenant, { requestId, by: MARCUS, result: 'Deny' });
    const rows = rowsOf(await graph.get(pending, { as: MARCUS }));
    expect(rows).toMatchObject([{ id: requestId, status: 'PendingApproval' }]);
    expect(await stageOf(graph, requestId)).toMatchObject([
      { status: 'Completed', assignedToMe: false },
    ]);
    expect(await statusOf(graph, requestId, requests)).toBe('Denied');
  });

  it('show what somebody else must decide by now', async () => {
    const graph = service({
      scenario: withPassingApprover(),
      behaviour: { staleApproverRows: 'as-pending' },
    });
    await activate(graph, { principalId: MARCUS }, MARCUS);
    graph.advance(5);
    const requestId = await ask(graph);
    expect(await stageOf(graph, requestId)).toMatchObject([{ assignedToMe: true }]);
    graph.advance(2 * 3600);
    expect(rowsOf(await graph.get(pending, { as: MARCUS }))).toMatchObject([{ id: requestId }]);
    expect(await stageOf(graph, requestId)).toMatchObject([
      { status: 'InProgress', reviewResult: 'NotReviewed', assignedToMe: false },
    ]);
    await expect(
      decide(graph.tenant, { requestId, by: MARCUS, result: 'Deny' }),
    ).rejects.toMatchObject({ status: 403 });
  });

  it.each([
    ['decided', 1],
    ['none', 0],
  ] as const)(
    'are told by their status, or are not there: %s',
    async (staleApproverRows, count) => {
      const graph = service({ behaviour: { staleApproverRows } });
      const requestId = await ask(graph);
      expect(rowsOf(await graph.get(all, { as: MARCUS }))).toHaveLength(1);
      await decide(graph.tenant, { requestId, by: MARCUS, result: 'Deny' });
      expect(rowsOf(await graph.get(all, { as: MARCUS }))).toHaveLength(count);
      expect(rowsOf(await graph.get(pending, { as: MARCUS }))).toEqual([]);
    },
  );
});
