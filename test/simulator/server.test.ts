import { request } from 'node:http';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  ADA,
  authorizeUrl,
  byRefreshToken,
  codeFor,
  MARCUS,
  postToken,
  running,
  signedIn,
} from './simulator-support.ts';

function post(simulator: RunningSimulator, path: string, body: unknown): Promise<Response> {
  return fetch(`${simulator.origin}/simulator/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** A request with a Host header of one's own, which `fetch` would not send. */
function statusFor(origin: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/simulator/state`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject);
    sent.end();
  });
}

const REQUESTS = '/v1.0/identityGovernance/privilegedAccess/group/assignmentScheduleRequests';
const PRODUCTION_SUPPORT = 'bc67ba94-637d-4efa-a09e-467ada679f81';
/** Change Approvers, of whom Marcus is one, decide on it. */
const PAYMENTS_OPERATORS = 'a712755f-6cac-44d5-99d5-269512e74f7b';

/** Ada, signed in at that simulator. */
async function caller(simulator: RunningSimulator) {
  const { access_token: token } = await signedIn(simulator);
  const headers = {
    authorization: `Bearer ${token}`,
    'accept-language': 'en-US',
    'content-type': 'application/json',
  };
  const order = {
    action: 'selfActivate',
    accessId: 'member',
    principalId: decodeJwt(token)['oid'],
    justification: 'Testing the simulator',
    scheduleInfo: {
      startDateTime: simulator.clock.now().toISOString(),
      expiration: { type: 'afterDuration', duration: 'PT1H' },
    },
  };
  return {
    graph: (at: RunningSimulator, path: string) => fetch(at.origin + path, { headers }),
    activate: (at: RunningSimulator, groupId = PRODUCTION_SUPPORT) => {
      const body = JSON.stringify({ ...order, groupId });
      return fetch(at.origin + REQUESTS, { method: 'POST', headers, body });
    },
  };
}

const activation = z.object({ id: z.string(), status: z.string() });

describe('the server', () => {
  it('listens on loopback and says how to get there', async () => {
    const simulator = await running();
    expect(simulator.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/u);
    expect(simulator.environment).toEqual({
      AZURE_AUTHORITY_HOST: simulator.origin,
      ENTRA_PIM_GRAPH_URL: simulator.origin,
      ENTRA_PIM_ARM_URL: simulator.origin,
      AZURE_TENANT_ID: simulator.tenantId,
    });
  });

  it.each([
    ['127.0.0.1', 200],
    ['localhost:80', 200],
    ['[::1]:80', 200],
    ['evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['localhost@evil.example', 403],
  ])('for Host %s answers %i', async (host, status) => {
    const { origin } = await running();
    expect(await statusFor(origin, host)).toBe(status);
  });

  it('refuses a body above one megabyte', async () => {
    const simulator = await running();
    const response = await postToken(simulator, { grant_type: 'x'.repeat(1024 * 1024) });
    expect(response.status).toBe(413);
  });

  it('answers 401 or 404 for what it is not', async () => {
    const { origin } = await running();
    expect([401, 404]).toContain((await fetch(`${origin}/no/such/thing`)).status);
    expect((await fetch(`${origin}/simulator/nothing`)).status).toBe(404);
  });

  it('says which port is taken', async () => {
    const first = await running();
    const port = Number(new URL(first.origin).port);
    await expect(running({ port })).rejects.toMatchObject({ code: 'configuration' });
  });

  it('stops at once while connections are kept alive', async () => {
    const simulator = await running();
    await fetch(`${simulator.origin}/simulator/state`);
    await simulator.stop();
    await expect(fetch(`${simulator.origin}/simulator/state`)).rejects.toThrow('fetch failed');
  });
});

describe('the control surface', () => {
  it('shows the state', async () => {
    const simulator = await running();
    const state = await fetch(`${simulator.origin}/simulator/state`);
    expect(await state.json()).toMatchObject({
      tenant: { id: simulator.tenantId },
      now: '2026-01-15T09:00:00.000Z',
      faults: 0,
      inFlight: 0,
    });
  });

  it('shows requests without secrets, and not its own', async () => {
    const simulator = await running();
    await signedIn(simulator);
    const shown = await (await fetch(`${simulator.origin}/simulator/requests`)).text();
    expect(JSON.parse(shown)).toMatchObject({
      sequentialRounds: 2,
      requests: [
        { method: 'GET', surface: 'identity', status: 302, inFlight: 1 },
        { method: 'POST', path: `/${simulator.tenantId}/oauth2/v2.0/token`, status: 200 },
      ],
    });
    for (const secret of simulator.issuedSecrets()) expect(shown).not.toContain(secret);
    await post(simulator, 'requests/clear', {});
    expect(simulator.requests.all()).toEqual([]);
  });

  it('makes things go wrong', async () => {
    const simulator = await running();
    const fault = { match: { surface: 'identity' }, action: { kind: 'html', status: 503 } };
    expect((await post(simulator, 'faults', fault)).status).toBe(200);
    expect((await post(simulator, 'faults', [fault, fault])).status).toBe(200);
    expect((await fetch(authorizeUrl(simulator))).status).toBe(503);
    expect(simulator.faults.pending).toBe(2);
    await post(simulator, 'faults/clear', {});
    expect(simulator.faults.pending).toBe(0);
  });

  it('moves time on, never back', async () => {
    const simulator = await running();
    await post(simulator, 'clock', { advanceSeconds: 90 });
    expect(simulator.clock.now().toISOString()).toBe('2026-01-15T09:01:30.000Z');
    expect((await post(simulator, 'clock', { advanceSeconds: -1 })).status).toBe(400);
  });

  it('revokes refresh tokens', async () => {
    const simulator = await running();
    const { refresh_token: token } = await signedIn(simulator);
    await post(simulator, 'revoke', { user: ADA });
    expect((await postToken(simulator, byRefreshToken(token))).status).toBe(400);
    expect((await post(simulator, 'revoke', { user: 'nobody' })).status).toBe(404);
  });

  it('changes the behaviour of both halves, and refuses switches that do not exist', async () => {
    const simulator = await running();
    const change = { graph: { pageSize: 1 }, identity: { mfa: true } };
    expect((await post(simulator, 'behaviour', change)).status).toBe(200);
    expect(simulator.behaviour.graph.pageSize).toBe(1);
    expect(simulator.behaviour.identity().mfa).toBe(true);
    const wrong = [
      { graph: { noSuchSwitch: 1 } },
      { graph: { pageSize: 'many' } },
      { identity: { mfa: 'yes' } },
      { other: {} },
    ];
    const answers = await Promise.all(wrong.map((body) => post(simulator, 'behaviour', body)));
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  });

  it.each([
    ['Approve', 'Provisioned'],
    ['Deny', 'Denied'],
  ])('decides on a request: %s', async (result, status) => {
    const simulator = await running();
    const ada = await caller(simulator);
    const sent = await ada.activate(simulator, PAYMENTS_OPERATORS);
    const { id, status: before } = activation.parse(await sent.json());
    expect(before).toBe('PendingApproval');
    const refused = await post(simulator, 'decide', { requestId: id, by: ADA, result });
    expect(refused.status).toBe(403);
    const decided = await post(simulator, 'decide', { requestId: id, by: MARCUS, result });
    expect(decided.status).toBe(200);
    simulator.advance(60);
    const after = await ada.graph(simulator, `${REQUESTS}/${id}`);
    expect(activation.parse(await after.json()).status).toBe(status);
  });

  it('says so when there is nothing to decide', async () => {
    const simulator = await running();
    const decision = { requestId: 'none', by: ADA, result: 'Approve' };
    expect((await post(simulator, 'decide', decision)).status).toBe(404);
  });

  it('takes JSON only, so that no web page can post a form to it', async () => {
    const simulator = await running();
    const body = new URLSearchParams({ advanceSeconds: '90' });
    const url = `${simulator.origin}/simulator/clock`;
    expect((await fetch(url, { method: 'POST', body })).status).toBe(415);
    const broken = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
    expect((await fetch(url, broken)).status).toBe(400);
  });
});

describe('two simulators on one directory', () => {
  it('take each other’s tokens', async () => {
    const folder = await temporaryFolder();
    const [one, two] = await Promise.all([
      running({ state: openStateDirectory(folder) }),
      running({ state: openStateDirectory(folder) }),
    ]);
    const { refresh_token: token } = await signedIn(one);
    expect((await postToken(two, byRefreshToken(token))).status).toBe(200);
    expect(await codeFor(two)).toMatch(/^1\./u);
  });

  it('see each other’s activations', async () => {
    const folder = await temporaryFolder();
    const [one, two] = await Promise.all([
      running({ state: openStateDirectory(folder) }),
      running({ state: openStateDirectory(folder) }),
    ]);
    const ada = await caller(one);
    const sent = await ada.activate(one);
    expect(sent.status).toBe(201);
    const again = await ada.activate(two);
    expect(again.status).toBe(400);
    const { id } = activation.parse(await sent.json());
    const seen = await ada.graph(two, `${REQUESTS}/${id}`);
    expect(await seen.json()).toMatchObject({ id, action: 'selfActivate' });
  });

  it('let only one of two equal activations through', async () => {
    const folder = await temporaryFolder();
    const [one, two] = await Promise.all([
      running({ state: openStateDirectory(folder) }),
      running({ state: openStateDirectory(folder) }),
    ]);
    const ada = await caller(one);
    const answers = await Promise.all([ada.activate(one), ada.activate(two)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 400]));
  });

  it('go on after a line that was cut short', async () => {
    const state = openStateDirectory(await temporaryFolder());
    const simulator = await running({ state });
    const ada = await caller(simulator);
    await state.append('tenant.jsonl', Buffer.from('{"kind":"requ'));
    expect((await ada.activate(simulator)).status).toBe(201);
    const next = await running({ state });
    expect((await ada.activate(next)).status).toBe(400);
  });

  it('do not guess what another version wrote', async () => {
    const state = openStateDirectory(await temporaryFolder());
    const simulator = await running({ state });
    const ada = await caller(simulator);
    await state.append('tenant.jsonl', Buffer.from('{"kind":"from the future"}\n'));
    const answer = await ada.graph(simulator, REQUESTS);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('written by another version');
  });
});
