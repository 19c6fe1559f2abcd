import { describe, expect, it } from 'vitest';
import type { ApprovalStage, ApprovalVerdict } from '../../src/domain/approval.ts';
import type { PimRequest } from '../../src/domain/request.ts';
import { IN_UNIT, knownRequest, MEMBER } from './support/order.ts';
import { fault, GROUP_APPROVAL, REQUEST, ROLE_APPROVAL } from './support/samples.ts';
import { broken, json, silence, tenant, text, type Reply, type Tenant } from './support/tenant.ts';

const STAGE: ApprovalStage = {
  id: 'd4fa4045-4716-436d-aec5-57b0a713f095',
  status: 'InProgress',
  result: 'NotReviewed',
  isMine: true,
};

function stage(fields: Readonly<Record<string, unknown>> = {}) {
  return {
    id: STAGE.id,
    displayName: null,
    reviewedDateTime: null,
    reviewResult: 'NotReviewed',
    status: 'InProgress',
    assignedToMe: true,
    justification: '',
    reviewedBy: null,
    ...fields,
  };
}

const PLACES = [
  ['group', GROUP_APPROVAL, 'stages', MEMBER],
  ['directory', ROLE_APPROVAL, 'steps', IN_UNIT],
] as const;

const GROUP_STAGES = `GET ${GROUP_APPROVAL}?$expand=stages`;
const GROUP_DECISION = `PATCH ${GROUP_APPROVAL}/stages/${STAGE.id}`;
const ROLE_STAGES = `GET ${ROLE_APPROVAL}?$expand=steps`;
const ROLE_DECISION = `PATCH ${ROLE_APPROVAL}/steps/${STAGE.id}`;
const NO_CONTENT = text(204, '');

function stages({ drive, surface }: Tenant, fields: Partial<PimRequest> = {}) {
  const known = knownRequest(fields);
  return drive(surface(known.target.kind).stages(known, {}));
}

function decide(
  { drive, surface }: Tenant,
  verdict: ApprovalVerdict,
  fields: Partial<PimRequest> = {},
  live = STAGE,
) {
  const request = knownRequest(fields);
  const decision = { request, stage: live, verdict, justification: 'Checked' };
  return drive(surface(request.target.kind).decide(decision, {}));
}

describe.each(PLACES)('decisions (%s)', (_, approval, members, target) => {
  it('have stages, read where the decision is kept', async () => {
    const world = tenant();
    world.on(
      `GET ${approval}?$expand=${members}`,
      json(200, {
        id: REQUEST,
        [members]: [
          stage({ id: 'first', status: 'Completed', reviewResult: 'Approve', assignedToMe: null }),
          stage(),
        ],
      }),
    );
    expect(await stages(world, { target })).toEqual([
      { id: 'first', status: 'Completed', result: 'Approve', isMine: false },
      STAGE,
    ]);
  });

  it('go by the id of the approval where it is not that of the request', async () => {
    const world = tenant();
    const path = approval.replace(REQUEST, 'other-id');
    world.on(`GET ${path}?$expand=${members}`, json(200, { [members]: [] }));
    expect(await stages(world, { target, approvalId: 'other-id' })).toEqual([]);
  });

  it.each([
    ['approve', 'Approve'],
    ['deny', 'Deny'],
  ] as const)('are sent once (%s)', async (verdict, reviewResult) => {
    const world = tenant();
    world.on(`PATCH ${approval}/${members}/${STAGE.id}`, NO_CONTENT);
    await decide(world, verdict, { target });
    expect(world.sent.map(({ body }): unknown => JSON.parse(body ?? ''))).toEqual([
      { reviewResult, justification: 'Checked' },
    ]);
  });

  it('that were made before are a conflict, whatever the answer calls it', async () => {
    for (const reply of [json(409, fault('RoleAssignmentExists', 'x')), text(409, '')]) {
      const world = tenant();
      world.on(`PATCH ${approval}/${members}/${STAGE.id}`, reply);
      await expect(decide(world, 'approve', { target })).rejects.toMatchObject({
        code: 'conflict',
        message: 'It was decided before, by you or by another approver.',
      });
    }
  });
});

describe('stages', () => {
  it('with odd words are of unknown state, and nobody takes them for live', async () => {
    const world = tenant();
    const odd = stage({ status: 'Ignore all\u001B', reviewResult: null, assignedToMe: undefined });
    world.on(GROUP_STAGES, json(200, { stages: [odd] }));
    expect(await stages(world)).toEqual([
      { id: STAGE.id, status: 'Unknown', result: 'Unknown', isMine: false },
    ]);
  });

  it.each([
    ['nothing of the kind', { id: REQUEST }],
    ['those of another API', { steps: [stage()] }],
    ['an id that is none', { stages: [stage({ id: '../x' })] }],
  ])('that are %s cannot be read', async (_, body) => {
    const world = tenant();
    world.on(GROUP_STAGES, json(200, body));
    await expect(stages(world)).rejects.toMatchObject({ code: 'malformed' });
  });

  it.each([{ id: '../x' }, { approvalId: 'a b' }])(
    'of what cannot be an id are not asked for: %j',
    async (fields) => {
      const world = tenant();
      await expect(stages(world, fields)).rejects.toMatchObject({ code: 'not-found' });
      await expect(decide(world, 'deny', fields)).rejects.toMatchObject({ code: 'not-found' });
      await expect(decide(world, 'deny', {}, { ...STAGE, id: 'a/b' })).rejects.toMatchObject({
        code: 'not-found',
      });
      expect(world.sent).toEqual([]);
    },
  );
});

describe('a decision that is forbidden', () => {
  const DENIED = json(403, fault('Authorization_RequestDenied', 'No.'));

  it('for a role names both permissions that may be missing', async () => {
    const world = tenant();
    world.on(ROLE_STAGES, DENIED);
    world.on(ROLE_DECISION, DENIED);
    const forbidden = {
      code: 'forbidden',
      details: {
        fix:
          'Check that you are still an approver of it. If you are, have an administrator consent to ' +
          'RoleAssignmentSchedule.ReadWrite.Directory and PrivilegedAccess.ReadWrite.AzureAD.',
      },
    };
    await expect(stages(world, { target: IN_UNIT })).rejects.toMatchObject(forbidden);
    await expect(decide(world, 'deny', { target: IN_UNIT })).rejects.toMatchObject(forbidden);
  });

  it('for a group names its one', async () => {
    const world = tenant();
    world.on(GROUP_DECISION, DENIED);
    await expect(decide(world, 'deny')).rejects.toMatchObject({
      details: {
        fix: expect.stringMatching(/to PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup\.$/u),
      },
    });
  });
});

const UNCLEAR: readonly (readonly [string, Reply])[] = [
  ['a connection that broke', broken('ECONNRESET')],
  ['a 500', json(500, fault('InternalServerError', 'An error has occurred.'))],
  ["somebody else's page", text(200, '<html>Sign in to the hotel</html>')],
  ['no answer within a minute', silence],
];

function decided(reviewResult: string): Reply {
  return json(200, { stages: [stage({ status: 'Completed', reviewResult })] });
}

describe.each(UNCLEAR)('trap 19: deciding, after %s', (_, reply) => {
  it('is done when it is decided so by then, and not sent again', async () => {
    const world = tenant();
    world.on(GROUP_DECISION, reply);
    world.on(GROUP_STAGES, json(200, { stages: [stage()] }), decided('Approve'));
    await expect(decide(world, 'approve')).resolves.toBeUndefined();
    expect(world.sent.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });

  it('is a conflict when it is decided otherwise', async () => {
    const world = tenant();
    world.on(GROUP_DECISION, reply);
    world.on(GROUP_STAGES, decided('Deny'));
    await expect(decide(world, 'approve')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is of unknown outcome while nothing is decided', async () => {
    const world = tenant();
    const open = json(200, { steps: [stage(), stage({ id: 'other', reviewResult: 'Approve' })] });
    world.on(ROLE_DECISION, reply);
    world.on(ROLE_STAGES, open, open, open);
    await expect(decide(world, 'approve', { target: IN_UNIT })).rejects.toMatchObject({
      code: 'outcome-unknown',
    });
    expect(world.sent.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });
});
