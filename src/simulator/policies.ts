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

function isAbout(policy: ScenarioPolicy, target: SimTarget): boolean {
  if ('groupId' in policy) {
    return (
      target.kind === 'group' &&
      isSameText(policy.groupId, target.groupId) &&
      policy.accessId === target.accessId
    );
  }
  if (target.kind === 'group' || !isSameText(policy.roleDefinitionId, target.roleDefinitionId)) {
    return false;
  }
  return 'scope' in policy
    ? target.kind === 'azure' && isSameText(policy.scope, target.scope)
    : target.kind === 'directory';
}

/**
 * Every group with each access, and every Entra role, has exactly one policy; directory scopes do
 * not matter. An Azure role has one per scope, and a child does not take over its parent's.
 */
export function policyFor(scenario: Scenario, target: SimTarget): ScenarioPolicy {
  const all = [...scenario.policies, ...scenario.azure.policies];
  const own = all.find((policy) => isAbout(policy, target));
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
