import { describe, expect, it } from 'vitest';
import { PimError } from '../../src/domain/errors.ts';
import { activate, IN_UNIT } from './support/order.ts';
import {
  fault,
  GROUP_POST,
  GROUP_REQUESTS,
  groupRequest,
  ME,
  REQUEST,
  ROLE_POST,
  ROLE_REQUESTS,
  roleRequest,
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
      message: expect.stringMatching(/^The request may or may not have arrived/u),
      details: { fix: 'See what is active, and look at your requests, before you try again.' },
    });
    expect(world.sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

function schedule({
  start = '2026-11-23T08:30:05.19Z',
  duration = 'PT2H',
}: {
  readonly start?: string | null;
  readonly duration?: string;
}) {
  return { startDateTime: start, expiration: { type: 'afterDuration', duration } };
}

/** The list of requests, from a Microsoft whose clock is that far ahead of ours. */
function dated({ clock }: Tenant, secondsAhead: number, ...requests: readonly unknown[]): Reply {
  return (request) => {
    const date = new Date(clock.now().getTime() + secondsAhead * 1000).toUTCString();
    return json(200, { value: requests }, { Date: date })(request);
  };
}

describe('looking for a lost activation, by the date in the answers', () => {
  it('does not take one of a minute ago for it', async () => {
    const world = tenant();
    const older = groupRequest({ createdDateTime: '2026-11-23T08:29:00Z' });
    const look = dated(world, 0, older);
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, look, look, look);
    await expect(activate(world)).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it.each([
    ['ten minutes slow', 600, '2026-11-23T08:40:04.88Z'],
    ['ten minutes fast', -600, '2026-11-23T08:20:04.88Z'],
  ])('finds it though this clock is %s', async (_, secondsAhead, theirs) => {
    const world = tenant();
    const scheduleInfo = schedule({ start: theirs });
    const made = groupRequest({ createdDateTime: theirs, scheduleInfo });
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, dated(world, secondsAhead, made));
    expect(await activate(world)).toMatchObject({ id: REQUEST });
  });

  it.each(['Denied', 'Failed', 'Canceled'])(
    'takes one that is %s only when it was made after sending',
    async (status) => {
      const before = groupRequest({ status, createdDateTime: '2026-11-23T08:29:58Z' });
      const world = tenant();
      world.on(GROUP_POST, broken('ECONNRESET'));
      world.on(
        GROUP_REQUESTS,
        dated(world, 0, before),
        dated(world, 0, before, groupRequest({ id: 'ours', status })),
      );
      expect(await activate(world)).toMatchObject({ id: 'ours', status });
    },
  );
});

describe('looking for a lost activation', () => {
  it('trap 19: the outcome is unknown when looking fails, too', async () => {
    const world = tenant();
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, json(403, fault('AadPremiumLicenseRequired', 'No.')));
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
    ['one of another duration', { scheduleInfo: schedule({ duration: 'PT1H' }) }],
    ['one without a duration', { scheduleInfo: null }],
    ['one for an earlier start', { scheduleInfo: schedule({ start: '2026-11-23T08:27:59Z' }) }],
    ['one for a start to come', { scheduleInfo: schedule({ start: '2026-11-24T07:00:00Z' }) }],
    ['one with another justification', { justification: 'Something else' }],
    ['one with a ticket', { ticketInfo: { ticketNumber: 'INC-1', ticketSystem: null } }],
    ['one denied, while the times cannot be compared', { status: 'Denied' }],
  ])('does not take %s for it', async (_, fields) => {
    const world = tenant();
    const others = rows(groupRequest(fields));
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, others, others, others);
    await expect(activate(world)).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it.each([
    ['another ticket', { ticketInfo: { ticketNumber: 'INC-2', ticketSystem: 'ServiceNow' } }],
    ['another ticket system', { ticketInfo: { ticketNumber: 'INC-1', ticketSystem: 'Jira' } }],
  ])('does not take one with %s for it', async (_, fields) => {
    const world = tenant();
    const others = rows(groupRequest(fields));
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, others, others, others);
    const ticket = { number: 'INC-1', system: 'ServiceNow' };
    await expect(activate(world, { ticket })).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it('does not take one for now for one that is to start tomorrow', async () => {
    const world = tenant();
    const others = rows(groupRequest());
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, others, others, others);
    const startTime = new Date('2026-11-24T07:00:00Z');
    await expect(activate(world, { startTime })).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it.each([
    ['has no start yet', schedule({ start: null }), {}],
    [
      'has the start that was asked for',
      schedule({ start: '2026-11-24T07:00:00Z' }),
      { startTime: new Date('2026-11-24T07:00:00Z') },
    ],
  ])('takes one that %s', async (_, scheduleInfo, fields) => {
    const world = tenant();
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, rows(groupRequest({ scheduleInfo })));
    expect(await activate(world, fields)).toMatchObject({ id: REQUEST });
  });

  it('takes one with our words, as Microsoft gives them back', async () => {
    const world = tenant();
    const ticketInfo = { ticketNumber: 'INC-1', ticketSystem: '' };
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, rows(groupRequest({ justification: 'Why', ticketInfo })));
    const words = { justification: 'Why', ticket: { number: 'INC-1', system: '' } };
    expect(await activate(world, words)).toMatchObject({ id: REQUEST });
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

it('what was refused before it was sent is no lost activation', async () => {
  const world = tenant();
  const refusal = new PimError('cancelled', 'The program is ending.');
  world.on(GROUP_POST, () => Promise.reject(refusal));
  await expect(activate(world)).rejects.toBe(refusal);
});
