import * as z from 'zod';
import { effectOf } from '../effect.ts';
import { find } from '../find.ts';
import { isSameText } from '../identifiers.ts';
import { parseJson } from '../parse-json.ts';
import { badRequest, Problem } from '../problem.ts';
import { type Answer, contextOf, type GraphCall, ok, paramOf, queryOf } from './call.ts';
import { type EntityType, list, single } from './collection.ts';
import type { JsonObject } from './json.ts';
import { groupJson, namedJson, roleJson, userJson } from './objects.ts';
import { comparisonsOf, parseFilter } from './odata-filter.ts';
import { ID, pathOf, type Route } from './route.ts';

/** Plain directory objects: what names and the caller are looked up with. */

/** How many ids one `in` may hold. */
const MAXIMUM_IDS = 15;
/** How many groups one `checkMemberGroups` may ask for. */
const MAXIMUM_MEMBER_GROUPS = 20;

function missing(id: string): Problem {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return new Problem(404, 'Request_ResourceNotFound', message);
}

function type(name: string): EntityType {
  return { context: name, expandable: [] };
}

function listOf(call: GraphCall, name: string, rows: readonly JsonObject[]): Answer {
  return list(
    call,
    type(name),
    rows.map((json) => ({ json, links: {} })),
  );
}

function one(call: GraphCall, name: string, json: JsonObject | null): Answer {
  if (!json) throw missing(paramOf(call, 0));
  return ok(single(call, type(`${name}/$entity`), { json, links: {} }));
}

function checkSize(call: GraphCall): void {
  const text = queryOf(call, '$filter');
  const comparisons = text === null ? [] : comparisonsOf(parseFilter(text));
  const count = comparisons.flatMap(({ values }) => values).length;
  if (count <= MAXIMUM_IDS) return;
  throw badRequest(
    'Request_UnsupportedQuery',
    `Too many child clauses specified in search filter expression containing 'OR' operators: ${count}. Max allowed: ${MAXIMUM_IDS}.`,
  );
}

function me(call: GraphCall): Answer {
  const user = find(call.tenant.scenario.users, call.caller.objectId);
  return one(call, 'users', user ? userJson(user) : null);
}

const memberGroupsBody = z.looseObject({ groupIds: z.array(z.string()) });

/** Of the groups asked for, those of which the caller is a member by now. */
function checkMemberGroups(call: GraphCall): Answer {
  const body = memberGroupsBody.safeParse(parseJson(call.request.body));
  if (!body.success)
    throw badRequest('Request_BadRequest', 'Invalid value specified for groupIds.');
  const { groupIds: asked } = body.data;
  if (asked.length > MAXIMUM_MEMBER_GROUPS) {
    throw badRequest('Request_BadRequest', `groupIds: at most ${MAXIMUM_MEMBER_GROUPS} values.`);
  }
  const { groupIds } = effectOf(call.state, call.caller.objectId, call.effectLagSeconds);
  const value = groupIds.filter((id) => asked.some((wanted) => isSameText(wanted, id)));
  return ok({ '@odata.context': contextOf(call, 'Collection(Edm.String)'), value });
}

/** Those that `id in (…)` names; else all, which the filter then looks through. */
function named<T extends { readonly id: string }>(
  call: GraphCall,
  rows: readonly T[],
): readonly T[] {
  const text = queryOf(call, '$filter');
  const filter = text === null ? null : parseFilter(text);
  const isById = filter?.kind === 'compare' && filter.field === 'id' && filter.operator === 'eq';
  if (!isById) return rows;
  const ids = new Set(filter.values.filter((value) => typeof value === 'string'));
  return [...ids].flatMap((id) => find(rows, id) ?? []);
}

function groups(call: GraphCall): Answer {
  checkSize(call);
  return listOf(call, 'groups', named(call, call.tenant.scenario.groups).map(groupJson));
}

function group(call: GraphCall): Answer {
  const known = find(call.tenant.scenario.groups, paramOf(call, 0));
  return one(call, 'groups', known ? groupJson(known) : null);
}

function unit(call: GraphCall): Answer {
  const known = find(call.tenant.scenario.administrativeUnits, paramOf(call, 0));
  return one(call, 'directory/administrativeUnits', known ? namedJson(known) : null);
}

const DEFINITIONS = 'roleManagement/directory/roleDefinitions';

function roleDefinitions(call: GraphCall): Answer {
  const rows = named(call, call.tenant.scenario.roleDefinitions).map(roleJson);
  return listOf(call, DEFINITIONS, rows);
}

function roleDefinition(call: GraphCall): Answer {
  const known = find(call.tenant.scenario.roleDefinitions, paramOf(call, 0));
  return one(call, DEFINITIONS, known ? roleJson(known) : null);
}

function organization(call: GraphCall): Answer {
  const { id, displayName, domain } = call.tenant.scenario.tenant;
  const verifiedDomains = [{ name: domain, isDefault: true }];
  return listOf(call, 'organization', [{ id, displayName, verifiedDomains }]);
}

const GET = { method: 'GET', area: 'object' } as const;

export const OBJECT_ROUTES: readonly Route[] = [
  { ...GET, path: pathOf('/me'), permission: 'me', run: me },
  {
    method: 'POST',
    area: 'object',
    path: pathOf('/me/checkMemberGroups'),
    permission: 'memberGroups',
    run: checkMemberGroups,
  },
  { ...GET, path: pathOf('/organization'), permission: 'me', run: organization },
  { ...GET, path: pathOf('/groups'), permission: 'group', run: groups },
  { ...GET, path: pathOf(`/groups/${ID}`), permission: 'group', run: group },
  {
    ...GET,
    path: pathOf(`/directory/administrativeUnits/${ID}`),
    permission: 'administrativeUnit',
    run: unit,
  },
  {
    ...GET,
    path: pathOf(`/${DEFINITIONS}`),
    permission: 'roleDefinition',
    run: roleDefinitions,
  },
  {
    ...GET,
    path: pathOf(`/${DEFINITIONS}/${ID}`),
    permission: 'roleDefinition',
    run: roleDefinition,
  },
];
