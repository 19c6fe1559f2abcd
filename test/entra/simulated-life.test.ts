import { describe, expect, it } from 'vitest';
import { liveStage } from '../../src/domain/approval.ts';
import { hours } from '../../src/domain/duration.ts';
import type { Http, SignIn, SurfaceClient } from '../../src/domain/ports.ts';
import type { ActivationOrder } from '../../src/domain/request.ts';
import type { Surface, Target } from '../../src/domain/target.ts';
import { createSurfaces } from '../../src/entra/surfaces.ts';
import {
  ADA,
  ALL_SCOPES,
  type Given,
  GRID_NORTH,
  MARCUS,
  PAYMENTS_OPERATORS,
  PRODUCTION_SUPPORT,
  ROLE,
  type Service,
  service,
} from '../simulator/graph-support.ts';
import { fakeClock } from '../support/fake-clock.ts';

const ORIGIN = 'https://graph.microsoft.com';

const PRODUCTION: Target = { kind: 'group', groupId: PRODUCTION_SUPPORT, accessId: 'member' };
const PAYMENTS: Target = { kind: 'group', groupId: PAYMENTS_OPERATORS, accessId: 'member' };
const USER_ADMINISTRATOR: Target = {
  kind: 'directory',
  roleDefinitionId: ROLE['User Administrator'] ?? '',
  directoryScopeId: GRID_NORTH,
  appScopeId: null,
};

/** The simulator in the place of the network. */
function over(graph: Service, as: string): Http {
  return async (url, { method, body }) => {
    const { pathname, search } = new URL(url);
    const [, version = '', ...rest] = pathname.split('/');
    const path = `/${rest.join('/')}${search}`;
    const sent = { as, version: `/${version}` };
    const content: unknown = body === undefined ? undefined : JSON.parse(body);
    const answer =
      method === 'GET'
        ? await graph.get(path, sent)
        : await graph[method === 'PATCH' ? 'patch' : 'post'](path, content, sent);
    const text = answer.status === 204 ? '' : JSON.stringify(answer.body);
    return {
      status: answer.status,
      headers: { get: (name) => answer.headers[name] ?? null },
      text: () => Promise.resolve(text),
    };
  };
}

function signedIn(objectId: string): SignIn {
  const account = { objectId, tenantId: 't', username: 'x', displayName: null };
  const claims = { wids: null, groups: null };
  const token = () => Promise.resolve({ value: 'x', account, scopes: ALL_SCOPES, claims });
  return {
    token,
    signIn: token,
    storage: 'nowhere',
    remembered: () => Promise.resolve(account),
    accounts: () => Promise.resolve([]),
    signOut: () => Promise.resolve([]),
    declined: () => undefined,
    tokensFrom: [],
  };
}

function world(given: Given = {}) {
  const graph = service(given);
  const clock = fakeClock(given.start);
  const surfaceOf = (objectId: string, name: Surface): SurfaceClient => {
    const surfaces = createSurfaces({
      http: over(graph, objectId),
      signIn: signedIn(objectId),
      clock,
      endpoints: { graphOrigin: ORIGIN, armOrigin: 'https://management.azure.com' },
      random: () => 0,
      userAgent: 'entra-pim/test',
    });
    const found = surfaces.find(({ surface }) => surface === name);
    if (!found) throw new Error(`no surface ${name}`);
    return found;
  };
  return {
    clock,
    ada: (name: Surface) => surfaceOf(ADA, name),
    marcus: (name: Surface) => surfaceOf(MARCUS, name),
    pass: (seconds: number): void => {
      graph.advance(seconds);
      clock.advance(seconds * 1000);
    },
    order: (target: Target, startTime = clock.now()): ActivationOrder => ({
      target,
      principalId: ADA,
      startTime,
      duration: hours(1),
      justification: 'INC-4711',
      ticket: null,
    }),
  };
}

const OFF = { principalId: ADA, justification: null };

describe.each([
  ['group', PRODUCTION, 'Production Support'],
  ['directory', USER_ADMINISTRATOR, 'User Administrator'],
] as const)('against the simulator (%s)', (surface, target, name) => {
  it('a privilege is validated, turned on, listed, and turned off after five minutes', async () => {
    const { ada, order, pass } = world();
    const client = ada(surface);
    expect(await client.validate(order(target), {})).toMatchObject({ id: '', status: 'Granted' });
    expect(await client.requests({})).toEqual([]);
    const made = await client.activate(order(target), {});
    pass(3);
    expect(await client.request(made, {})).toMatchObject({ status: 'Provisioned' });
    const active = await client.active({});
    const row = active.find((each) => each.assignmentType === 'activated');
    expect(row).toMatchObject({ target, name, through: null, memberType: 'Direct' });
    await expect(client.deactivate({ ...OFF, target }, {})).rejects.toMatchObject({
      details: { reasons: ['ActiveDurationTooShort'] },
    });
    pass(300);
    const off = await client.deactivate({ ...OFF, target }, {});
    expect(off).toMatchObject({ action: 'selfDeactivate', status: 'Revoked' });
    expect(await client.active({})).toHaveLength(active.length - 1);
    expect(await client.requests({})).toMatchObject([
      { name, id: off.id },
      { name, id: made.id },
    ]);
  });

  it('what is scheduled is cancelled once', async () => {
    const { ada, clock, order } = world();
    const client = ada(surface);
    const tomorrow = new Date(clock.now().getTime() + 24 * 3600 * 1000);
    const made = await client.activate(order(target, tomorrow), {});
    expect(made.status).toBe('Granted');
    await client.cancel(made, {});
    expect(await client.request(made, {})).toMatchObject({ status: 'Canceled' });
    await expect(client.cancel(made, {})).rejects.toMatchObject({ details: { status: 400 } });
  });
});

describe('against the simulator, an approval', () => {
  it('goes from the wish over the approver to the privilege, once', async () => {
    const { ada, marcus, order, pass } = world();
    const made = await ada('group').activate(order(PAYMENTS), {});
    expect(made).toMatchObject({ status: 'PendingApproval' });
    expect(await ada('group').awaiting({})).toEqual([]);
    const [request] = await marcus('group').awaiting({});
    expect(request).toMatchObject({
      id: made.id,
      name: 'Payments Operators',
      principal: { id: ADA, name: 'Ada Lindgren' },
    });
    if (!request) throw new Error('nothing waits');
    const stage = liveStage(await marcus('group').stages(request, {}));
    if (!stage) throw new Error('nothing to decide');
    const decision = { request, stage, verdict: 'approve', justification: 'Checked' } as const;
    await marcus('group').decide(decision, {});
    pass(3);
    expect(await ada('group').request(made, {})).toMatchObject({ status: 'Provisioned' });
    expect(liveStage(await marcus('group').stages(request, {}))).toBeNull();
    expect(await marcus('group').awaiting({})).toEqual([]);
    await expect(marcus('group').decide(decision, {})).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is withdrawn by who asked, where the tenant lets them', async () => {
    const { ada, order } = world();
    const made = await ada('group').activate(order(PAYMENTS), {});
    await ada('group').cancel(made, {});
    expect(await ada('group').request(made, {})).toMatchObject({ status: 'Canceled' });
    const strict = world({ behaviour: { cancellableStatuses: ['Granted'] } });
    const other = await strict.ada('group').activate(strict.order(PAYMENTS), {});
    await expect(strict.ada('group').cancel(other, {})).rejects.toMatchObject({
      code: 'rejected',
      details: { status: 400 },
    });
  });
});
