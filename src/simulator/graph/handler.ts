import { randomUUID } from 'node:crypto';
import type { Behaviour } from '../behaviour.ts';
import { checkLanguage } from '../culture.ts';
import { requireCurrent } from '../evaluation.ts';
import { isSameText } from '../identifiers.ts';
import { badRequest, Problem } from '../problem.ts';
import type { Tenant } from '../tenant.ts';
import type { Caller, SimRequest, SimResponse } from '../world.ts';
import { APPROVAL_ROUTES } from './approval-routes.ts';
import type { Answer, GraphCall } from './call.ts';
import { errorResponse, JSON_TYPE, type Trace, traceHeaders } from './error-response.ts';
import { OBJECT_ROUTES } from './object-routes.ts';
import { checkPermission } from './permissions.ts';
import { POLICY_ROUTES } from './policy-routes.ts';
import type { Route } from './route.ts';
import { GROUP_ROUTES, ROLE_ROUTES } from './surfaces.ts';

/** Who a bearer token belongs to; `null` for none, a bad or an expired one. */
type Authenticate = (authorization: string | undefined) => Promise<Caller | null>;

/** Microsoft Graph v1.0 of one tenant, and the part of beta that v1.0 lacks, as far as PIM needs it. Never throws for a bad request. */
export type Graph = (request: SimRequest, authenticate: Authenticate) => Promise<SimResponse>;

const ROUTES: readonly Route[] = [
  ...GROUP_ROUTES,
  ...ROLE_ROUTES,
  ...POLICY_ROUTES,
  ...APPROVAL_ROUTES,
  ...OBJECT_ROUTES,
];

const ADDRESS = /^\/(v1\.0|beta)(\/.+)$/iu;

function checkContentType({ method, headers, body }: SimRequest): void {
  if (method === 'GET' || body === '') return;
  if (/^application\/json\b/iu.test(headers['content-type'] ?? '')) return;
  throw badRequest(
    'BadRequest',
    'Write requests (excluding DELETE) must contain the Content-Type header declaration.',
  );
}

function decodedPath(url: URL): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    throw badRequest('BadRequest', 'The address could not be decoded.');
  }
}

interface Match {
  readonly route: Route;
  readonly params: readonly string[];
}

function matchRoute({ method, url }: SimRequest): Match {
  const path = decodedPath(url);
  const [, version, below = ''] = ADDRESS.exec(path) ?? [];
  const at = ROUTES.filter(
    (route) => isSameText(route.version ?? 'v1.0', version) && route.path.test(below),
  );
  if (at.length === 0) {
    throw problemWith(404, 'ResourceNotFound', `Resource not found for the segment '${path}'.`);
  }
  const route = at.find((one) => one.method === method);
  if (!route) throw problemWith(405, 'Request_BadRequest', 'Specified HTTP method is not allowed.');
  return { route, params: route.path.exec(below)?.slice(1) ?? [] };
}

function problemWith(status: number, code: string, message: string): Problem {
  return new Problem(status, code, message);
}

function checkFailures({ area }: Route, { failures }: Behaviour): void {
  const failure = failures.find((one) => one.area === area);
  if (failure) throw new Problem(failure.status, failure.code, failure.message);
}

function checkLicence({ area }: Route, { scenario }: Tenant): void {
  if (area === 'object' || scenario.tenant.hasPremiumLicence) return;
  throw badRequest(
    'AadPremiumLicenseRequired',
    'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
  );
}

async function answerTo(call: GraphCall, route: Route): Promise<Answer> {
  const { behaviour, caller, tenant } = call;
  const { area, permission: known } = route;
  const permission = typeof known === 'function' ? known(call) : known;
  checkFailures(route, behaviour);
  checkPermission({ area, permission, granted: caller.scopes }, behaviour);
  checkLicence(route, tenant);
  return route.run(call);
}

function toResponse({ status, body }: Answer, trace: Trace): SimResponse {
  const type: Record<string, string> = body ? { 'content-type': JSON_TYPE } : {};
  return {
    status,
    headers: { ...type, ...traceHeaders(trace) },
    body: body ? JSON.stringify(body) : '',
  };
}

/** What belongs to the tenant as a whole, not to Graph alone. */
interface Surroundings {
  readonly effectLagSeconds: () => number;
}

/** Graph over a tenant. */
export function createGraph(
  tenant: Tenant,
  behaviour: Behaviour,
  around: Surroundings = { effectLagSeconds: () => 0 },
): Graph {
  async function handle(request: SimRequest, authenticate: Authenticate): Promise<Answer> {
    const caller = await authenticate(request.headers['authorization']);
    if (!caller) {
      const message = 'Access token is empty, expired or not meant for this service.';
      throw new Problem(401, 'InvalidAuthenticationToken', message);
    }
    requireCurrent(caller);
    checkLanguage(request);
    const { route, params } = matchRoute(request);
    checkContentType(request);
    const state = tenant.state();
    const effectLagSeconds = around.effectLagSeconds();
    const call = { request, params, caller, tenant, state, behaviour, effectLagSeconds };
    return answerTo(call, route);
  }

  return async (request, authenticate) => {
    const requestId = randomUUID();
    const clientRequestId = request.headers['client-request-id'] ?? requestId;
    const trace = { requestId, clientRequestId, now: tenant.state().now };
    try {
      return toResponse(await handle(request, authenticate), trace);
    } catch (error) {
      if (error instanceof Problem) return errorResponse(error, trace);
      throw error;
    }
  };
}
