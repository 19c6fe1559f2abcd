import type { JsonObject } from '../graph/json.ts';
import type { Eligibility } from '../held-rows.ts';
import {
  assignmentsOf,
  eligibilitiesOf,
  endedOf,
  everyAssignment,
  everyEligibility,
} from '../holdings.ts';
import { isSameText } from '../identifiers.ts';
import { mayDo } from './access.ts';
import {
  type ArmAnswer,
  type ArmCall,
  type ArmRoute,
  NAME,
  ok,
  paramOf,
  pathOf,
  PIM_VERSIONS,
  queryOf,
} from './call.ts';
import { type ArmFilter, keeps, parseArmFilter } from './filter.ts';
import {
  assignmentJson,
  type AzureRow,
  eligibilityJson,
  isAzureRow,
  type Shown,
} from './instance-json.ts';
import { instanceName } from './names.ts';
import { page } from './page.ts';
import { badRequest, notFound } from '../problem.ts';
import { insufficientPermissions } from './refusals.ts';
import { isWithin } from './scopes.ts';

/** What differs between "may have" and "has". */
interface Kind<Row extends Eligibility> {
  readonly name: string;
  readonly of: (call: ArmCall, userId: string) => readonly Row[];
  readonly ofEverybody: (call: ArmCall) => readonly Row[];
  readonly json: (shown: Shown, row: AzureRow<Row>) => JsonObject;
}

/** Whose rows: one's own without any role, everybody's only with one. */
function rowsFor<Row extends Eligibility>(
  call: ArmCall,
  kind: Kind<Row>,
  { functions, assignedTo }: ArmFilter,
): readonly Row[] {
  const { state, caller, scope } = call;
  if (functions.includes('asTarget')) return kind.of(call, caller.objectId);
  const odd = functions.find((name) => name !== 'atScope');
  if (odd) throw badRequest('InvalidFilter', `The filter '${odd}()' is not supported here.`);
  if (!mayDo(state, caller.objectId, scope, `${kind.name}/read`)) {
    throw insufficientPermissions(caller);
  }
  return assignedTo === null ? kind.ofEverybody(call) : kind.of(call, assignedTo);
}

function isAbove({ state, scope }: ArmCall, { target }: AzureRow<Eligibility>): boolean {
  return !isSameText(scope, target.scope) && isWithin(state.scenario, scope, target.scope);
}

/** At the scope and below; above it only with `atScope()`, or where the service inherits. */
function belongs(call: ArmCall, filter: ArmFilter, row: AzureRow<Eligibility>): boolean {
  const isAtScope = filter.functions.includes('atScope');
  if (call.scope !== '' && isAbove(call, row)) return isAtScope || call.azure.inheritedAtScope;
  if (isAtScope) return isSameText(call.scope, row.target.scope);
  return isWithin(call.state.scenario, row.target.scope, call.scope);
}

function show<Row extends Eligibility>(
  call: ArmCall,
  kind: Kind<Row>,
): (row: AzureRow<Row>) => JsonObject {
  const { scenario } = call.state;
  return (row) =>
    kind.json({ scenario, isInherited: call.scope !== '' && isAbove(call, row) }, row);
}

function rowsOf<Row extends Eligibility>(
  call: ArmCall,
  kind: Kind<Row>,
  filter: ArmFilter,
): AzureRow<Row>[] {
  const json = show(call, kind);
  return rowsFor(call, kind, filter)
    .filter(isAzureRow)
    .filter((row) => belongs(call, filter, row) && keeps(filter, () => json(row)));
}

function list<Row extends Eligibility>(call: ArmCall, kind: Kind<Row>): ArmAnswer {
  const filter = parseArmFilter(queryOf(call, '$filter'));
  return page(call, rowsOf(call, kind, filter), show(call, kind));
}

const ONE_S_OWN = { functions: ['asTarget'], assignedTo: null, comparisons: [] } as const;

function one<Row extends Eligibility>(call: ArmCall, kind: Kind<Row>): ArmAnswer {
  const name = paramOf(call, 0);
  const row = rowsOf(call, kind, ONE_S_OWN).find(({ id }) => isSameText(instanceName(id), name));
  if (row) return ok(show(call, kind)(row));
  throw notFound(name);
}

function routesFor<Row extends Eligibility>(kind: Kind<Row>): ArmRoute[] {
  const get = { method: 'GET', versions: PIM_VERSIONS } as const;
  return [
    { ...get, path: pathOf(kind.name), run: (call) => list(call, kind) },
    { ...get, path: pathOf(`${kind.name}/${NAME}`), run: (call) => one(call, kind) },
  ];
}

const ELIGIBILITIES = routesFor({
  name: 'roleEligibilityScheduleInstances',
  of: ({ state }, userId) => eligibilitiesOf(state, userId, 'azure'),
  ofEverybody: ({ state }) => everyEligibility(state),
  json: eligibilityJson,
});

const ASSIGNMENTS = routesFor({
  name: 'roleAssignmentScheduleInstances',
  of: ({ state, azure, scope }, userId) => {
    if (scope === '' && azure.rootActiveList === 'empty') return [];
    const running = assignmentsOf(state, userId).filter(
      ({ listedFrom }) => listedFrom <= state.now,
    );
    return [...running, ...endedOf(state, userId, azure.endedRowsSeconds)];
  },
  ofEverybody: ({ state }) =>
    everyAssignment(state).filter(({ listedFrom }) => listedFrom <= state.now),
  json: assignmentJson,
});

export const INSTANCE_ROUTES: readonly ArmRoute[] = [...ELIGIBILITIES, ...ASSIGNMENTS];
