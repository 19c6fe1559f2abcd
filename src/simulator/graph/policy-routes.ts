import type { Target } from '../../domain/target.ts';
import { find } from '../find.ts';
import { isSameText } from '../identifiers.ts';
import { policyFor } from '../policies.ts';
import { badRequest, forbidden } from '../problem.ts';
import type { ScenarioPolicy } from '../scenario.ts';
import { type Answer, type GraphCall, queryOf } from './call.ts';
import { type Entity, list } from './collection.ts';
import { type Comparison, comparisonsOf, matches, parseFilter } from './odata-filter.ts';
import { policyAssignmentJson, policyJson, type PolicyPlace } from './policy-json.ts';
import { pathOf, type Route } from './route.ts';

/** As many `or`ed roles as the service takes. */
const MAXIMUM_ROLES = 20;

function valuesOf(comparisons: readonly Comparison[], name: string): string[] {
  return comparisons
    .filter(({ field, operator }) => field === name && operator === 'eq')
    .flatMap(({ values }) => values)
    .filter((value) => typeof value === 'string');
}

function asked(call: GraphCall) {
  const text = queryOf(call, '$filter');
  const filter = parseFilter(text ?? "scopeId eq ''");
  const comparisons = comparisonsOf(filter);
  const scopeIds = valuesOf(comparisons, 'scopeId');
  const [scopeType] = valuesOf(comparisons, 'scopeType');
  return { filter, scopeIds, scopeType, roles: valuesOf(comparisons, 'roleDefinitionId') };
}

/** Policies of groups and of roles have permissions of their own. */
function permission(call: GraphCall): 'groupPolicy' | 'rolePolicy' {
  return isSameText(asked(call).scopeType, 'Group') ? 'groupPolicy' : 'rolePolicy';
}

/** Everything that has a policy of that scope type. Roles: always the tenant, never a unit. */
function targetsOf(call: GraphCall, scopeType: string): Target[] {
  const { groups, roleDefinitions } = call.tenant.scenario;
  if (isSameText(scopeType, 'Group')) {
    // Only those that are named: a tenant may have thousands of groups.
    const named = [...new Set(asked(call).scopeIds)].flatMap((id) => find(groups, id) ?? []);
    return named.flatMap(({ id }) =>
      (['member', 'owner'] as const).map((accessId) => ({ kind: 'group', groupId: id, accessId })),
    );
  }
  if (!call.behaviour.policyScopeTypes.some((known) => isSameText(known, scopeType))) return [];
  return roleDefinitions.map(({ id }) => ({
    kind: 'directory',
    roleDefinitionId: id,
    directoryScopeId: '/',
    appScopeId: null,
  }));
}

interface Found {
  readonly place: PolicyPlace;
  readonly policy: ScenarioPolicy;
}

function entity(call: GraphCall, { place, policy }: Found): Entity {
  const { scenario } = call.tenant;
  return {
    json: policyAssignmentJson(scenario, place),
    links: {
      policy: ({ expand }) =>
        policyJson(
          scenario,
          place,
          policy,
          expand.map(({ name }) => name),
        ),
    },
  };
}

/** `scopeType` is answered as asked: both names of the role scope type find the same policies. */
function found(call: GraphCall, scopeType: string): Found[] {
  const { scenario } = call.tenant;
  const { filter } = asked(call);
  return targetsOf(call, scopeType)
    .map((target) => ({ place: { target, scopeType }, policy: policyFor(scenario, target) }))
    .filter(({ place }) => matches(filter, policyAssignmentJson(scenario, place)));
}

function policies(call: GraphCall): Answer {
  const { scopeIds, scopeType, roles } = asked(call);
  if (!scopeIds[0] || !scopeType) {
    throw badRequest('InvalidFilter', 'The filter must have scopeId and scopeType.');
  }
  if (roles.length > MAXIMUM_ROLES) {
    throw badRequest('InvalidFilter', 'The filter has too many clauses.');
  }
  const all = found(call, scopeType);
  // Asked for by itself it is refused; among others it is merely missing.
  if (all.length > 0 && all.every(({ policy }) => policy.readable === 'forbidden')) {
    throw forbidden();
  }
  const readable = all.filter(({ policy }) => policy.readable === 'yes');
  const type = { context: 'policies/roleManagementPolicyAssignments', expandable: ['policy'] };
  return list(
    call,
    type,
    readable.map((one) => entity(call, one)),
  );
}

export const POLICY_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: pathOf('/policies/roleManagementPolicyAssignments'),
    area: 'policy',
    permission,
    run: policies,
  },
];
