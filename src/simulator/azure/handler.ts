import { randomUUID } from 'node:crypto';
import type { Behaviour } from '../behaviour.ts';
import { checkLanguage } from '../culture.ts';
import type { ArmToken } from '../identity/tokens.ts';
import { challengeOf, requireCurrent } from '../evaluation.ts';
import { badRequest, Problem } from '../problem.ts';
import type { Tenant } from '../tenant.ts';
import type { Caller, SimRequest, SimResponse } from '../world.ts';
import { APPROVAL_ROUTES } from './approval-routes.ts';
import type { AzureBehaviour } from './azure-behaviour.ts';
import { createBatches, isBatch, isBatchResult } from './batch.ts';
import type { ArmAnswer, ArmCall, ArmRoute } from './call.ts';
import { DEFINITION_ROUTES } from './definition-routes.ts';
import { INSTANCE_ROUTES } from './instance-routes.ts';
import { POLICY_ROUTES } from './policy-routes.ts';
import {
  authorizationFailed,
  invalidResourceType,
  inWordsOfArm,
  missingVersion,
} from './refusals.ts';
import { REQUEST_ROUTES } from './request-routes.ts';
import { scopeById } from './scopes.ts';
import { requireCaller } from './token-check.ts';

/** Reads an `Authorization` header as ARM would. */
type Authenticate = (authorization: string | undefined) => Promise<ArmToken>;

/** Azure Resource Manager of one tenant, as far as PIM needs it. Never throws for a bad request. */
export type Arm = (request: SimRequest, authenticate: Authenticate) => Promise<SimResponse>;

/** Every switch that an answer may depend on; their values change while it runs. */
export interface ArmSwitches {
  readonly graph: Behaviour;
  readonly azure: AzureBehaviour;
}

const ROUTES: readonly ArmRoute[] = [
  ...INSTANCE_ROUTES,
  ...REQUEST_ROUTES,
  ...APPROVAL_ROUTES,
  ...POLICY_ROUTES,
  ...DEFINITION_ROUTES,
];

const ADDRESS = /^(.*?)\/providers\/Microsoft\.Authorization\/(.+)$/iu;

/** ARM's own client libraries write two slashes where the scope is empty or begins with one. */
function decodedPath(url: URL): string {
  try {
    return decodeURIComponent(url.pathname).replace(/^\/+/u, '/');
  } catch {
    throw badRequest('BadRequest', 'The address could not be decoded.');
  }
}

function versionOf({ url }: SimRequest): string {
  const version = url.searchParams.get('api-version');
  if (version) return version;
  throw missingVersion();
}

interface Match {
  readonly route: ArmRoute;
  readonly scope: string;
  readonly params: readonly string[];
}

function matchRoute(request: SimRequest): Match {
  const version = versionOf(request);
  const path = decodedPath(request.url);
  const [, scope = '', below = ''] = ADDRESS.exec(path) ?? [];
  const at = ROUTES.filter((route) => route.path.test(below));
  const [first] = at;
  const kind = below === '' ? path : (below.split('/')[0] ?? '');
  if (!first) throw invalidResourceType(kind, version);
  if (!first.versions.includes(version)) throw invalidResourceType(kind, version, first.versions);
  const route = at.find(({ method }) => method === request.method);
  if (route) return { route, scope, params: route.path.exec(below)?.slice(1) ?? [] };
  const message = `The requested resource does not support http method '${request.method}'.`;
  throw new Problem(405, 'MethodNotAllowed', message);
}

function checkContentType({ method, headers, body }: SimRequest): void {
  if (method === 'GET' || body === '') return;
  if (/^application\/json\b/iu.test(headers['content-type'] ?? '')) return;
  throw new Problem(415, 'UnsupportedMediaType', 'The content media type is not supported.');
}

const IMPERSONATION = 'user_impersonation';

function checkScope(caller: Caller, scope: string): void {
  if (caller.scopes.includes(IMPERSONATION)) return;
  throw authorizationFailed({ caller, action: '*/read', scope });
}

function checkTenant({ failures }: Behaviour, { scenario }: Tenant): void {
  const failure = failures.find(({ area }) => area === 'azure');
  if (failure) throw new Problem(failure.status, failure.code, failure.message);
  if (scenario.tenant.hasPremiumLicence) return;
  throw badRequest(
    'AadPremiumLicenseRequired',
    'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
  );
}

function traceHeaders({ headers }: SimRequest): Record<string, string> {
  const id = randomUUID();
  return {
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': headers['x-ms-correlation-request-id'] ?? id,
  };
}

function toResponse(request: SimRequest, { status, headers, body }: ArmAnswer): SimResponse {
  const type: Record<string, string> = body
    ? { 'content-type': 'application/json; charset=utf-8' }
    : {};
  const text = body ? JSON.stringify(body) : '';
  return { status, headers: { ...type, ...headers, ...traceHeaders(request) }, body: text };
}

function challengeFor(problem: Problem): string {
  const claims = challengeOf(problem);
  if (claims === null) return `error="invalid_token", error_description="${problem.code}"`;
  return `authorization_uri="https://login.windows.net/", ${claims}`;
}

function refused(request: SimRequest, problem: Problem): SimResponse {
  const { status, code, message } = problem;
  const answer = toResponse(request, { status, body: { error: { code, message } } });
  if (status !== 401) return answer;
  const challenge = `Bearer ${challengeFor(problem)}`;
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } };
}

async function run(call: ArmCall, route: ArmRoute): Promise<ArmAnswer> {
  try {
    return await route.run(call);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { caller, scope } = call;
    throw inWordsOfArm(error, { caller, action: 'roleAssignmentScheduleRequests/write', scope });
  }
}

/** ARM over a tenant. */
export function createArm(tenant: Tenant, switches: ArmSwitches): Arm {
  const batches = createBatches(switches.azure);

  async function handle(
    request: SimRequest,
    authenticate: Authenticate,
    { isBatched }: { readonly isBatched: boolean },
  ): Promise<ArmAnswer> {
    const caller = requireCaller(await authenticate(request.headers['authorization']));
    const isWhole = isBatch(request) && !isBatched;
    // Whose session is over hears it from each request of a batch.
    if (!isWhole) requireCurrent(caller);
    checkLanguage(request);
    checkContentType(request);
    if (isWhole) {
      return batches.begin(request, caller, (item) =>
        answer(item, authenticate, { isBatched: true }),
      );
    }
    if (isBatchResult(request)) return batches.result(request, caller);
    const { route, scope, params } = matchRoute(request);
    checkScope(caller, scope);
    checkTenant(switches.graph, tenant);
    const known = scopeById(tenant.scenario, scope)?.id ?? scope;
    const state = tenant.state();
    const { graph: behaviour, azure } = switches;
    const call = {
      request,
      scope: known,
      params,
      caller,
      tenant,
      state,
      behaviour,
      azure,
      isBatched,
    };
    return run(call, route);
  }

  async function answer(
    request: SimRequest,
    authenticate: Authenticate,
    how: { readonly isBatched: boolean },
  ): Promise<SimResponse> {
    try {
      return toResponse(request, await handle(request, authenticate, how));
    } catch (error) {
      if (error instanceof Problem) return refused(request, error);
      throw error;
    }
  }

  return (request, authenticate) => answer(request, authenticate, { isBatched: false });
}
