import * as z from 'zod';
import { homeIdOf, type Scenarios } from './companies.ts';
import type { BehaviourSwitches, MovableClock } from './controls.ts';
import { type Faults, faultSchema } from './faults.ts';
import type { Identity } from './identity/identity.ts';
import { Problem } from './problem.ts';
import type { RequestLog } from './request-log.ts';
import type { Scenario } from './scenario.ts';
import type { SimRequest, SimResponse } from './world.ts';

const PREFIX = '/simulator/';

export interface Decision {
  readonly requestId: string;
  /** Object id or user principal name of the approver. */
  readonly by: string;
  readonly result: 'Approve' | 'Deny';
}

/** What the control surface can reach. */
export interface ControlParts {
  /** The first of them. */
  readonly scenario: Scenario;
  readonly tenants: Scenarios;
  readonly clock: MovableClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly behaviour: BehaviourSwitches;
  readonly identity: Identity;
  readonly decide: (decision: Decision) => Promise<void>;
}

const decision = z.strictObject({
  requestId: z.string(),
  by: z.string(),
  result: z.enum(['Approve', 'Deny']),
});
const faultList = z.union([z.array(faultSchema), faultSchema.transform((fault) => [fault])]);
const clockMove = z.strictObject({ advanceSeconds: z.number().nonnegative() });
const revocation = z.strictObject({
  user: z.string(),
  cae: z.boolean().optional(),
  refreshTokens: z.enum(['ended', 'kept']).optional(),
});
const loose = z.record(z.string(), z.unknown()).optional();
const behaviourChange = z.strictObject({ graph: loose, azure: loose, identity: loose });

function tenantSummary({ tenant, users, apps }: Scenario): Readonly<Record<string, unknown>> {
  return {
    tenant,
    users: users.map(({ id, userPrincipalName, home }) => ({ id, userPrincipalName, home })),
    apps: apps.map(({ clientId, displayName }) => ({ clientId, displayName })),
  };
}

function summary(parts: ControlParts): unknown {
  const { scenario, tenants, clock, faults, requests, behaviour } = parts;
  return {
    ...tenantSummary(scenario),
    tenants: tenants.map(tenantSummary),
    now: clock.now().toISOString(),
    skewSeconds: clock.skewSeconds,
    faults: faults.pending,
    inFlight: requests.inFlight,
    behaviour: {
      graph: behaviour.graph,
      azure: behaviour.azure,
      identity: behaviour.identity(),
    },
  };
}

type Route = (parts: ControlParts, body: unknown) => unknown;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET state': summary,
  'GET requests': ({ requests }) => ({
    inFlight: requests.inFlight,
    sequentialRounds: requests.sequentialRounds(),
    requests: requests.all(),
  }),
  'POST requests/clear': ({ requests }) => requests.clear(),
  'POST faults': ({ faults }, body) => faults.add(...faultList.parse(body)),
  'POST faults/clear': ({ faults }) => faults.clear(),
  'POST faults/release': ({ faults }) => faults.release(),
  'POST decide': ({ decide }, body) => decide(decision.parse(body)),
  'POST clock': ({ clock }, body) => clock.advance(clockMove.parse(body).advanceSeconds),
  'POST revoke': ({ identity, tenants }, body) => {
    const { user, ...what } = revocation.parse(body);
    return identity.revoke(homeIdOf(tenants, user), what);
  },
  'POST behaviour': ({ behaviour }, body) => behaviour.patch(behaviourChange.parse(body)),
};

function json(status: number, body: unknown): SimResponse {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(body) };
}

function parseBody(request: SimRequest): unknown {
  if (request.method !== 'POST') return undefined;
  // A web page can post a form to loopback without asking; JSON it cannot.
  if (!/^application\/json\b/iu.test(request.headers['content-type'] ?? '')) {
    throw new Problem(415, 'UnsupportedMediaType', 'Send application/json.');
  }
  try {
    return request.body === '' ? {} : JSON.parse(request.body);
  } catch {
    throw new Problem(400, 'BadRequest', 'The body is not JSON.');
  }
}

function refusal(error: unknown): SimResponse {
  if (error instanceof Problem) {
    return json(error.status, { error: { code: error.code, message: error.message } });
  }
  if (error instanceof z.ZodError) {
    return json(400, { error: { code: 'BadRequest', message: z.prettifyError(error) } });
  }
  throw error;
}

/**
 * What other processes use to steer the simulator: `/simulator/…`, JSON. `null` for other paths.
 * There is no password: whoever may reach this computer's loopback may play with its made-up tenant.
 */
export async function control(
  parts: ControlParts,
  request: SimRequest,
): Promise<SimResponse | null> {
  if (!request.url.pathname.startsWith(PREFIX)) return null;
  const route = ROUTES[`${request.method} ${request.url.pathname.slice(PREFIX.length)}`];
  try {
    if (!route) throw new Problem(404, 'NotFound', 'No such control.');
    return json(200, (await route(parts, parseBody(request))) ?? { done: true });
  } catch (error) {
    return refusal(error);
  }
}
