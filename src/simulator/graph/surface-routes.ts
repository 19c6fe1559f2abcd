import type { Surface } from '../../domain/target.ts';
import { awaiting, seesApproval } from '../awaiting.ts';
import type { Eligibility } from '../held-rows.ts';
import { type Assignment, assignmentsOf, eligibilitiesOf, scheduledOf } from '../holdings.ts';
import { isSameText } from '../identifiers.ts';
import { badRequest, forbidden, notFound } from '../problem.ts';
import { requestById, requestsOf, type RequestLife } from '../request-life.ts';
import type { SimTarget } from '../sim-target.ts';
import { cancel, submit } from '../submit.ts';
import { readBody } from '../order.ts';
import {
  type Answer,
  contextOf,
  type GraphCall,
  looking,
  NO_CONTENT,
  ok,
  paramOf,
  queryOf,
} from './call.ts';
import { type Entity, type EntityType, listRows, single } from './collection.ts';
import { comparisonsOf, parseFilter } from './odata-filter.ts';
import type { Permission } from './permissions.ts';
import { BY_CURRENT_USER, ID, pathOf, type Route } from './route.ts';
import type { RowShapes } from './row-shapes.ts';

/** What differs between the surfaces, as far as addresses and names go. */
export interface SurfaceNames {
  readonly surface: Surface;
  readonly base: string;
  readonly rows: RowShapes;
  readonly collections: Readonly<Record<keyof RowShapes, string>>;
  readonly typeNames: Readonly<Record<keyof RowShapes, string>>;
  readonly expandable: Readonly<Record<keyof RowShapes, readonly string[]>>;
  readonly permissions: {
    readonly eligibility: Permission;
    readonly assignment: Permission;
    readonly request: Permission;
    readonly write: Permission;
  };
  /** What the plain collection says, which is for owners and administrators. */
  readonly needsSubjectFilter: boolean;
}

type Kind = keyof RowShapes;

function typeOf(names: SurfaceNames, kind: Kind): EntityType {
  return {
    context: `Collection(${names.typeNames[kind]})`,
    expandable: names.expandable[kind],
  };
}

function isListed(call: GraphCall): (row: { readonly listedFrom: Date }) => boolean {
  return ({ listedFrom }) => listedFrom <= call.state.now;
}

type OnWhom = 'principal' | 'createdBy' | 'approver';

function requestsFor(call: GraphCall, on: OnWhom): RequestLife[] {
  const { objectId: userId } = call.caller;
  if (on === 'approver') return awaiting(call.state, looking(call));
  return requestsOf(call.state).filter(({ request }) => isSameText(request.by, userId));
}

/** Of one surface. */
function of<Row extends { readonly target: SimTarget }>(
  { surface }: SurfaceNames,
  rows: readonly Row[],
): Row[] {
  return rows.filter(({ target }) => target.kind === surface);
}

function eligible(call: GraphCall, { surface }: SurfaceNames): readonly Eligibility[] {
  return eligibilitiesOf(call.state, call.caller.objectId, surface);
}

function active(call: GraphCall, names: SurfaceNames): Assignment[] {
  const rows = assignmentsOf(call.state, call.caller.objectId);
  return of(names, rows.filter(isListed(call)));
}

function scheduled(call: GraphCall, names: SurfaceNames): Assignment[] {
  return of(names, scheduledOf(call.state, call.caller.objectId));
}

interface Listed {
  readonly call: GraphCall;
  readonly names: SurfaceNames;
  readonly type: EntityType;
}

/** Rows are written only for the page that is shown: a list may have thousands. */
function show<Row>(
  { call, names, type }: Listed,
  rows: readonly Row[],
  shape: (rows: RowShapes) => (call: GraphCall, row: Row) => Entity[],
): Answer {
  return listRows(call, type, rows, (row) => shape(names.rows)(call, row));
}

const LISTS: Readonly<Record<Kind, (listed: Listed, on: OnWhom) => Answer>> = {
  eligibilityInstance: (listed) =>
    show(listed, eligible(listed.call, listed.names), (rows) => rows.eligibilityInstance),
  eligibilitySchedule: (listed) =>
    show(listed, eligible(listed.call, listed.names), (rows) => rows.eligibilitySchedule),
  assignmentInstance: (listed) =>
    show(listed, active(listed.call, listed.names), (rows) => rows.assignmentInstance),
  assignmentSchedule: (listed) =>
    show(
      listed,
      [...active(listed.call, listed.names), ...scheduled(listed.call, listed.names)],
      (rows) => rows.assignmentSchedule,
    ),
  request: (listed, on) => {
    const { surface } = listed.names;
    const lives = requestsFor(listed.call, on).filter(
      ({ request }) => request.target.kind === surface,
    );
    return show(listed, lives, (rows) => rows.request);
  },
};

function onWhom(call: GraphCall, kind: Kind): OnWhom {
  const allowed: readonly OnWhom[] =
    kind === 'request' ? ['principal', 'createdBy', 'approver'] : ['principal'];
  const on = allowed.find((known) => isSameText(known, paramOf(call, 0)));
  if (on) return on;
  throw badRequest('BadRequest', `The value '${paramOf(call, 0)}' of 'on' is not supported.`);
}

/** The plain collection: for owners and administrators, which nobody here is. */
function plain(call: GraphCall, names: SurfaceNames): Answer {
  const text = queryOf(call, '$filter');
  const fields = text === null ? [] : comparisonsOf(parseFilter(text)).map(({ field }) => field);
  const hasSubject = fields.some((field) => field === 'groupId' || field === 'principalId');
  if (names.needsSubjectFilter && !hasSubject) {
    throw badRequest(
      'MissingParameters',
      'The required parameters GroupId or PrincipalId is missing.',
    );
  }
  throw forbidden();
}

/** Mine, or one that I may decide on; of this surface. */
function readable(call: GraphCall, { surface }: SurfaceNames): RequestLife {
  const id = paramOf(call, 0);
  const life = requestById(call.state, id);
  const isMine = life !== undefined && isSameText(life.request.by, call.caller.objectId);
  const mayRead =
    life !== undefined &&
    life.request.target.kind === surface &&
    (isMine || seesApproval(call.state, looking(call), life.request));
  if (mayRead) return life;
  throw notFound(`Request ${id}`);
}

function entityContext(call: GraphCall, { base, collections }: SurfaceNames): string {
  return contextOf(call, `${base.slice(1)}/${collections.request}/$entity`);
}

function getRequest(call: GraphCall, names: SurfaceNames): Answer {
  const [entity] = names.rows.request(call, readable(call, names));
  if (!entity) throw notFound('The request');
  const body = single(call, typeOf(names, 'request'), entity);
  return ok({ ...body, '@odata.context': entityContext(call, names) });
}

async function postRequest(call: GraphCall, names: SurfaceNames): Promise<Answer> {
  const { caller, behaviour, tenant } = call;
  const body = readBody(call.request.body);
  const life = await tenant.write((state) =>
    submit(state, { surface: names.surface, body, caller, behaviour }),
  );
  const [entity] = names.rows.request(call, life);
  return {
    status: 201,
    body: {
      '@odata.context': entityContext(call, names),
      ...entity?.json,
      isValidationOnly: body.isValidationOnly === true,
    },
  };
}

async function cancelRequest(call: GraphCall, names: SurfaceNames): Promise<Answer> {
  const { caller, behaviour, tenant } = call;
  const { id } = readable(call, names).request;
  await tenant.write((state) => cancel(state, { id, caller, behaviour }));
  return NO_CONTENT;
}

function permissionFor({ permissions }: SurfaceNames, kind: Kind): Permission {
  if (kind === 'request') return permissions.request;
  return kind.startsWith('eligibility') ? permissions.eligibility : permissions.assignment;
}

const KINDS = [
  'eligibilityInstance',
  'eligibilitySchedule',
  'assignmentInstance',
  'assignmentSchedule',
  'request',
] as const satisfies readonly Kind[];

function listRoutes(names: SurfaceNames, kind: Kind): Route[] {
  const path = `${names.base}/${names.collections[kind]}`;
  const get = {
    method: 'GET',
    area: names.surface,
    permission: permissionFor(names, kind),
  } as const;
  return [
    {
      ...get,
      path: pathOf(`${path}${BY_CURRENT_USER}`),
      run: (call) => LISTS[kind]({ call, names, type: typeOf(names, kind) }, onWhom(call, kind)),
    },
    { ...get, path: pathOf(path), run: (call) => plain(call, names) },
  ];
}

function requestRoutes(names: SurfaceNames): Route[] {
  const { surface: area, permissions } = names;
  const path = `${names.base}/${names.collections.request}`;
  return [
    {
      method: 'GET',
      area,
      permission: permissions.request,
      path: pathOf(`${path}/${ID}`),
      run: (call) => getRequest(call, names),
    },
    {
      method: 'POST',
      area,
      permission: permissions.write,
      path: pathOf(path),
      run: (call) => postRequest(call, names),
    },
    {
      method: 'POST',
      area,
      permission: permissions.write,
      path: pathOf(`${path}/${ID}/cancel`),
      run: (call) => cancelRequest(call, names),
    },
  ];
}

/** All addresses of one PIM surface. */
export function surfaceRoutes(names: SurfaceNames): Route[] {
  return [...KINDS.flatMap((kind) => listRoutes(names, kind)), ...requestRoutes(names)];
}
