import { describe, expect, it } from 'vitest';
import { hours, minutes } from '../../src/domain/duration.ts';
import { activate, IN_UNIT, MEMBER } from './support/order.ts';
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
  roleRequest,
  UNIT_SCOPE,
} from './support/samples.ts';
import { broken, json, rows, START, tenant, type Tenant } from './support/tenant.ts';

function bodies({ sent }: Tenant): unknown[] {
  return sent.flatMap(({ body }): unknown[] => (body === undefined ? [] : [JSON.parse(body)]));
}

const CREATED = json(201, groupRequest());

describe('the body of an activation', () => {
  it('for a group is what Microsoft documents', async () => {
    const world = tenant();
    world.on(
      GROUP_POST,
      json(
        201,
        groupRequest({
          justification: 'INC-4711 rotate certificates',
          ticketInfo: { ticketNumber: 'INC-4711', ticketSystem: 'ServiceNow' },
        }),
      ),
    );
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
      name: GROUP,
      scope: { id: GROUP, name: null },
      principal: { id: ME, name: null },
      approvalId: null,
      createdTime: new Date('2026-11-23T08:30:04.880Z'),
      startTime: new Date('2026-11-23T08:30:05.190Z'),
      duration: hours(2),
      endTime: null,
      justification: 'INC-4711 rotate certificates',
      ticket: { number: 'INC-4711', system: 'ServiceNow' },
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

describe('a cancel', () => {
  const BUSY = json(429, fault('TooManyRequests', 'x'), { 'Retry-After': '30' });

  it('in a pause after a refusal for now ends it, and nothing is sent', async () => {
    const world = tenant();
    const stop = new AbortController();
    const told: string[] = [];
    const report = (message: string) => {
      told.push(message);
      setImmediate(() => stop.abort());
    };
    world.on(GROUP_POST, BUSY);
    await expect(activate(world, {}, { signal: stop.signal, report })).rejects.toMatchObject({
      code: 'cancelled',
      message: 'Cancelled. Microsoft had refused for now (429); nothing was sent.',
    });
    expect(told).toEqual(['Microsoft is busy; trying again in 30 s.']);
    expect(world.sent).toHaveLength(1);
    expect(world.clock.sleeping).toBe(0);
  });

  it('while it is being sent is too late: the answer counts', async () => {
    const world = tenant();
    const stop = new AbortController();
    world.on(GROUP_POST, (request) => {
      stop.abort();
      return CREATED(request);
    });
    expect(await activate(world, {}, { signal: stop.signal })).toMatchObject({ id: REQUEST });
  });

  it('does not stop the search for a lost activation', async () => {
    const world = tenant();
    const stop = new AbortController();
    world.on(GROUP_POST, (request) => {
      stop.abort();
      return broken('ECONNRESET')(request);
    });
    world.on(GROUP_REQUESTS, rows(groupRequest()));
    expect(await activate(world, {}, { signal: stop.signal })).toMatchObject({ id: REQUEST });
  });
});
