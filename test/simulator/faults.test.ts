import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import { running, signedIn } from './simulator-support.ts';

const GROUPS =
  "/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances/filterByCurrentUser(on='principal')";
const ROLES =
  "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')";

interface Asker {
  readonly simulator: RunningSimulator;
  readonly ask: (path?: string, signal?: AbortSignal) => Promise<Response>;
}

async function asker(): Promise<Asker> {
  const simulator = await running();
  const { access_token: token } = await signedIn(simulator);
  simulator.requests.clear();
  return {
    simulator,
    ask: (path = GROUPS, signal) =>
      fetch(simulator.origin + path, {
        headers: { authorization: `Bearer ${token}`, 'accept-language': 'en-US' },
        redirect: 'manual',
        ...(signal && { signal }),
      }),
  };
}

async function answered(action: Fault['action']): Promise<Response> {
  const { simulator, ask } = await asker();
  simulator.faults.add({ action });
  const response = await ask();
  expect((await ask()).status).toBe(200);
  return response;
}

describe('a fault that answers instead of the service', () => {
  it('throttles for some seconds', async () => {
    const response = await answered({ kind: 'throttle', retryAfterSeconds: 7 });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect(await response.json()).toMatchObject({ error: { code: 'TooManyRequests' } });
  });

  it('throttles until a date, by the simulator’s clock', async () => {
    const response = await answered({ kind: 'throttle', retryAfterSeconds: 7, as: 'date' });
    expect(response.headers.get('date')).toBe('Thu, 15 Jan 2026 09:00:00 GMT');
    expect(response.headers.get('retry-after')).toBe('Thu, 15 Jan 2026 09:00:07 GMT');
  });

  it.each([500, 503])('fails with %i in the shape of Graph', async (status) => {
    const response = await answered({ kind: 'error', status, code: 'serviceNotAvailable' });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code: 'serviceNotAvailable' } });
  });

  it('shows an HTML page', async () => {
    const response = await answered({ kind: 'html' });
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toBe('text/html');
  });

  it('redirects elsewhere', async () => {
    const response = await answered({ kind: 'redirect', location: 'https://evil.example/' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('https://evil.example/');
  });
});

describe('a fault that spoils the answer', () => {
  it('empties the body', async () => {
    const response = await answered({ kind: 'empty' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it.each(['garbage', 'truncated'] as const)('sends %s', async (kind) => {
    const response = await answered({ kind });
    expect(response.status).toBe(200);
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it('lets the next page be on another host', async () => {
    const response = await answered({ kind: 'foreign-next-link', origin: 'https://evil.example' });
    const nextLink = 'https://evil.example/v1.0/next';
    expect(await response.json()).toHaveProperty(['@odata.nextLink'], nextLink);
  });
});

describe('a fault of the connection', () => {
  it.each(['drop-before', 'drop-after'] as const)('cuts it: %s', async (kind) => {
    const { simulator, ask } = await asker();
    simulator.faults.add({ action: { kind } });
    await expect(ask()).rejects.toThrow('fetch failed');
    expect(simulator.requests.all()).toMatchObject([{ status: null }]);
  });

  it('hangs until the client gives up', async () => {
    const { simulator, ask } = await asker();
    simulator.faults.add({ action: { kind: 'hang' } });
    const patience = new AbortController();
    const asking = ask(GROUPS, patience.signal);
    await simulator.requests.whenInFlight(1);
    patience.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });

  it('holds answers until they are released', async () => {
    const { simulator, ask } = await asker();
    simulator.faults.add({ times: 2, action: { kind: 'hold' } });
    const asking = Promise.all([ask(GROUPS), ask(ROLES)]);
    await simulator.requests.whenInFlight(2);
    simulator.faults.release();
    expect((await asking).map(({ status }) => status)).toEqual([200, 200]);
    expect(simulator.requests.sequentialRounds()).toBe(1);
  });

  it('delays', async () => {
    const response = await answered({ kind: 'delay', milliseconds: 1 });
    expect(response.status).toBe(200);
  });

  it('does not keep the simulator from stopping', async () => {
    const { simulator, ask } = await asker();
    simulator.faults.add({ action: { kind: 'hang' } }, { action: { kind: 'hold' } });
    const asking = [ask(), ask()].map((request) => expect(request).rejects.toThrow('fetch failed'));
    await simulator.requests.whenInFlight(2);
    await simulator.stop();
    await Promise.all(asking);
    expect(asking).toHaveLength(2);
  });
});

describe('a fault meets', () => {
  it.each<[string, NonNullable<Fault['match']>]>([
    ['a surface', { surface: 'directory' }],
    ['a part of the path', { pathIncludes: 'ROLEeligibility' }],
    ['a method and a part of the query', { method: 'get', pathIncludes: 'directory/' }],
  ])('only requests that match %s', async (_, match) => {
    const { simulator, ask } = await asker();
    simulator.faults.add({ match, action: { kind: 'error', status: 500 } });
    expect((await ask(GROUPS)).status).toBe(200);
    expect((await ask(ROLES)).status).toBe(500);
  });

  it('as many of them as it says', async () => {
    const { simulator, ask } = await asker();
    simulator.faults.add({ times: 2, action: { kind: 'html' } });
    expect((await ask()).status).toBe(502);
    expect((await ask()).status).toBe(502);
    expect((await ask()).status).toBe(200);
  });

  it('none once cleared', async () => {
    const { simulator, ask } = await asker();
    simulator.faults.add({ action: { kind: 'html' } });
    simulator.faults.clear();
    expect(simulator.faults.pending).toBe(0);
    expect((await ask()).status).toBe(200);
  });
});

it('requests one after the other count as rounds', async () => {
  const { simulator, ask } = await asker();
  await ask();
  await ask();
  await ask();
  expect(simulator.requests.sequentialRounds()).toBe(3);
});
