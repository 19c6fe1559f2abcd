import { describe, expect, it } from 'vitest';
import { decide } from '../../src/simulator/decide.ts';
import {
  activeOf,
  type ArmService,
  armService,
  at,
  CONTRIBUTOR,
  GRID_PRODUCTION,
  newName,
  order,
  OWNER,
  propertiesOf,
  REQUESTS,
  requestAt,
  rowsOf,
  verdictOf,
} from './azure-support.ts';
import { ADA, MARCUS, NOOR, type Row } from './graph-support.ts';

const PREVIEW = 'api-version=2021-01-01-preview';
const APPROVALS = 'roleAssignmentApprovals';
const AS_APPROVER = at('', REQUESTS, '$filter=asApprover()');
const FLAT = { reviewResult: 'Approve', justification: 'OK per CHG-88' };
const WRAPPED = { properties: FLAT };

/** Ada's request for Owner, which Change Approvers, of whom Marcus is one, decide on. */
async function waiting(arm: ArmService): Promise<string> {
  const name = newName();
  const sent = await arm.send('PUT', requestAt(GRID_PRODUCTION, name), order(OWNER));
  expect(verdictOf(sent)).toBe('201 PendingApproval');
  return name;
}

async function approvalOf(arm: ArmService): Promise<string> {
  const [row] = rowsOf(await arm.get(AS_APPROVER, { as: MARCUS }));
  return String(propertiesOf(row)['approvalId']).split('/').at(-1) ?? '';
}

/** The address of the open stage, as an approver finds it. */
async function stageOf(arm: ArmService): Promise<string> {
  const approval = await approvalOf(arm);
  const stages = at('', `${APPROVALS}/${approval}/stages`, '', PREVIEW);
  const [stage] = rowsOf(await arm.get(stages, { as: MARCUS }));
  return `${String(stage?.['id'])}?${PREVIEW}`;
}

function inBatch(url: string, content: Row): Row {
  return { requests: [{ httpMethod: 'PUT', name: newName(), url, content }] };
}

const BATCH = '/batch?api-version=2020-06-01';

const many = (count: number): Row => ({
  requests: Array.from({ length: count }, (_, index) => ({
    httpMethod: 'GET',
    name: `n${index}`,
    url: at('', REQUESTS, '$filter=asTarget()'),
  })),
});

describe('an approval', () => {
  it('goes from the request over the second user to an activation', async () => {
    const arm = armService();
    const name = await waiting(arm);
    const [row] = rowsOf(await arm.get(AS_APPROVER, { as: MARCUS }));
    expect(row).toMatchObject({ name });
    expect(propertiesOf(row)).toMatchObject({
      status: 'PendingApproval',
      requestorId: ADA,
      justification: 'CHG-88',
      approvalId: `/providers/Microsoft.Authorization/${APPROVALS}/${await approvalOf(arm)}`,
    });
    const stage = await stageOf(arm);
    expect(propertiesOf((await arm.get(stage, { as: MARCUS })).body)).toMatchObject({
      status: 'InProgress',
      assignedToMe: true,
      reviewResult: 'NotReviewed',
      reviewedBy: null,
    });
    arm.advance(3600);
    const decided = await arm.send('PUT', stage, WRAPPED, { as: MARCUS });
    expect(verdictOf(decided)).toBe('200 Completed');
    expect(propertiesOf(decided.body)).toMatchObject({
      reviewResult: 'Approve',
      justification: 'OK per CHG-88',
      reviewedBy: { principalId: MARCUS, principalName: 'Marcus Okafor' },
    });
    expect(verdictOf(await arm.get(requestAt(GRID_PRODUCTION, name)))).toBe('200 Provisioned');
    arm.advance(3599);
    expect(await activeOf(arm)).toEqual(['Owner at Grid Production (Direct)']);
  });

  it('can be denied, once; the row stays with the approver', async () => {
    const arm = armService();
    const name = await waiting(arm);
    const stage = await stageOf(arm);
    const denial = { properties: { ...FLAT, reviewResult: 'Deny' } };
    expect((await arm.send('PATCH', stage, denial, { as: MARCUS })).status).toBe(200);
    expect(verdictOf(await arm.get(requestAt(GRID_PRODUCTION, name)))).toBe('200 Denied');
    expect(verdictOf(await arm.send('PUT', stage, WRAPPED, { as: MARCUS }))).toBe('409 Conflict');
    expect(rowsOf(await arm.get(AS_APPROVER, { as: MARCUS })).map(propertiesOf)).toMatchObject([
      { status: 'Denied' },
    ]);
  });

  it.each([
    ['none', []],
    ['decided', ['Denied']],
    ['as-pending', ['PendingApproval']],
  ] as const)('leaves a row behind, or none: %s', async (staleApproverRows, statuses) => {
    const arm = armService({ behaviour: { staleApproverRows } });
    const requestId = await waiting(arm);
    const stage = await stageOf(arm);
    await decide(arm.tenant, { requestId, by: MARCUS, result: 'Deny' });
    const rows = rowsOf(await arm.get(AS_APPROVER, { as: MARCUS })).map(propertiesOf);
    expect(rows.map(({ status }) => status)).toEqual(statuses);
    expect(propertiesOf((await arm.get(stage, { as: MARCUS })).body)).toMatchObject({
      status: 'Completed',
      assignedToMe: false,
    });
  });

  it.each([
    ['wrapped', WRAPPED, FLAT],
    ['flat', FLAT, WRAPPED],
  ] as const)(
    'takes a %s body only, where the service is so',
    async (approvalBody, right, wrong) => {
      const arm = armService({ azure: { approvalBody } });
      await waiting(arm);
      const stage = await stageOf(arm);
      for (const method of ['PUT', 'PATCH']) {
        const refused = await arm.send(method, stage, wrong, { as: MARCUS });
        expect(verdictOf(refused)).toBe('400 InvalidRequestContent');
      }
      expect(verdictOf(await arm.send('PUT', stage, right, { as: MARCUS }))).toBe('200 Completed');
    },
  );

  it('goes through /batch only, where direct decisions are refused', async () => {
    const arm = armService({ azure: { approvalBody: 'batch-only' } });
    const name = await waiting(arm);
    const stage = await stageOf(arm);
    for (const body of [WRAPPED, FLAT]) {
      const direct = await arm.send('PUT', stage, body, { as: MARCUS });
      expect(verdictOf(direct)).toBe('403 AuthorizationFailed');
    }
    const sent = await arm.send('POST', BATCH, inBatch(stage, WRAPPED), { as: MARCUS });
    expect(sent.status).toBe(200);
    expect(sent.body).toMatchObject({
      responses: [{ httpStatusCode: 200, content: { properties: { reviewResult: 'Approve' } } }],
    });
    expect(verdictOf(await arm.get(requestAt(GRID_PRODUCTION, name)))).toBe('200 Provisioned');
  });

  it('is not for others, not for the requester, and needs a reason and a known result', async () => {
    const arm = armService();
    const name = await waiting(arm);
    const stage = await stageOf(arm);
    for (const as of [ADA, NOOR]) {
      expect(verdictOf(await arm.send('PUT', stage, WRAPPED, { as }))).toBe('404 ResourceNotFound');
      expect(rowsOf(await arm.get(AS_APPROVER, { as }))).toEqual([]);
    }
    const bad = [
      { reviewResult: 'Approve' },
      { ...FLAT, reviewResult: 'Maybe' },
      { ...FLAT, justification: ' ' },
    ];
    for (const properties of bad) {
      const refused = await arm.send('PUT', stage, { properties }, { as: MARCUS });
      expect(verdictOf(refused)).toBe('400 InvalidRequestContent');
    }
    const elsewhere = stage.replace(/stages\/[^?]+/u, `stages/${newName()}`);
    expect((await arm.send('PUT', elsewhere, WRAPPED, { as: MARCUS })).status).toBe(404);
    expect(verdictOf(await arm.get(requestAt(GRID_PRODUCTION, name)))).toBe('200 PendingApproval');
  });

  it('is named by a path or by its GUID, and lists itself with its stage', async () => {
    const arm = armService({ azure: { approvalId: 'guid' } });
    await waiting(arm);
    const [row] = rowsOf(await arm.get(AS_APPROVER, { as: MARCUS }));
    const approval = String(propertiesOf(row)['approvalId']);
    expect(approval).toMatch(/^[0-9a-f-]{36}$/u);
    const list = rowsOf(await arm.get(at('', APPROVALS, '', PREVIEW), { as: MARCUS }));
    expect(list).toMatchObject([{ name: approval, properties: { stages: [{ name: approval }] } }]);
    const one = await arm.get(at('', `${APPROVALS}/${approval}`, '', PREVIEW), { as: MARCUS });
    expect(one.body).toEqual(list[0]);
  });

  it('can be given from outside, runs out after a day, and can be cancelled', async () => {
    const arm = armService();
    const requestId = await waiting(arm);
    await decide(arm.tenant, { requestId, by: MARCUS, result: 'Approve' });
    expect(verdictOf(await arm.get(requestAt(GRID_PRODUCTION, requestId)))).toBe('200 Provisioned');
    const late = armService();
    const name = await waiting(late);
    late.advance(24 * 3600);
    expect(verdictOf(await late.get(requestAt(GRID_PRODUCTION, name)))).toBe('200 TimedOut');
    const other = armService();
    const withdrawn = await waiting(other);
    await other.send('POST', requestAt(GRID_PRODUCTION, withdrawn, '/cancel'));
    expect(verdictOf(await other.get(requestAt(GRID_PRODUCTION, withdrawn)))).toBe('200 Canceled');
  });
});

describe('/batch', () => {
  it('answers each request by itself, reads and writes', async () => {
    const arm = armService();
    const requests = [
      { httpMethod: 'GET', name: 'a', url: at('', REQUESTS, '$filter=asTarget()') },
      {
        httpMethod: 'PUT',
        name: 'b',
        url: `https://management.azure.com${requestAt(GRID_PRODUCTION)}`,
        content: order(CONTRIBUTOR),
      },
      { httpMethod: 'GET', name: 'c', url: '/nowhere?api-version=1' },
    ];
    const sent = await arm.send('POST', '/batch?api-version=2022-12-01', { requests });
    expect(sent.body).toMatchObject({
      responses: [
        { name: 'a', httpStatusCode: 200, content: { value: [] } },
        { name: 'b', httpStatusCode: 201 },
        { name: 'c', httpStatusCode: 404, content: { error: { code: 'InvalidResourceType' } } },
      ],
    });
  });

  it('goes on in the background with more than twenty, and says where to ask', async () => {
    const arm = armService({ azure: { batchPolls: 2 } });
    expect((await arm.send('POST', BATCH, many(20))).status).toBe(200);
    const begun = await arm.send('POST', BATCH, many(21));
    const location = begun.headers['location'] ?? '';
    expect(begun).toMatchObject({ status: 202, body: {}, headers: { 'retry-after': '1' } });
    const ask = location.slice('http://arm.test'.length);
    for (const status of [202, 202, 200]) expect((await arm.get(ask)).status).toBe(status);
    const { responses } = (await arm.get(ask)).body;
    expect(responses).toHaveLength(21);
    expect(responses).toMatchObject({ 20: { name: 'n20', httpStatusCode: 200 } });
    expect(verdictOf(await arm.get(ask, { as: MARCUS }))).toBe('404 ResourceNotFound');
    expect((await arm.send('POST', BATCH, many(501))).status).toBe(400);
  });

  it('may refuse more than twenty', async () => {
    const arm = armService({ azure: { largeBatch: 'refused' } });
    expect((await arm.send('POST', BATCH, many(20))).status).toBe(200);
    expect(verdictOf(await arm.send('POST', BATCH, many(21)))).toBe('400 InvalidRequestContent');
  });

  it('needs a version and names; never nests', async () => {
    const arm = armService();
    const item = { httpMethod: 'GET', name: 'a', url: '/nowhere' };
    const post = async (address: string, body: Row): Promise<string> =>
      verdictOf(await arm.send('POST', address, body));
    expect(await post('/batch', { requests: [item] })).toBe('400 MissingApiVersionParameter');
    expect(await post('/batch?api-version=1', { requests: [item] })).toBe(
      '404 InvalidResourceType',
    );
    const bad = [{}, { requests: [{ ...item, name: '' }] }];
    for (const body of bad) expect(await post(BATCH, body)).toBe('400 InvalidRequestContent');
    const nested = { ...item, httpMethod: 'POST', url: BATCH, content: { requests: [item] } };
    const sent = await arm.send('POST', BATCH, { requests: [nested] });
    expect(sent.body).toMatchObject({ responses: [{ httpStatusCode: 404 }] });
  });
});
