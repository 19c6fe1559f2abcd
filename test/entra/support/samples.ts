/** Bodies as Microsoft's documentation and its recorded answers show them; ids and dates invented. */
export const ME = '3f2b9c1a-7d54-4f0e-8a36-1c9e5b7d2f40';
export const GROUP = '2b5ed229-4072-478d-9504-a047ebd4b07d';
export const OTHER_GROUP = 'a27d9c44-6e1b-4f38-8d05-93b1c7e0f216';
export const ROLE = 'fe930be7-5e62-47db-91af-98c3a49a38b1';
export const OTHER = 'b7d40c3e-5a19-4c8e-9f62-0d4e8a1b7c93';
export const UNIT = '1f6e2d83-b0c9-4a57-93de-7c5a4b8f0e21';
export const UNIT_SCOPE = `/administrativeUnits/${UNIT}`;
export const REQUEST = '9f4c7d10-2a6b-4e83-b5c1-d07e3f8a6924';

const GROUP_BASE = '/v1.0/identityGovernance/privilegedAccess/group';
const ROLE_BASE = '/v1.0/roleManagement/directory';
const MINE = "filterByCurrentUser(on='principal')";
const FOR_ME = "filterByCurrentUser(on='approver')?$filter=status eq 'PendingApproval'";

export const GROUP_ELIGIBILITIES = `GET ${GROUP_BASE}/eligibilityScheduleInstances/${MINE}?$expand=group`;
export const GROUP_ELIGIBILITIES_BARE = `GET ${GROUP_BASE}/eligibilityScheduleInstances/${MINE}`;
export const GROUP_ACTIVE = `GET ${GROUP_BASE}/assignmentScheduleInstances/${MINE}?$expand=group,principal`;
export const GROUP_ACTIVE_LESS = `GET ${GROUP_BASE}/assignmentScheduleInstances/${MINE}?$expand=group`;
export const GROUP_POST = `POST ${GROUP_BASE}/assignmentScheduleRequests`;
export const GROUP_REQUESTS = `GET ${GROUP_BASE}/assignmentScheduleRequests/${MINE}?$expand=group`;
export const GROUP_REQUEST = `GET ${GROUP_BASE}/assignmentScheduleRequests/${REQUEST}`;

export const GROUP_CANCEL = `POST ${GROUP_BASE}/assignmentScheduleRequests/${REQUEST}/cancel`;
export const GROUP_AWAITING = `GET ${GROUP_BASE}/assignmentScheduleRequests/${FOR_ME}&$expand=group,principal`;
export const GROUP_APPROVAL = `${GROUP_BASE}/assignmentApprovals/${REQUEST}`;

export const ROLE_ELIGIBILITIES = `GET ${ROLE_BASE}/roleEligibilityScheduleInstances/${MINE}?$expand=roleDefinition,directoryScope`;
export const ROLE_ELIGIBILITIES_LESS = `GET ${ROLE_BASE}/roleEligibilityScheduleInstances/${MINE}?$expand=roleDefinition`;
export const ROLE_ACTIVE = `GET ${ROLE_BASE}/roleAssignmentScheduleInstances/${MINE}?$expand=roleDefinition,directoryScope,principal`;
export const ROLE_POST = `POST ${ROLE_BASE}/roleAssignmentScheduleRequests`;
export const ROLE_REQUESTS = `GET ${ROLE_BASE}/roleAssignmentScheduleRequests/${MINE}?$expand=roleDefinition,directoryScope`;
export const ROLE_REQUEST = `GET ${ROLE_BASE}/roleAssignmentScheduleRequests/${REQUEST}`;
export const ROLE_CANCEL = `POST ${ROLE_BASE}/roleAssignmentScheduleRequests/${REQUEST}/cancel`;
export const ROLE_AWAITING = `GET ${ROLE_BASE}/roleAssignmentScheduleRequests/${FOR_ME}&$expand=roleDefinition,principal`;
export const ROLE_APPROVAL = `/beta/roleManagement/directory/roleAssignmentApprovals/${REQUEST}`;

const POLICIES = 'GET /v1.0/policies/roleManagementPolicyAssignments?$filter=';
const RULES = '&$expand=policy($expand=rules)';

export function groupPolicyLine(accessId?: 'member' | 'owner'): string {
  const access = accessId === undefined ? '' : ` and roleDefinitionId eq '${accessId}'`;
  return `${POLICIES}scopeId eq '${GROUP}' and scopeType eq 'Group'${access}${RULES}`;
}

export const ROLE_POLICY = `${POLICIES}scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '${ROLE}'${RULES}`;

type Fields = Readonly<Record<string, unknown>>;

export function groupEligibility(fields: Fields = {}) {
  return {
    id: `${GROUP}_member_14b9e371-5c87-4fc0-8b3e-0f5a2d3c9b61`,
    startDateTime: '2026-10-01T07:12:31.4270000Z',
    endDateTime: null,
    principalId: ME,
    accessId: 'member',
    groupId: GROUP,
    memberType: 'direct',
    group: { id: GROUP, displayName: 'SG-PIM-Platform-Admins', isAssignableToRole: true },
    ...fields,
  };
}

export function groupAssignment(fields: Fields = {}) {
  return {
    id: '2bQOyEb9e0mPDlHVR1bIkaLAPpYvVpN0KRkAEhdxReEJ2SvT9WjGJEhR4OuaezoqU-1',
    startDateTime: '2026-11-23T08:30:05.19Z',
    endDateTime: '2026-11-23T10:30:05.19Z',
    principalId: ME,
    accessId: 'member',
    groupId: GROUP,
    memberType: 'direct',
    assignmentType: 'activated',
    group: { id: GROUP, displayName: 'SG-PIM-Platform-Admins' },
    ...fields,
  };
}

export function roleEligibility(fields: Fields = {}) {
  return {
    id: 'UgK5u5KCskWtqYPp3dDMr1rDMj9UfQ5PijYcnlt9L0C-1-e',
    principalId: ME,
    roleDefinitionId: ROLE,
    directoryScopeId: UNIT_SCOPE,
    appScopeId: null,
    startDateTime: '2026-06-02T10:00:00Z',
    endDateTime: '2027-06-02T10:00:00Z',
    memberType: 'Direct',
    roleDefinition: { id: ROLE, displayName: 'User Administrator' },
    ...fields,
  };
}

export function roleAssignment(fields: Fields = {}) {
  return {
    id: '5wuT_mJe20eRr5jDpJo4sVrDMj9UfQ5PijYcnlt9L0C-1',
    principalId: ME,
    roleDefinitionId: ROLE,
    directoryScopeId: UNIT_SCOPE,
    appScopeId: null,
    startDateTime: '2026-11-23T08:31:10.33Z',
    endDateTime: '2026-11-23T12:31:10.33Z',
    assignmentType: 'Activated',
    memberType: 'Direct',
    roleDefinition: { id: ROLE, displayName: 'User Administrator' },
    ...fields,
  };
}

const ANSWERED_SCHEDULE = {
  startDateTime: '2026-11-23T08:30:05.19Z',
  recurrence: null,
  expiration: { type: 'afterDuration', endDateTime: null, duration: 'PT2H' },
};

export function groupRequest(fields: Fields = {}) {
  return {
    id: REQUEST,
    status: 'Provisioned',
    completedDateTime: '2026-11-23T08:30:05.21Z',
    createdDateTime: '2026-11-23T08:30:04.88Z',
    approvalId: null,
    action: 'selfActivate',
    isValidationOnly: false,
    principalId: ME,
    accessId: 'member',
    groupId: GROUP,
    scheduleInfo: ANSWERED_SCHEDULE,
    ticketInfo: { ticketNumber: null, ticketSystem: null },
    ...fields,
  };
}

export function roleRequest(fields: Fields = {}) {
  return {
    id: REQUEST,
    status: 'Provisioned',
    createdDateTime: '2026-11-23T08:31:08.92Z',
    action: 'selfActivate',
    principalId: ME,
    roleDefinitionId: ROLE,
    directoryScopeId: UNIT_SCOPE,
    appScopeId: null,
    scheduleInfo: ANSWERED_SCHEDULE,
    ...fields,
  };
}

export function fault(code: string, message: string) {
  return {
    error: {
      code,
      message,
      innerError: {
        date: '2026-11-23T08:31:09',
        'request-id': '5b0b7a5e-0a0c-4d0e-9a0f-1d6d2d3c4b5a',
        'client-request-id': '5b0b7a5e-0a0c-4d0e-9a0f-1d6d2d3c4b5a',
      },
    },
  };
}

export const EXPIRATION = {
  '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyExpirationRule',
  id: 'Expiration_EndUser_Assignment',
  isExpirationRequired: true,
  maximumDuration: 'PT8H',
};
export const ENABLEMENT = {
  '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyEnablementRule',
  id: 'Enablement_EndUser_Assignment',
  enabledRules: ['MultiFactorAuthentication', 'Justification', 'Ticketing'],
};
export const APPROVAL = {
  '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyApprovalRule',
  id: 'Approval_EndUser_Assignment',
  setting: {
    isApprovalRequired: true,
    approvalMode: 'SingleStage',
    approvalStages: [
      {
        primaryApprovers: [
          {
            '@odata.type': '#microsoft.graph.singleUser',
            userId: '5e8c1f20-94ab-4d37-8b6f-2a7d9c0e1b54',
            description: 'Ada Approver',
          },
          {
            '@odata.type': '#microsoft.graph.groupMembers',
            groupId: OTHER_GROUP,
            description: 'SG-Approvers',
          },
          { '@odata.type': '#microsoft.graph.requestorManager', managerLevel: 1 },
        ],
        escalationApprovers: [],
      },
    ],
  },
};
export const NO_CONTEXT = {
  '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyAuthenticationContextRule',
  id: 'AuthenticationContext_EndUser_Assignment',
  isEnabled: false,
  claimValue: '',
};
export const CONTEXT = { ...NO_CONTEXT, isEnabled: true, claimValue: 'c1' };

export function policyAssignment(roleDefinitionId: string, ...rules: readonly unknown[]) {
  return { id: 'x', policyId: 'x', roleDefinitionId, policy: { id: 'x', rules } };
}
