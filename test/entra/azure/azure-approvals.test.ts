import { describe, expect, it } from 'vitest';
import { liveStage, type ApprovalVerdict } from '../../../src/domain/approval.ts';
import type { PimRequest } from '../../../src/domain/request.ts';
import type { SimulatorOptions } from '../../../src/simulator/index.ts';
import { ME, OTHER_GROUP } from '../support/samples.ts';
import { json, rows, tenant } from '../support/tenant.ts';
import { APPROVAL, FOR_DECISION, KNOWN, line, PROVIDER, requestRow, REQUESTS } from './samples.ts';
import { MARCUS, methodsOf, orderFor, personOn, world, type Person } from './simulated.ts';

const STAGES_PATH = `${PROVIDER}/roleAssignmentApprovals/${APPROVAL}/stages`;
const STAGES = line('GET', STAGES_PATH, 'api-version=2021-01-01-preview');
const WAITING = { ...KNOWN, status: 'PendingApproval', approvalId: APPROVAL };

function stageRow(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    name: APPROVAL,
    properties: {
      status: 'InProgress',
      assignedToMe: true,
      reviewResult: 'NotReviewed',
      ...fields,
    },
  };
}

describe('requests', () => {
  it('of one’s own are asked for with asTarget(), never asRequestor(), newest first', async () => {
    const { on, surface } = tenant();
    const older = requestRow({ createdOn: '2026-11-22T08:00:00Z' }, 'older');
    const undated = requestRow({ createdOn: null }, 'undated');
    on(REQUESTS, rows(undated, older, requestRow(), { no: 'request' }));
    const found = await surface('azure').requests({});
    expect(found.map(({ id }) => id)).toEqual([KNOWN.id, 'older', 'undated']);
    expect(found[0]).toEqual(KNOWN);
  });

  it('show an odd status as unknown, and no words but those that were given', async () => {
    const { on, surface } = tenant();
    const odd = {
      status: 'Granted <b>',
      justification: '',
      ticketInfo: { ticketNumber: null, ticketSystem: '' },
      principalId: '../x',
      approvalId: 'not/an id',
      scheduleInfo: null,
    };
    on(REQUESTS, rows(requestRow(odd, '../name')));
    expect(await surface('azure').requests({})).toMatchObject([
      {
        id: '',
        status: 'Unknown',
        justification: null,
        ticket: null,
        principal: null,
        approvalId: null,
        startTime: null,
        duration: null,
      },
    ]);
  });

  it('await a decision when they are pending and somebody else’s', async () => {
    const { on, surface } = tenant();
    const pending = { status: 'PendingApproval', approvalId: `/x/${APPROVAL}` };
    const theirs = { ...pending, requestorId: OTHER_GROUP, principalId: OTHER_GROUP };
    on(
      FOR_DECISION,
      rows(
        requestRow(theirs, 'theirs'),
        requestRow({ ...theirs, status: 'Provisioned' }, 'decided'),
        requestRow({ ...pending, requestorId: ME.toUpperCase() }, 'mine'),
        requestRow({ ...pending, requestorId: null, principalId: ME }, 'mine-too'),
        requestRow({ ...theirs, approvalId: APPROVAL }, 'bare'),
      ),
    );
    const found = await surface('azure').awaiting({});
    expect(found.map(({ id, approvalId }) => [id, approvalId])).toEqual([
      ['theirs', APPROVAL],
      ['bare', APPROVAL],
    ]);
  });
});

describe('stages', () => {
  it('say what waits for whom', async () => {
    const { on, surface } = tenant();
    on(STAGES, rows(stageRow(), stageRow({ assignedToMe: null, reviewResult: null })));
    expect(await surface('azure').stages(WAITING, {})).toEqual([
      { id: APPROVAL, status: 'InProgress', result: 'NotReviewed', isMine: true },
      { id: APPROVAL, status: 'InProgress', result: 'Unknown', isMine: false },
    ]);
  });

  it('are none where nobody has to decide', async () => {
    expect(await tenant().surface('azure').stages(KNOWN, {})).toEqual([]);
  });

  it('of what is no id are not asked for', async () => {
    const { surface, sent } = tenant();
    const odd = { ...WAITING, approvalId: '../x' };
    await expect(surface('azure').stages(odd, {})).rejects.toMatchObject({ code: 'not-found' });
    expect(sent).toEqual([]);
  });
});

/** Ada asks to be owner; Marcus may decide. */
async function waiting(switches: SimulatorOptions['azure'] = {}) {
  const here = await world(switches);
  const asked = await here.azure.activate(await orderFor(here, 'Owner', 'Grid Production'), {});
  return { ...here, asked, marcus: await personOn(here.simulator, MARCUS) };
}

async function decideFirst({ azure }: Person, verdict: ApprovalVerdict): Promise<PimRequest> {
  const [request] = await azure.awaiting({});
  if (!request) throw new Error('nothing awaits a decision');
  const live = liveStage(await azure.stages(request, {}));
  if (!live) throw new Error('no stage is open');
  await azure.decide({ request, stage: live, verdict, justification: 'As agreed' }, {});
  return request;
}

const DIRECT = { method: 'PUT', pathIncludes: '/stages/' } as const;

describe('a decision', () => {
  it.each(['path', 'guid'] as const)(
    'approves, with the approval id as a %s',
    async (approvalId) => {
      const { asked, azure, marcus } = await waiting({ approvalId });
      expect(asked).toMatchObject({ status: 'PendingApproval' });
      const decided = await decideFirst(marcus, 'approve');
      expect(decided).toMatchObject({
        id: asked.id,
        principal: { name: 'Ada Lindgren' },
        justification: 'CHG-88',
      });
      expect(await azure.request(asked, {})).toMatchObject({ status: 'Provisioned' });
      expect(await marcus.azure.awaiting({})).toEqual([]);
    },
  );

  it('denies', async () => {
    const { asked, azure, marcus } = await waiting();
    await decideFirst(marcus, 'deny');
    expect(await azure.request(asked, {})).toMatchObject({
      status: expect.stringMatching('Denied'),
    });
  });

  it.each([
    ['wrapped', ['PUT']],
    ['flat', ['PUT', 'PUT']],
    ['batch-only', ['PUT', 'POST']],
  ] as const)('finds the way that Azure takes: %s', async (approvalBody, methods) => {
    const { asked, azure, marcus } = await waiting({ approvalBody });
    await decideFirst(marcus, 'approve');
    expect(await azure.request(asked, {})).toMatchObject({ status: 'Provisioned' });
    expect(marcus.sent.map(({ method }) => method).filter((each) => each !== 'GET')).toEqual(
      methods,
    );
  });

  it('that every way refuses says what the first one said', async () => {
    const { marcus, simulator } = await waiting({ approvalBody: 'batch-only' });
    simulator.faults.add(
      { match: DIRECT, action: { kind: 'error', status: 405, code: 'MethodNotAllowed' } },
      {
        match: { pathIncludes: '/batch' },
        action: { kind: 'error', status: 404, code: 'NotFound' },
      },
    );
    await expect(decideFirst(marcus, 'approve')).rejects.toMatchObject({
      details: { status: 405 },
    });
  });

  it('that was refused for good is not tried another way', async () => {
    const { marcus, simulator } = await waiting();
    const gone = { kind: 'error', status: 410, code: 'Gone' } as const;
    simulator.faults.add({ match: DIRECT, action: gone });
    await expect(decideFirst(marcus, 'approve')).rejects.toMatchObject({
      details: { status: 410 },
    });
    expect(methodsOf(marcus, '/stages/')).toEqual(['PUT']);
    expect(methodsOf(marcus, '/batch')).toEqual([]);
  });

  it.each(['wrapped', 'batch-only'] as const)(
    'that was made before is a conflict (%s)',
    async (approvalBody) => {
      const { marcus } = await waiting({ approvalBody });
      const [request] = await marcus.azure.awaiting({});
      if (!request) throw new Error('nothing awaits a decision');
      const [stage] = await marcus.azure.stages(request, {});
      if (!stage) throw new Error('there is no stage');
      const decision = { request, stage, verdict: 'approve', justification: 'Yes' } as const;
      await marcus.azure.decide(decision, {});
      expect(liveStage(await marcus.azure.stages(request, {}))).toBeNull();
      await expect(marcus.azure.decide(decision, {})).rejects.toMatchObject({
        code: 'conflict',
        message: 'It was decided already.',
      });
    },
  );

  it('trap 19: that got no answer is looked for, and not sent again', async () => {
    const { asked, azure, marcus, simulator } = await waiting();
    simulator.faults.add({ match: DIRECT, action: { kind: 'drop-after' } });
    await decideFirst(marcus, 'approve');
    expect(methodsOf(marcus, '/stages/')).toEqual(['PUT']);
    expect(await azure.request(asked, {})).toMatchObject({ status: 'Provisioned' });
  });

  it('is not taken for done because a proxy answered with a page', async () => {
    const { asked, azure, marcus, simulator } = await waiting();
    simulator.faults.add({ match: DIRECT, action: { kind: 'html', status: 200 } });
    await expect(decideFirst(marcus, 'deny')).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(await azure.request(asked, {})).toMatchObject({ status: 'PendingApproval' });
  });

  it('trap 19: that did not arrive is not sent again either', async () => {
    const { marcus, simulator } = await waiting();
    simulator.faults.add({ match: DIRECT, action: { kind: 'drop-before' } });
    await expect(decideFirst(marcus, 'approve')).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(methodsOf(marcus, '/stages/')).toEqual(['PUT']);
  });

  it('that somebody else made otherwise meanwhile is a conflict', async () => {
    const { on, surface, drive } = tenant();
    const put = line('PUT', `${STAGES_PATH}/${APPROVAL}`, 'api-version=2021-01-01-preview');
    on(put, json(503, {}));
    on(STAGES, rows(stageRow()), rows(stageRow({ status: 'Completed', reviewResult: 'Deny' })));
    const open = { id: APPROVAL, status: 'InProgress', result: 'NotReviewed', isMine: true };
    const decision = {
      request: WAITING,
      stage: open,
      verdict: 'approve',
      justification: '',
    } as const;
    await expect(drive(surface('azure').decide(decision, {}))).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('whose batch answers oddly is looked for', async () => {
    const { on, surface, drive } = tenant();
    const put = line('PUT', `${STAGES_PATH}/${APPROVAL}`, 'api-version=2021-01-01-preview');
    on(put, json(403, { error: { code: 'AuthorizationFailed', message: 'No.' } }));
    on(line('POST', '/batch', 'api-version=2020-06-01'), json(202, {}));
    on(STAGES, rows(stageRow({ status: 'Completed', reviewResult: 'Approve' })));
    const open = { id: APPROVAL, status: 'InProgress', result: 'NotReviewed', isMine: true };
    const decision = {
      request: WAITING,
      stage: open,
      verdict: 'approve',
      justification: 'x',
    } as const;
    await expect(drive(surface('azure').decide(decision, {}))).resolves.toBeUndefined();
  });

  it.each([
    ['the approval', { ...WAITING, approvalId: null }, APPROVAL],
    ['the stage', WAITING, '../x'],
  ])('goes nowhere when %s has no id', async (_, waits, id) => {
    const { surface, sent } = tenant();
    const open = { id, status: 'InProgress', result: 'NotReviewed', isMine: true };
    const decision = { request: waits, stage: open, verdict: 'deny', justification: 'x' } as const;
    await expect(surface('azure').decide(decision, {})).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(sent).toEqual([]);
  });
});

/** A decision whose direct way is closed, so that it goes by batch. */
function byBatch(...inner: readonly unknown[]) {
  const azure = tenant();
  const put = line('PUT', `${STAGES_PATH}/${APPROVAL}`, 'api-version=2021-01-01-preview');
  azure.on(put, json(403, { error: { code: 'AuthorizationFailed', message: 'No.' } }));
  const answers = inner.map((response) => json(200, { responses: [response] }));
  azure.on(line('POST', '/batch', 'api-version=2020-06-01'), ...answers);
  const open = { id: APPROVAL, status: 'InProgress', result: 'NotReviewed', isMine: true };
  const decide = () =>
    azure.drive(
      azure
        .surface('azure')
        .decide({ request: WAITING, stage: open, verdict: 'approve', justification: 'x' }, {}),
    );
  return { ...azure, decide };
}

describe('a demand inside a batch', () => {
  const TAKEN = { httpStatusCode: 200, content: {} };
  const claims = Buffer.from('{"access_token":{"nbf":{"essential":true}}}').toString('base64');
  const ENDED = {
    httpStatusCode: 401,
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_claims", claims="${claims}"` },
    content: {
      error: { code: 'InvalidAuthenticationToken', message: 'TokenIssuedBeforeRevocation' },
    },
  };
  const CONTEXT = {
    httpStatusCode: 400,
    content: {
      error: {
        code: 'RoleAssignmentRequestAcrsValidationFailed',
        message: `&claims=${encodeURIComponent('{"access_token":{"acrs":{"value":"c1"}}}')}`,
      },
    },
  };

  it.each([
    ['that the session goes on', ENDED, 'a fresh sign-in'],
    ['of an authentication context', CONTEXT, 'authentication context c1'],
  ])('%s is answered once, and the batch sent once more', async (_what, refused, label) => {
    const { decide, signIn } = byBatch(refused, TAKEN);
    await expect(decide()).resolves.toBeUndefined();
    const demanded = signIn.wishes.flatMap(({ challenge }) => challenge?.label ?? []);
    expect(demanded).toEqual([label]);
  });

  it('that is made again is the end', async () => {
    const { decide, signIn } = byBatch(CONTEXT, CONTEXT);
    await expect(decide()).rejects.toMatchObject({ code: 'step-up-required' });
    expect(signIn.wishes.filter(({ challenge }) => challenge !== undefined)).toHaveLength(1);
  });
});
