import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { PimError } from '../../src/domain/errors.ts';
import { fault, GROUP_ACTIVE } from './support/samples.ts';
import { broken, json, rows, silence, START, tenant, text, type Tenant } from './support/tenant.ts';

const THROTTLED = fault('TooManyRequests', 'Too many requests');
const EXPIRED = json(401, fault('InvalidAuthenticationToken', 'The token is expired.'));

function read({ drive, surface }: Tenant): Promise<unknown> {
  return drive(surface('group').active({}));
}

function waited({ clock }: Tenant): number {
  return (clock.now().getTime() - START.getTime()) / 1000;
}

describe('reading', () => {
  it.each([
    ['429', json(429, THROTTLED)],
    ['500', text(500, '')],
    ['502 with HTML', text(502, '<html>Bad gateway</html>')],
    ['503', json(503, fault('serviceNotAvailable', 'busy'))],
    ['504', text(504, '')],
    ['a dropped connection', broken('ECONNRESET')],
  ])('tries again after %s', async (_, reply) => {
    const world = tenant();
    world.on(GROUP_ACTIVE, reply, reply, rows());
    expect(await read(world)).toEqual([]);
  });

  it('gives up after three tries', async () => {
    const world = tenant();
    const reply = json(503, fault('serviceNotAvailable', 'busy'));
    world.on(GROUP_ACTIVE, reply, reply, reply);
    await expect(read(world)).rejects.toMatchObject({
      code: 'upstream',
      details: { status: 503, upstream: { code: 'serviceNotAvailable', message: 'busy' } },
    });
  });

  it('waits as long as Retry-After says, in seconds, and says so', async () => {
    const world = tenant();
    const told: string[] = [];
    world.on(GROUP_ACTIVE, json(429, THROTTLED, { 'Retry-After': '7' }), rows());
    const call = { report: (message: string) => void told.push(message) };
    await world.drive(world.surface('group').active(call));
    expect(waited(world)).toBeCloseTo(7, 0);
    expect(told).toEqual(['Microsoft is busy; trying again in 7 s.']);
  });

  it('waits until the date in Retry-After', async () => {
    const world = tenant();
    const until = new Date(START.getTime() + 9000).toUTCString();
    world.on(GROUP_ACTIVE, json(503, THROTTLED, { 'Retry-After': until }), rows());
    await read(world);
    expect(waited(world)).toBeCloseTo(9, 0);
  });

  it.each([
    [0, 0.25],
    [0.999, 0.5],
  ])('spreads the first pause: random %d waits about %d s', async (random, seconds) => {
    const world = tenant({ random: () => random });
    world.on(GROUP_ACTIVE, text(500, ''), rows());
    await read(world);
    expect(waited(world)).toBe(seconds);
  });

  it('does not wait past its minute: says when to come back', async () => {
    const world = tenant();
    world.on(GROUP_ACTIVE, json(429, THROTTLED, { 'Retry-After': '120' }));
    await expect(read(world)).rejects.toMatchObject({
      code: 'throttled',
      details: { retryAfterSeconds: 120 },
    });
    expect(waited(world)).toBe(0);
  });

  it('does not wait for an answer longer than 20 seconds, and ends the request', async () => {
    const world = tenant();
    world.on(GROUP_ACTIVE, silence);
    await expect(read(world)).rejects.toMatchObject({
      code: 'timeout',
      message: 'Microsoft did not answer within 20 seconds.',
    });
    expect(world.sent[0]?.signal?.aborted).toBe(true);
    expect(world.clock.sleeping).toBe(0);
  });

  it('names the code of a failed connection', async () => {
    const world = tenant();
    world.on(GROUP_ACTIVE, ...Array.from({ length: 3 }, () => broken('ENOTFOUND')));
    await expect(read(world)).rejects.toMatchObject({
      code: 'network',
      message: 'The connection to Microsoft failed (ENOTFOUND).',
    });
  });

  it('does not repeat what was refused', async () => {
    const world = tenant();
    world.on(GROUP_ACTIVE, json(404, fault('ResourceNotFound', 'No.')));
    await expect(read(world)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a refused token', () => {
  it('is renewed once', async () => {
    const world = tenant();
    world.on(GROUP_ACTIVE, EXPIRED, rows());
    expect(await read(world)).toEqual([]);
    expect(world.sent.map(({ headers }) => headers['authorization'])).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
    expect(world.signIn.wishes.map(({ refused }) => refused)).toContain('token-1');
  });

  it('means signing in when the new one is refused as well', async () => {
    const world = tenant();
    world.on(GROUP_ACTIVE, EXPIRED, EXPIRED);
    await expect(read(world)).rejects.toMatchObject({
      code: 'sign-in-required',
      details: { reasons: ['InvalidAuthenticationToken'] },
    });
  });

  const CHALLENGE = 'Bearer error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnt9fQ=="';
  const CHALLENGED = json(401, fault('x', 'y'), { 'WWW-Authenticate': CHALLENGE });

  it.each([
    ['as Graph has it', CHALLENGE],
    ['under another name', CHALLENGE.replace('insufficient_claims', 'invalid_token')],
  ])('with a claims challenge, %s, is sent again after a further sign-in', async (_, given) => {
    const world = tenant();
    const challenged = json(401, fault('x', 'y'), { 'WWW-Authenticate': given });
    world.on(GROUP_ACTIVE, challenged, rows());
    expect(await read(world)).toEqual([]);
    const asked = world.signIn.wishes.filter(({ challenge }) => challenge !== undefined);
    expect(asked).toMatchObject([{ refused: 'token-1', challenge: { label: 'a fresh sign-in' } }]);
    const tokens = world.sent.map(({ headers }) => headers['authorization']);
    expect(tokens).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('trap 13: with a claims challenge again is explained, without showing it', async () => {
    const world = tenant();
    world.on(GROUP_ACTIVE, CHALLENGED, CHALLENGED, CHALLENGED);
    const error: unknown = await read(world).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'step-up-required' });
    expect(inspect(error, { depth: 9 })).not.toContain('eyJ');
  });
});

describe('cancelling', () => {
  it('ends a request that is under way', async () => {
    const world = tenant();
    const stop = new AbortController();
    world.on(GROUP_ACTIVE, silence);
    const reading = world.surface('group').active({ signal: stop.signal });
    await Promise.resolve();
    setImmediate(() => stop.abort());
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    expect(world.sent[0]?.signal?.aborted).toBe(true);
  });

  it('ends a pause between tries', async () => {
    const world = tenant();
    const stop = new AbortController();
    world.on(GROUP_ACTIVE, json(429, THROTTLED, { 'Retry-After': '30' }));
    const report = () => void setImmediate(() => stop.abort());
    const reading = world.surface('group').active({ signal: stop.signal, report });
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
    expect(world.clock.sleeping).toBe(0);
  });

  it('sends nothing when it came first', async () => {
    const world = tenant();
    const call = { signal: AbortSignal.abort() };
    await expect(world.surface('group').active(call)).rejects.toMatchObject({ code: 'cancelled' });
    expect(world.sent).toEqual([]);
  });
});

it('passes on what the sign-in says', async () => {
  const pending = new PimError('sign-in-pending', 'Finish in the browser.');
  const { signIn } = tenant();
  const world = tenant({ signIn: { ...signIn, token: () => Promise.reject(pending) } });
  await expect(read(world)).rejects.toBe(pending);
  expect(world.sent).toEqual([]);
});
