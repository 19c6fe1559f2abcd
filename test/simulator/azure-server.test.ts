import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import { openSigningKey } from '../../src/simulator/identity/signing-key.ts';
import { accountOf } from '../../src/simulator/identity/accounts.ts';
import { createRevocations } from '../../src/simulator/identity/revocations.ts';
import { createMint } from '../../src/simulator/identity/tokens.ts';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import { contosoScenario } from '../../src/simulator/scenario.ts';
import { TEST_START } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  ACTIVE,
  at,
  CONTRIBUTOR,
  ELIGIBLE,
  GRID_PRODUCTION,
  MINE,
  newName,
  order,
  OWNER,
  requestAt,
  REQUESTS,
} from './azure-support.ts';
import {
  byRefreshToken,
  CLIENTS,
  MARCUS,
  postToken,
  refusal,
  running,
  signedIn,
} from './simulator-support.ts';

const ARM_SCOPE = 'https://management.azure.com/user_impersonation openid offline_access';

async function headersOf(simulator: RunningSimulator, hint = {}): Promise<Record<string, string>> {
  const { access_token: token } = await signedIn(simulator, { scope: ARM_SCOPE, ...hint });
  return {
    authorization: `Bearer ${token}`,
    'accept-language': 'en',
    'content-type': 'application/json',
  };
}

const failure = z.object({ error: z.object({ code: z.string() }) });
const list = z.object({ value: z.array(z.looseObject({})), nextLink: z.string().optional() });
const request = z.object({ name: z.string(), properties: z.object({ status: z.string() }) });

async function codeOf(response: Response): Promise<string> {
  return `${response.status} ${failure.parse(await response.json()).error.code}`;
}

async function rowsAt(url: string, headers: Record<string, string>) {
  return list.parse(await (await fetch(url, { headers })).json());
}

function put(origin: string, name: string, headers: Record<string, string>, role = CONTRIBUTOR) {
  const address = origin + requestAt(GRID_PRODUCTION, name);
  return fetch(address, { method: 'PUT', headers, body: JSON.stringify(order(role)) });
}

function control(simulator: RunningSimulator, path: string, body: unknown): Promise<Response> {
  return fetch(`${simulator.origin}/simulator/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe('tokens for Azure', () => {
  it('come for the own registration after a sign-in for Graph, and open ARM', async () => {
    const simulator = await running();
    const { refresh_token: token } = await signedIn(simulator);
    const answer = await postToken(simulator, byRefreshToken(token, { scope: ARM_SCOPE }));
    const { access_token: access, scope } = z
      .object({ access_token: z.string(), scope: z.string() })
      .parse(await answer.json());
    expect(decodeJwt(access)).toMatchObject({
      aud: 'https://management.azure.com',
      scp: 'user_impersonation',
    });
    expect(scope).toContain('https://management.azure.com/user_impersonation');
    const headers = { authorization: `Bearer ${access}`, 'accept-language': 'en' };
    const rows = await rowsAt(simulator.origin + at('', ELIGIBLE, MINE), headers);
    expect(rows.value).toHaveLength(9);
  });

  it('do not come for the built-in client', async () => {
    const simulator = await running();
    const app = { client_id: CLIENTS.graphCommandLine };
    const { refresh_token: token } = await signedIn(simulator, app);
    const answer = await postToken(simulator, byRefreshToken(token, { ...app, scope: ARM_SCOPE }));
    expect((await refusal(answer)).error_codes).toEqual([65001]);
  });

  it('are not Graph’s, nor Graph’s ARM’s', async () => {
    const simulator = await running();
    const { access_token: token } = await signedIn(simulator);
    const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' };
    const address = simulator.origin + at('', ELIGIBLE, MINE);
    expect(await codeOf(await fetch(address, { headers }))).toBe(
      '401 InvalidAuthenticationTokenAudience',
    );
    expect(await codeOf(await fetch(address))).toBe('401 AuthenticationFailed');
    const garbage = { headers: { authorization: 'Bearer x' } };
    expect(await codeOf(await fetch(address, garbage))).toBe('401 InvalidAuthenticationToken');
    const arm = await headersOf(simulator);
    const me = await fetch(`${simulator.origin}/v1.0/me`, { headers: arm });
    expect(await codeOf(me)).toBe('401 InvalidAuthenticationToken');
    simulator.advance(3601);
    expect(await codeOf(await fetch(address, { headers: arm }))).toBe(
      '401 ExpiredAuthenticationToken',
    );
  });

  it.each([
    ['https://management.azure.com', 'accepted'],
    ['https://management.azure.com/', 'accepted'],
    ['https://management.core.windows.net', 'accepted'],
    ['https://management.core.windows.net/', 'accepted'],
    ['https://graph.microsoft.com', 'wrong-audience'],
    ['https://management.azure.com.evil.example', 'wrong-audience'],
  ])('for %s are %s', async (resource, kind) => {
    const directory = contosoScenario();
    const [[user], [app]] = [directory.users, directory.apps];
    if (!user || !app) throw new Error('the scenario is empty');
    const key = await openSigningKey(undefined);
    const mint = createMint({
      key,
      clock: { now: () => TEST_START },
      directories: [directory],
      revocations: createRevocations({ now: () => TEST_START }),
    });
    const token = await mint.accessToken({
      account: accountOf(directory, user),
      app,
      resource,
      scopes: ['user_impersonation'],
      strength: { amr: ['pwd'], acrs: [] },
      capabilities: [],
      evaluation: 0,
      lifetimeSeconds: 60,
    });
    expect((await mint.readArmToken(token)).kind).toBe(kind);
  });
});

describe('Azure over HTTP', () => {
  it('activates, repeats a PUT whose answer was lost, and lists', async () => {
    const simulator = await running();
    const headers = await headersOf(simulator);
    const name = newName();
    const match = { method: 'PUT', surface: 'azure' } as const;
    simulator.faults.add({ match, action: { kind: 'drop-after' } });
    await expect(put(simulator.origin, name, headers)).rejects.toThrow('fetch failed');
    const again = await put(simulator.origin, name, headers);
    expect([again.status, request.parse(await again.json())]).toMatchObject([201, { name }]);
    const requests = await rowsAt(simulator.origin + at('', REQUESTS, MINE), headers);
    expect(requests.value).toMatchObject([{ name, properties: { status: 'Provisioned' } }]);
    const log = simulator.requests.all().filter(({ surface }) => surface === 'azure');
    expect(log.map(({ method, status }) => [method, status])).toEqual([
      ['PUT', null],
      ['PUT', 201],
      ['GET', 200],
    ]);
  });

  it('can be slow: a PUT that is held has done its work before it answers', async () => {
    const simulator = await running();
    const headers = await headersOf(simulator);
    simulator.faults.add({ match: { method: 'PUT' }, action: { kind: 'hold' } });
    const name = newName();
    const slow = put(simulator.origin, name, headers);
    await simulator.requests.whenInFlight(1);
    // It has come; its work takes a moment more. It is not answered before it is released.
    const look = () => fetch(simulator.origin + requestAt(GRID_PRODUCTION, name), { headers });
    await expect.poll(async () => (await look()).status).toBe(200);
    expect(simulator.requests.all().find(({ method }) => method === 'PUT')?.status).toBeNull();
    simulator.faults.release();
    expect((await slow).status).toBe(201);
  });

  it('trap 18: throttles with Retry-After, and may name a foreign next page', async () => {
    const simulator = await running();
    const headers = await headersOf(simulator);
    const url = simulator.origin + at('', ACTIVE, MINE);
    const match = { surface: 'azure' } as const;
    simulator.faults.add({ match, action: { kind: 'throttle', retryAfterSeconds: 7 } });
    const throttled = await fetch(url, { headers });
    expect(throttled.headers.get('retry-after')).toBe('7');
    expect(await codeOf(throttled)).toBe('429 TooManyRequests');
    const origin = 'https://evil.example';
    simulator.faults.add({ match, action: { kind: 'foreign-next-link', origin } });
    expect((await rowsAt(url, headers)).nextLink).toMatch(/^https:\/\/evil\.example\//u);
  });

  it('links pages on its own origin', async () => {
    const simulator = await running({ behaviour: { pageSize: 5 } });
    const headers = await headersOf(simulator);
    const first = await rowsAt(simulator.origin + at('', ELIGIBLE, MINE), headers);
    expect(first.nextLink?.startsWith(simulator.origin)).toBe(true);
    const second = await rowsAt(first.nextLink ?? '', headers);
    expect([first.value.length, second.value.length]).toEqual([5, 4]);
    expect(second.nextLink).toBeUndefined();
  });

  it('lets the control surface decide, and switch how ARM behaves', async () => {
    const simulator = await running();
    const headers = await headersOf(simulator);
    const name = newName();
    const waits = await put(simulator.origin, name, headers, OWNER);
    expect(request.parse(await waits.json()).properties.status).toBe('PendingApproval');
    const decision = { requestId: name, by: MARCUS, result: 'Approve' };
    expect((await control(simulator, 'decide', decision)).status).toBe(200);
    const after = await fetch(simulator.origin + requestAt(GRID_PRODUCTION, name), { headers });
    expect(request.parse(await after.json()).properties.status).toBe('Provisioned');
    const url = simulator.origin + at('', ACTIVE, MINE);
    expect((await rowsAt(url, headers)).value).toHaveLength(2);
    const change = { azure: { rootActiveList: 'empty' } };
    expect((await control(simulator, 'behaviour', change)).status).toBe(200);
    expect((await rowsAt(url, headers)).value).toEqual([]);
    const wrong = await control(simulator, 'behaviour', { azure: { rootActiveList: 'odd' } });
    expect(wrong.status).toBe(400);
  });

  it('lets the second user approve', async () => {
    const simulator = await running();
    const name = newName();
    await put(simulator.origin, name, await headersOf(simulator), OWNER);
    const headers = await headersOf(simulator, { login_hint: MARCUS });
    const waiting = at('', REQUESTS, '$filter=asApprover()');
    const [row] = (await rowsAt(simulator.origin + waiting, headers)).value;
    const { approvalId } = z
      .object({ properties: z.object({ approvalId: z.string() }) })
      .parse(row).properties;
    const stage = `${approvalId}/stages/${approvalId.split('/').at(-1) ?? ''}`;
    const decided = await fetch(`${simulator.origin}${stage}?api-version=2021-01-01-preview`, {
      method: 'PUT',
      headers,
      body: JSON.stringify({ properties: { reviewResult: 'Approve', justification: 'Yes' } }),
    });
    expect(decided.status).toBe(200);
  });

  it('is one tenant for two simulators on one directory', async () => {
    const folder = await temporaryFolder();
    const [one, two] = await Promise.all([
      running({ state: openStateDirectory(folder) }),
      running({ state: openStateDirectory(folder) }),
    ]);
    const headers = await headersOf(one);
    const name = newName();
    const answers = await Promise.all([
      put(one.origin, name, headers),
      put(two.origin, name, headers),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    const lists = [one, two].map((simulator) =>
      rowsAt(simulator.origin + at('', REQUESTS, MINE), headers),
    );
    const [here, there] = await Promise.all(lists);
    expect(here?.value).toHaveLength(1);
    expect(there).toEqual(here);
    expect((await put(two.origin, newName(), headers)).status).toBe(400);
  });
});
