import type { Target } from '../../domain/target.ts';
import { subjectOf } from '../held-target.ts';
import { derivedId } from '../identifiers.ts';
import { APPROVAL_DAYS } from '../request-life.ts';
import type { Scenario, ScenarioPolicy } from '../scenario.ts';
import type { Json, JsonObject } from './json.ts';
import { find } from '../find.ts';

/** A policy and its rules. Shapes: Microsoft Graph v1.0 `unifiedRoleManagementPolicy…`. */

const TYPE = '#microsoft.graph.unifiedRoleManagementPolicy';
const TARGET = {
  caller: 'EndUser',
  operations: ['all'],
  level: 'Assignment',
  inheritableSettings: [],
  enforcedSettings: [],
};

function approver(scenario: Scenario, id: string): JsonObject {
  const user = find(scenario.users, id);
  const who = user ?? find(scenario.groups, id);
  return {
    '@odata.type': user ? '#microsoft.graph.singleUser' : '#microsoft.graph.groupMembers',
    isBackup: false,
    id,
    description: who?.displayName ?? null,
    ...(user ? { userId: id } : { groupId: id }),
  };
}

function expirationRules({ maximumDuration }: ScenarioPolicy): JsonObject[] {
  if (maximumDuration === null) return [];
  return [
    {
      '@odata.type': `${TYPE}ExpirationRule`,
      id: 'Expiration_EndUser_Assignment',
      isExpirationRequired: true,
      maximumDuration,
      target: TARGET,
    },
  ];
}

function approvalRule(scenario: Scenario, { approval }: ScenarioPolicy): JsonObject {
  const stage = {
    approvalStageTimeOutInDays: APPROVAL_DAYS,
    isApproverJustificationRequired: true,
    escalationTimeInMinutes: 0,
    isEscalationEnabled: false,
    primaryApprovers: (approval?.approvers ?? []).map((id) => approver(scenario, id)),
    escalationApprovers: [],
  };
  return {
    '@odata.type': `${TYPE}ApprovalRule`,
    id: 'Approval_EndUser_Assignment',
    target: TARGET,
    setting: {
      isApprovalRequired: approval !== undefined,
      isApprovalRequiredForExtension: false,
      isRequestorJustificationRequired: true,
      approvalMode: 'SingleStage',
      approvalStages: [stage],
    },
  };
}

/** The four rules that bear on activating. The other thirteen say nothing to the person asking. */
function rulesJson(scenario: Scenario, policy: ScenarioPolicy): Json {
  return [
    ...expirationRules(policy),
    {
      '@odata.type': `${TYPE}EnablementRule`,
      id: 'Enablement_EndUser_Assignment',
      enabledRules: policy.enabledRules,
      target: TARGET,
    },
    approvalRule(scenario, policy),
    {
      '@odata.type': `${TYPE}AuthenticationContextRule`,
      id: 'AuthenticationContext_EndUser_Assignment',
      isEnabled: policy.authenticationContext !== undefined,
      claimValue: policy.authenticationContext ?? '',
      target: TARGET,
    },
  ];
}

/** What a policy is about, in the words of the filter. */
export interface PolicyPlace {
  readonly target: Target;
  readonly scopeType: string;
}

function names({ target, scopeType }: PolicyPlace, tenantId: string) {
  const isGroup = target.kind === 'group';
  const kind = isGroup ? 'Group' : 'DirectoryRole';
  const holder = isGroup ? target.groupId : tenantId;
  const role = isGroup ? target.accessId : target.roleDefinitionId;
  const policyId = `${kind}_${holder}_${derivedId(holder, subjectOf(target), role)}`;
  return { kind, policyId, scopeType, role, scopeId: isGroup ? target.groupId : '/' };
}

/** `$expand=policy`; rules only when they are expanded in turn. */
export function policyJson(
  scenario: Scenario,
  place: PolicyPlace,
  policy: ScenarioPolicy,
  expands: readonly string[],
): JsonObject {
  const { kind, policyId, scopeId, scopeType } = names(place, scenario.tenant.id);
  const wanted = ['rules', 'effectiveRules'].filter((name) => expands.includes(name));
  return {
    id: policyId,
    displayName: kind,
    description: kind,
    isOrganizationDefault: false,
    scopeId,
    scopeType,
    lastModifiedDateTime: null,
    lastModifiedBy: { displayName: null, id: null },
    ...Object.fromEntries(wanted.map((name) => [name, rulesJson(scenario, policy)])),
  };
}

/** A `unifiedRoleManagementPolicyAssignment`: which policy holds where. */
export function policyAssignmentJson(scenario: Scenario, place: PolicyPlace): JsonObject {
  const { policyId, scopeId, scopeType, role } = names(place, scenario.tenant.id);
  return { id: `${policyId}_${role}`, policyId, scopeId, scopeType, roleDefinitionId: role };
}
