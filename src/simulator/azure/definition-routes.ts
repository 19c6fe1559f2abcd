import { find } from '../find.ts';
import type { JsonObject } from '../graph/json.ts';
import { matches, parseFilter } from '../graph/odata-filter.ts';
import { eligibilitiesOf } from '../holdings.ts';
import { notFound } from '../problem.ts';
import type { AzureRole, AzureScope } from '../scenario.ts';
import { mayDo, rolesAt } from './access.ts';
import { requireScope } from './azure-order.ts';
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
import { identity } from './names.ts';
import { page } from './page.ts';
import { authorizationFailed } from './refusals.ts';
import { childrenOf, upwards } from './scopes.ts';

/** What roles allow, what one may do now, and what lies below an eligible scope. */

function allowed({ actions, notActions, dataActions, notDataActions }: AzureRole): JsonObject {
  return { actions, notActions, dataActions, notDataActions };
}

function definitionJson({ scope }: ArmCall, role: AzureRole): JsonObject {
  return {
    properties: {
      roleName: role.displayName,
      type: 'BuiltInRole',
      description: role.description,
      assignableScopes: ['/'],
      permissions: [allowed(role)],
      createdOn: '2015-02-02T21:55:09.8806423Z',
      updatedOn: '2023-04-14T22:08:49.3817033Z',
      createdBy: null,
      updatedBy: null,
    },
    ...identity(scope, 'roleDefinitions', role.id),
  };
}

function checkReadable({ azure, state, caller, scope }: ArmCall): void {
  const action = 'roleDefinitions/read';
  if (azure.definitionReads === 'open' || mayDo(state, caller.objectId, scope, action)) return;
  throw authorizationFailed({ caller, action, scope });
}

/** `atScopeAndBelow()` changes nothing: every role here is built in. */
function isAsked(call: ArmCall, role: AzureRole): boolean {
  const text = queryOf(call, '$filter');
  if (text === null || /^atScopeAndBelow\(\)$/iu.test(text.trim())) return true;
  return matches(parseFilter(text), { roleName: role.displayName, type: 'BuiltInRole' });
}

function definitions(call: ArmCall): ArmAnswer {
  checkReadable(call);
  const roles = call.state.scenario.azure.roleDefinitions.filter((role) => isAsked(call, role));
  return page(call, roles, (role) => definitionJson(call, role));
}

function definition(call: ArmCall): ArmAnswer {
  checkReadable(call);
  const id = paramOf(call, 0);
  const role = find(call.state.scenario.azure.roleDefinitions, id);
  if (role) return ok(definitionJson(call, role));
  throw notFound(`The role definition '${id}'`);
}

/** Of the roles that are on, at the scope or above. Nobody needs a right to ask. */
function permissions(call: ArmCall): ArmAnswer {
  const scope = requireScope(call, 'permissions/read');
  return page(call, rolesAt(call.state, call.caller.objectId, scope), allowed);
}

function eligibleScopes({ state, caller }: ArmCall): ReadonlySet<string> {
  return new Set(
    eligibilitiesOf(state, caller.objectId).flatMap(({ target }) =>
      target.kind === 'azure' ? target.scope.toLowerCase() : [],
    ),
  );
}

function below(call: ArmCall, id: string, { deep }: { readonly deep: boolean }): AzureScope[] {
  const children = childrenOf(call.state.scenario, id);
  return children.flatMap((child) => [child, ...(deep ? below(call, child.id, { deep }) : [])]);
}

/** One level; with the portal's `getAllChildren=true` everything below. */
function eligibleChildren(call: ArmCall): ArmAnswer {
  const scope = requireScope(call, 'eligibleChildResources/read');
  const deep = queryOf(call, 'getAllChildren')?.toLowerCase() === 'true';
  const text = queryOf(call, '$filter');
  const filter = text === null ? null : parseFilter(text);
  const eligible = eligibleScopes(call);
  const isEligibleAt = ({ id }: AzureScope): boolean =>
    upwards(call.state.scenario, id).some((one) => eligible.has(one.id.toLowerCase()));
  const rows = below(call, scope, { deep })
    .filter(isEligibleAt)
    .filter(({ type }) => filter === null || matches(filter, { resourceType: type }));
  return page(call, rows, ({ id, displayName: name, type }) => ({ id, name, type }));
}

const versions = ['2022-04-01', '2018-07-01', '2018-01-01-preview', '2015-07-01'];

export const DEFINITION_ROUTES: readonly ArmRoute[] = [
  { method: 'GET', versions, path: pathOf('roleDefinitions'), run: definitions },
  { method: 'GET', versions, path: pathOf(`roleDefinitions/${NAME}`), run: definition },
  { method: 'GET', versions, path: pathOf('permissions'), run: permissions },
  {
    method: 'GET',
    versions: PIM_VERSIONS,
    path: pathOf('eligibleChildResources'),
    run: eligibleChildren,
  },
];
