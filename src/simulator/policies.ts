import type { Target } from '../domain/target.ts';
import { isMemberOf } from './holdings.ts';
import { isSameText } from './identifiers.ts';
import type { Scenario, ScenarioPolicy } from './scenario.ts';
import type { TenantState } from './tenant.ts';

/** What Entra sets until somebody changes it. */
const DEFAULTS = {
  maximumDuration: 'PT8H',
  enabledRules: ['Justification'],
  readable: 'yes',
} as const satisfies Partial<ScenarioPolicy>;

function isAbout(policy: ScenarioPolicy, target: Target): boolean {
  return target.kind === 'group'
    ? 'groupId' in policy &&
        isSameText(policy.groupId, target.groupId) &&
        policy.accessId === target.accessId
    : 'roleDefinitionId' in policy && isSameText(policy.roleDefinitionId, target.roleDefinitionId);
}

/** Every group with each access, and every role, has exactly one policy; scopes do not matter. */
export function policyFor(scenario: Scenario, target: Target): ScenarioPolicy {
  const own = scenario.policies.find((policy) => isAbout(policy, target));
  if (own) return own;
  const defaults = { ...DEFAULTS, enabledRules: [...DEFAULTS.enabledRules] };
  return target.kind === 'group'
    ? { ...defaults, groupId: target.groupId, accessId: target.accessId }
    : { ...defaults, roleDefinitionId: target.roleDefinitionId };
}

/** Named personally or through a group; nobody decides on their own request. */
export function mayApprove(
  state: TenantState,
  userId: string,
  request: { readonly by: string; readonly target: Target },
): boolean {
  const approvers = policyFor(state.scenario, request.target).approval?.approvers ?? [];
  if (isSameText(userId, request.by)) return false;
  return approvers.some((id) => isMemberOf(state, userId, id));
}
