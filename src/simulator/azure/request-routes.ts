import type { JsonObject } from '../graph/json.ts';
import { awaiting, seesApproval } from '../awaiting.ts';
import { isSameTarget } from '../held-target.ts';
import { isSameText } from '../identifiers.ts';
import type { Timing } from '../journal.ts';
import { readTarget } from '../order.ts';
import { badRequest, notFound, Problem } from '../problem.ts';
import { requestById, requestsOf, type RequestLife } from '../request-life.ts';
import { cancel, submit, type Submission } from '../submit.ts';
import type { Decided, TenantState } from '../tenant.ts';
import { hasAnyRole, mayDo } from './access.ts';
import { checkPlace, readAzureOrder, requireScope } from './azure-order.ts';
import {
  type ArmAnswer,
  type ArmCall,
  type ArmRoute,
  looking,
  NAME,
  ok,
  paramOf,
  pathOf,
  PIM_VERSIONS,
  queryOf,
} from './call.ts';
import { type ArmFilter, keeps, parseArmFilter } from './filter.ts';
import { page } from './page.ts';
import { insufficientPermissions } from './refusals.ts';
import { type AzureLife, isAzureLife, requestJson } from './request-json.ts';
import { isWithin } from './scopes.ts';

const KIND = 'roleAssignmentScheduleRequests';
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;

function timing({ azure }: ArmCall): Partial<Timing> {
  return {
    provisionedAfterSeconds: azure.provisioningDelaySeconds,
    listedAfterSeconds: azure.activeListLagSeconds,
    gapSeconds: azure.reactivationGapSeconds,
  };
}

function submission(call: ArmCall, id: string): Submission {
  const { caller, azure } = call;
  const scope = requireScope(call, `${KIND}/write`);
  const order = readAzureOrder(call.request.body, scope);
  checkPlace(call, order);
  return {
    surface: 'azure',
    body: order.body,
    caller,
    // Leaving the start out is what ARM recommends.
    behaviour: { ...call.behaviour, missingStart: 'now' },
    id,
    timing: timing(call),
    notFoundSeconds: azure.notFoundSeconds,
  };
}

function nameOf(call: ArmCall): string {
  const name = paramOf(call, 0);
  if (GUID.test(name)) return name;
  throw badRequest('InvalidRoleAssignmentRequest', `The name '${name}' is not a GUID.`);
}

/** The same name again is the same request, whatever became of it; never a second one. */
function repeated(call: ArmCall, { request, ...life }: RequestLife): Decided<RequestLife> {
  const { body: order } = readAzureOrder(call.request.body, call.scope);
  const isSame =
    isSameTarget(request.target, readTarget('azure', order)) &&
    isSameText(request.action, order.action) &&
    isSameText(request.by, call.caller.objectId);
  if (isSame) return { entry: null, answer: { request, ...life } };
  // What the service says then is not known; to pass it off as the old request would hide a bug.
  throw new Problem(409, 'Conflict', 'The name belongs to another request.');
}

function body(call: ArmCall, life: RequestLife): JsonObject {
  if (!isAzureLife(life)) throw notFound(`Request ${life.request.id}`);
  return requestJson(call.state.scenario, life, call.azure);
}

async function put(call: ArmCall): Promise<ArmAnswer> {
  const id = nameOf(call);
  const life = await call.tenant.write((state: TenantState) => {
    const before = requestById(state, id);
    return before ? repeated(call, before) : submit(state, submission({ ...call, state }, id));
  });
  return { status: 201, body: body(call, life) };
}

/** The verdict, with nothing kept. Where somebody must approve, the answer says so. */
function validate(call: ArmCall): ArmAnswer {
  const wish = submission(call, nameOf(call));
  const asked = { ...wish, body: { ...wish.body, isValidationOnly: true } };
  const { answer: life } = submit(call.state, asked);
  const status = life.approval ? 'PendingApproval' : life.status;
  return ok(body(call, { ...life, status, period: null }));
}

function isReadable(call: ArmCall, life: RequestLife): boolean {
  const { objectId } = call.caller;
  return (
    isSameText(life.request.by, objectId) || seesApproval(call.state, looking(call), life.request)
  );
}

function found(call: ArmCall): AzureLife {
  const name = paramOf(call, 0);
  const life = requestById(call.state, name);
  const isHere =
    life !== undefined &&
    isAzureLife(life) &&
    isSameText(life.request.target.scope, call.scope) &&
    isReadable(call, life);
  if (isHere) return life;
  throw notFound(`The role assignment schedule request '${name}'`);
}

async function cancelRequest(call: ArmCall): Promise<ArmAnswer> {
  const { caller, behaviour, tenant, azure } = call;
  const { id } = found(call).request;
  await tenant.write((state) => cancel(state, { id, caller, behaviour }));
  return { status: azure.cancelStatus, body: null };
}

/** `asRequestor()` asks for what `asTarget()` gives, and was refused to who is only eligible. */
function checkRequestor({ azure, state, caller }: ArmCall): void {
  const isRefused = azure.asRequestorRefused && !hasAnyRole(state, caller.objectId);
  if (isRefused) throw insufficientPermissions(caller);
}

function mine({ state, caller }: ArmCall): RequestLife[] {
  return requestsOf(state).filter(({ request }) => isSameText(request.by, caller.objectId));
}

function wanted(call: ArmCall, { functions }: ArmFilter): RequestLife[] {
  const { state, caller } = call;
  if (functions.includes('asTarget')) return mine(call);
  if (functions.includes('asRequestor')) {
    checkRequestor(call);
    return mine(call);
  }
  if (functions.includes('asApprover')) return awaiting(state, looking(call));
  if (mayDo(state, caller.objectId, call.scope, `${KIND}/read`)) return requestsOf(state);
  throw insufficientPermissions(caller);
}

function listed(call: ArmCall): ArmAnswer {
  const filter = parseArmFilter(queryOf(call, '$filter'));
  const rows = wanted(call, filter)
    .filter(isAzureLife)
    .filter(({ request }) => isWithin(call.state.scenario, request.target.scope, call.scope))
    .filter((life) => keeps(filter, () => body(call, life)));
  return page(call, rows, (life) => body(call, life));
}

const versions = PIM_VERSIONS;

export const REQUEST_ROUTES: readonly ArmRoute[] = [
  { method: 'GET', versions, path: pathOf(KIND), run: listed },
  {
    method: 'GET',
    versions,
    path: pathOf(`${KIND}/${NAME}`),
    run: (call) => ok(body(call, found(call))),
  },
  { method: 'PUT', versions, path: pathOf(`${KIND}/${NAME}`), run: put },
  { method: 'POST', versions, path: pathOf(`${KIND}/${NAME}/validate`), run: validate },
  { method: 'POST', versions, path: pathOf(`${KIND}/${NAME}/cancel`), run: cancelRequest },
];
