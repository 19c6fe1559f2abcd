import { describe, expect, it } from 'vitest';
import { hours, minutes } from '../../src/domain/duration.ts';
import type { ActivationOrder } from '../../src/domain/request.ts';
import type { DirectoryTarget, GroupTarget } from '../../src/domain/target.ts';
import {
  fault,
  GROUP,
  GROUP_POST,
  GROUP_REQUESTS,
  groupRequest,
  ME,
  REQUEST,
  ROLE,
  ROLE_POST,
  ROLE_REQUESTS,
  roleRequest,
  UNIT_SCOPE,
} from './support/samples.ts';
import {
  broken,
  json,
  rows,
  silence,
  START,
  tenant,
  text,
  type Reply,
  type Tenant,
} from './support/tenant.ts';

const MEMBER: GroupTarget = { kind: 'group', groupId: GROUP, accessId: 'member' };
const IN_UNIT: DirectoryTarget = {
  kind: 'directory',
  roleDefinitionId: ROLE,
  directoryScopeId: UNIT_SCOPE,
  appScopeId: null,
};

function order(fields: Partial<ActivationOrder> = {}): ActivationOrder {
  return {
    target: MEMBER,
    principalId: ME,
    startTime: START,
    duration: hours(2),
    justification: null,
    ticket: null,
    ...fields,
  };
}

function activate({ drive, surface }: Tenant, fields: Partial<ActivationOrder> = {}) {
  const wanted = order(fields);
  return drive(surface(wanted.target.kind).activate(wanted));
}

function bodies({ sent }: Tenant): unknown[] {
  return sent.flatMap(({ body }): unknown[] => (body === undefined ? [] : [JSON.parse(body)]));
}

const CREATED = json(201, groupRequest());

describe('the body of an activation', () => {
  it('for a group is what Microsoft documents', async () => {
    const world = tenant();
    world.on(GROUP_POST, CREATED);
    const request = await activate(world, {
      justification: 'INC-4711 rotate certificates',
      ticket: { number: 'INC-4711', system: 'ServiceNow' },
    });
    expect(bodies(world)).toEqual([
      {
        accessId: 'member',
        principalId: ME,
        groupId: GROUP,
        action: 'selfActivate',
        scheduleInfo: {
          startDateTime: '2026-11-23T08:30:00.000Z',
          expiration: { type: 'afterDuration', duration: 'PT2H' },
        },
        justification: 'INC-4711 rotate certificates',
        ticketInfo: { ticketNumber: 'INC-4711', ticketSystem: 'ServiceNow' },
      },
    ]);
    expect(world.sent[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'accept-language': 'en-US',
    });
    expect(request).toEqual({
      id: REQUEST,
      status: 'Provisioned',
      action: 'selfActivate',
      target: MEMBER,
      createdTime: new Date('2026-11-23T08:30:04.880Z'),
      startTime: new Date('2026-11-23T08:30:05.190Z'),
      duration: hours(2),
      endTime: null,
    });
  });

  it('trap 2: asks for ownership where ownership is what one is eligible for', async () => {
    const world = tenant();
    world.on(GROUP_POST, json(201, groupRequest({ accessId: 'owner' })));
    await activate(world, { target: { ...MEMBER, accessId: 'owner' } });
    expect(bodies(world)).toMatchObject([{ accessId: 'owner' }]);
  });

  it("trap 3: names the caller as principal, whatever the rows' principal was", async () => {
    const world = tenant();
    world.on(ROLE_POST, json(201, roleRequest({ principalId: GROUP })));
    await activate(world, { target: IN_UNIT });
    expect(bodies(world)).toMatchObject([{ principalId: ME }]);
  });

  it('trap 5: sends the administrative unit of the eligibility, and no other scope', async () => {
    const world = tenant();
    world.on(ROLE_POST, json(201, roleRequest()));
    await activate(world, { target: IN_UNIT, duration: minutes(90) });
    expect(bodies(world)).toEqual([
      {
        action: 'selfActivate',
        principalId: ME,
        roleDefinitionId: ROLE,
        directoryScopeId: UNIT_SCOPE,
        scheduleInfo: {
          startDateTime: '2026-11-23T08:30:00.000Z',
          expiration: { type: 'afterDuration', duration: 'PT1H30M' },
        },
      },
    ]);
  });

  it('sends an app scope instead where that is what the eligibility has', async () => {
    const world = tenant();
    const scopes = { directoryScopeId: null, appScopeId: '/app1' };
    world.on(ROLE_POST, json(201, roleRequest(scopes)));
    await activate(world, { target: { ...IN_UNIT, ...scopes } });
    expect(bodies(world)[0]).toHaveProperty('appScopeId', '/app1');
    expect(bodies(world)[0]).not.toHaveProperty('directoryScopeId');
  });

  it('trap 10: never starts in the past', async () => {
    const world = tenant();
    world.on(GROUP_POST, CREATED, CREATED);
    world.clock.advance(90_000);
    await activate(world, { startTime: START });
    await activate(world, { startTime: new Date('2026-11-24T07:00:00Z') });
    expect(bodies(world)).toMatchObject([
      { scheduleInfo: { startDateTime: '2026-11-23T08:31:30.000Z' } },
      { scheduleInfo: { startDateTime: '2026-11-24T07:00:00.000Z' } },
    ]);
  });

  it('trap 10: starts anew after a pause', async () => {
    const world = tenant();
    const busy = json(429, fault('TooManyRequests', 'x'), { 'Retry-After': '30' });
    world.on(GROUP_POST, busy, CREATED);
    await activate(world);
    const starts = bodies(world).map((body) => JSON.stringify(body).match(/08:3\d:\d\d/u)?.[0]);
    expect(starts).toEqual(['08:30:00', '08:30:30']);
  });
});

describe('an answer that says nothing happened', () => {
  it('because the token was refused: a new token, and once more', async () => {
    const world = tenant();
    world.on(GROUP_POST, json(401, fault('InvalidAuthenticationToken', 'expired')), CREATED);
    await activate(world);
    expect(world.sent.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  it('because of throttling: tries three times', async () => {
    const world = tenant();
    const busy = json(429, fault('TooManyRequests', 'x'), { 'Retry-After': '1' });
    world.on(GROUP_POST, busy, busy, busy);
    await expect(activate(world)).rejects.toMatchObject({ code: 'throttled' });
  });

  it('because of long throttling: says when to come back', async () => {
    const world = tenant();
    world.on(GROUP_POST, json(429, fault('TooManyRequests', 'x'), { 'Retry-After': '61' }));
    await expect(activate(world)).rejects.toMatchObject({
      code: 'throttled',
      details: { retryAfterSeconds: 61 },
    });
  });

  it('because it is active already', async () => {
    const world = tenant();
    const message = 'The Role assignment already exists.';
    world.on(GROUP_POST, json(400, fault('RoleAssignmentExists', message)));
    await expect(activate(world)).rejects.toMatchObject({
      code: 'conflict',
      details: { reasons: ['RoleAssignmentExists'] },
    });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])(
    'because there was no connection (%s): a plain network fault',
    async (code) => {
      const world = tenant();
      world.on(GROUP_POST, broken(code));
      await expect(activate(world)).rejects.toMatchObject({ code: 'network' });
      expect(world.sent).toHaveLength(1);
    },
  );

  it('because none of several addresses let us in', async () => {
    const world = tenant();
    const refused = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
    const cause = new AggregateError([refused, refused]);
    world.on(GROUP_POST, () => Promise.reject(new TypeError('fetch failed', { cause })));
    await expect(activate(world)).rejects.toMatchObject({ code: 'network' });
  });
});

const UNCLEAR: readonly (readonly [string, Reply])[] = [
  ['a connection that broke', broken('ECONNRESET')],
  ['a failure without a code', () => Promise.reject(new Error('who knows'))],
  ['a 500', json(500, fault('InternalServerError', 'An error has occurred.'))],
  ['a 503 with HTML', text(503, '<html>busy</html>')],
  ['a 504 without a body', text(504, '')],
  ['a 201 without a body', text(201, '')],
  ['a 201 with something else', json(201, { ok: true })],
  ['no answer within a minute', silence],
];

describe.each(UNCLEAR)('trap 19: after %s', (_, reply) => {
  it('the request is looked for, found, and not sent again', async () => {
    const world = tenant();
    world.on(GROUP_POST, reply);
    world.on(
      GROUP_REQUESTS,
      rows(),
      rows(groupRequest({ id: 'old', createdDateTime: '2026-11-23T08:00:00Z' }), groupRequest()),
    );
    expect(await activate(world)).toMatchObject({ id: REQUEST, status: 'Provisioned' });
    expect(world.sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it('the outcome is called unknown when no such request turns up', async () => {
    const world = tenant();
    world.on(ROLE_POST, reply);
    world.on(ROLE_REQUESTS, rows(), rows(), rows());
    await expect(activate(world, { target: IN_UNIT })).rejects.toMatchObject({
      code: 'outcome-unknown',
      message: expect.stringMatching(/^The activation may or may not have arrived/u),
      details: { fix: 'Look at the list and at your requests before you try again.' },
    });
    expect(world.sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('looking for a lost activation', () => {
  it('trap 19: the outcome is unknown when looking fails, too', async () => {
    const world = tenant();
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, json(403, fault('Authorization_RequestDenied', 'No.')));
    await expect(activate(world)).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it('looks after 2, 5 and 10 seconds', async () => {
    const world = tenant();
    const looks: number[] = [];
    const look: Reply = (request) => {
      looks.push((world.clock.now().getTime() - START.getTime()) / 1000);
      return rows()(request);
    };
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, look, look, look);
    await expect(activate(world)).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(looks).toEqual([2, 5, 10]);
  });

  it.each([
    ['an older one', { createdDateTime: '2026-11-23T08:27:59Z' }],
    ['one without a time', { createdDateTime: null }],
    ['a deactivation', { action: 'selfDeactivate' }],
    ['one for another access level', { accessId: 'owner' }],
    ['one for another group', { groupId: ME }],
  ])('does not take %s for it', async (_, fields) => {
    const world = tenant();
    const others = rows(groupRequest(fields));
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, others, others, others);
    await expect(activate(world)).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it('does not take the same role in another unit for it', async () => {
    const world = tenant();
    const others = rows(roleRequest({ directoryScopeId: '/' }));
    world.on(ROLE_POST, broken('ECONNRESET'));
    world.on(ROLE_REQUESTS, others, others, others);
    await expect(activate(world, { target: IN_UNIT })).rejects.toMatchObject({
      code: 'outcome-unknown',
    });
  });

  it('allows for a clock that is two minutes off', async () => {
    const world = tenant();
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, rows(groupRequest({ createdDateTime: '2026-11-23T08:28:00Z' })));
    expect(await activate(world)).toMatchObject({ id: REQUEST });
  });
});
