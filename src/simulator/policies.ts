import { isMemberOf } from './holdings.ts';
import { isSameText } from './identifiers.ts';
import type { Scenario, ScenarioPolicy } from './scenario.ts';
import type { SimTarget } from './sim-target.ts';
import type { TenantState } from './tenant.ts';

/** What Entra sets until somebody changes it. */
const DEFAULTS = {
  maximumDuration: 'PT8H',
  enabledRules: ['Justification'],
  readable: 'yes',
} as const satisfies Partial<ScenarioPolicy>;

function keyOf(...parts: readonly string[]): string {
  return parts.join('|').toLowerCase();
}

function keyOfPolicy(policy: ScenarioPolicy): string {
  if ('groupId' in policy) return keyOf('group', policy.groupId, policy.accessId);
  return 'scope' in policy
    ? keyOf('azure', policy.roleDefinitionId, policy.scope)
    : keyOf('directory', policy.roleDefinitionId);
}

function keyOfTarget(target: SimTarget): string {
  if (target.kind === 'group') return keyOf('group', target.groupId, target.accessId);
  return target.kind === 'azure'
    ? keyOf('azure', target.roleDefinitionId, target.scope)
    : keyOf('directory', target.roleDefinitionId);
}

/** A scenario does not change, and may have thousands of policies. */
const indexes = new WeakMap<Scenario, ReadonlyMap<string, ScenarioPolicy>>();

function indexOf(scenario: Scenario): ReadonlyMap<string, ScenarioPolicy> {
  const known = indexes.get(scenario);
  if (known) return known;
  const all = [...scenario.policies, ...scenario.azure.policies];
  const index = new Map(all.toReversed().map((policy) => [keyOfPolicy(policy), policy]));
  indexes.set(scenario, index);
  return index;
}

/**
 * Every group with each access, and every Entra role, has exactly one policy; directory scopes do
 * not matter. An Azure role has one per scope, and a child does not take over its parent's.
 */
export function policyFor(scenario: Scenario, target: SimTarget): ScenarioPolicy {
  const own = indexOf(scenario).get(keyOfTarget(target));
  if (own) return own;
  const defaults = { ...DEFAULTS, enabledRules: [...DEFAULTS.enabledRules] };
  if (target.kind === 'group') {
    return { ...defaults, groupId: target.groupId, accessId: target.accessId };
  }
  const { roleDefinitionId } = target;
  return target.kind === 'azure'
    ? { ...defaults, roleDefinitionId, scope: target.scope }
    : { ...defaults, roleDefinitionId };
}

/** Named personally or through a group; nobody decides on their own request. */
export function mayApprove(
  state: TenantState,
  userId: string,
  request: { readonly by: string; readonly target: SimTarget },
): boolean {
  const approvers = policyFor(state.scenario, request.target).approval?.approvers ?? [];
  if (isSameText(userId, request.by)) return false;
  return approvers.some((id) => isMemberOf(state, userId, id));
}
