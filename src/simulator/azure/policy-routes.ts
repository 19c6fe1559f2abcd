import { find } from '../find.ts';
import type { JsonObject } from '../graph/json.ts';
import { comparisonsOf } from '../graph/odata-filter.ts';
import { derivedId, isSameText } from '../identifiers.ts';
import { policyFor } from '../policies.ts';
import { APPROVAL_DAYS } from '../request-life.ts';
import type { Scenario, ScenarioPolicy } from '../scenario.ts';
import type { AzureTarget } from '../sim-target.ts';
import { mayDo } from './access.ts';
import { requireScope } from './azure-order.ts';
import {
  type ArmAnswer,
  type ArmCall,
  type ArmRoute,
  pathOf,
  PIM_VERSIONS,
  queryOf,
} from './call.ts';
import { parseArmFilter } from './filter.ts';
import {
  identity,
  principalType,
  resourceId,
  roleDefinitionPath,
  roleNames,
  scopeNames,
} from './names.ts';
import { page } from './page.ts';
import { authorizationFailed } from './refusals.ts';

/** Policies of Azure roles. Shapes: `RoleManagementPolicyAssignment` 2020-10-01. */
const KIND = 'roleManagementPolicyAssignments';

const TARGET = {
  caller: 'EndUser',
  operations: ['All'],
  level: 'Assignment',
  targetObjects: null,
  inheritableSettings: null,
  enforcedSettings: null,
};

function ruleJson(ruleType: string, id: string, values: JsonObject): JsonObject {
  return {
    id: `${id}_EndUser_Assignment`,
    ruleType: `RoleManagementPolicy${ruleType}Rule`,
    target: TARGET,
    ...values,
  };
}

function approver(scenario: Scenario, id: string): JsonObject {
  const who = find(scenario.users, id) ?? find(scenario.groups, id);
  const description = who?.displayName ?? null;
  return { id, description, isBackup: false, userType: principalType(scenario, id) };
}

function approvalSetting(scenario: Scenario, { approval }: ScenarioPolicy): JsonObject {
  const stage = {
    approvalStageTimeOutInDays: APPROVAL_DAYS,
    isApproverJustificationRequired: true,
    escalationTimeInMinutes: 0,
    primaryApprovers: (approval?.approvers ?? []).map((id) => approver(scenario, id)),
    isEscalationEnabled: false,
    escalationApprovers: null,
  };
  return {
    isApprovalRequired: approval !== undefined,
    isApprovalRequiredForExtension: false,
    isRequestorJustificationRequired: true,
    approvalMode: 'SingleStage',
    approvalStages: [stage],
  };
}

/** The four rules that bear on activating. */
function effectiveRules(scenario: Scenario, policy: ScenarioPolicy): JsonObject[] {
  const { maximumDuration, enabledRules, authenticationContext } = policy;
  const expiration = { isExpirationRequired: true, maximumDuration };
  return [
    ...(maximumDuration === null ? [] : [ruleJson('Expiration', 'Expiration', expiration)]),
    ruleJson('Enablement', 'Enablement', { enabledRules }),
    ruleJson('Approval', 'Approval', { setting: approvalSetting(scenario, policy) }),
    ruleJson('AuthenticationContext', 'AuthenticationContext', {
      isEnabled: authenticationContext !== undefined,
      claimValue: authenticationContext ?? '',
    }),
  ];
}

interface Found {
  readonly target: AzureTarget;
  readonly policy: ScenarioPolicy;
}

function policyJson(scenario: Scenario, { target, policy }: Found): JsonObject {
  const { scope, roleDefinitionId } = target;
  const guid = derivedId(scope.toLowerCase(), roleDefinitionId, 'policy');
  const policyId = resourceId(scope, 'roleManagementPolicies', guid);
  return {
    properties: {
      scope,
      roleDefinitionId: roleDefinitionPath(target),
      policyId,
      effectiveRules: effectiveRules(scenario, policy),
      policyAssignmentProperties: {
        scope: scopeNames(scenario, scope),
        roleDefinition: roleNames(scenario, target),
        policy: {
          id: policyId,
          lastModifiedBy: { id: null, displayName: null, type: null, email: null },
          lastModifiedDateTime: null,
        },
      },
    },
    ...identity(scope, 'RoleManagementPolicyAssignment', `${guid}_${roleDefinitionId}`),
  };
}

/** The roles that are asked for by `roleDefinitionId eq`, by their GUIDs; `null` = all. */
function askedRoles(call: ArmCall): string[] | null {
  const text = queryOf(call, '$filter');
  if (text === null || !call.azure.policyFilterHonoured) return null;
  const values = parseArmFilter(text)
    .comparisons.flatMap(comparisonsOf)
    .filter(({ field, operator }) => field === 'roleDefinitionId' && operator === 'eq')
    .flatMap(({ values: compared }) => compared)
    .filter((value) => typeof value === 'string');
  return values.length === 0 ? null : values.map((value) => value.split('/').at(-1) ?? '');
}

function policies(call: ArmCall): ArmAnswer {
  const { state, caller, azure } = call;
  const action = `${KIND}/read`;
  const scope = requireScope(call, action);
  const asked = askedRoles(call);
  const all = state.scenario.azure.roleDefinitions
    .filter(({ id }) => asked === null || asked.some((one) => isSameText(one, id)))
    .map(({ id }): AzureTarget => ({ kind: 'azure', scope, roleDefinitionId: id }))
    .map((target) => ({ target, policy: policyFor(state.scenario, target) }));
  // Asked for by itself it is refused; among others it is merely missing.
  const isForbidden = all.length > 0 && all.every(({ policy }) => policy.readable === 'forbidden');
  const isShut =
    azure.policyReads === 'needs-role' && !mayDo(state, caller.objectId, scope, action);
  if (isForbidden || isShut) throw authorizationFailed({ caller, action, scope });
  const readable = all.filter(({ policy }) => policy.readable === 'yes');
  return page(call, readable, (one) => policyJson(state.scenario, one));
}

export const POLICY_ROUTES: readonly ArmRoute[] = [
  { method: 'GET', versions: PIM_VERSIONS, path: pathOf(KIND), run: policies },
];
