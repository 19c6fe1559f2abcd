/** Rows of Azure Resource Manager as the reference shows them; ids and dates invented. */
import { hours } from '../../../src/domain/duration.ts';
import type { PimRequest } from '../../../src/domain/request.ts';
import type { AzureTarget } from '../../../src/domain/target.ts';
import { GROUP, ME } from '../support/samples.ts';
import { ARM_ORIGIN, START } from '../support/tenant.ts';

export const SUBSCRIPTION = '/subscriptions/9c1d7e52-08fb-4b63-a4d9-e51f3c6b8a07';
export const OTHER_SUBSCRIPTION = '/subscriptions/50c70b56-fdbf-4bc8-9ca7-b658b4634011';
export const MANAGEMENT_GROUP = '/providers/Microsoft.Management/managementGroups/mg-prod';
export const RESOURCE_GROUP = `${SUBSCRIPTION}/resourceGroups/rg (app) ü.1`;
export const PROVIDER = '/providers/Microsoft.Authorization';
export const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
export const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
export const ROLE_PATH = `${SUBSCRIPTION}${PROVIDER}/roleDefinitions/${CONTRIBUTOR}`;
const NAME = 'fea7a502-9a96-4806-a26f-eee560e52045';
export const APPROVAL = '488a6d0e-0a63-4946-86e3-1f5bbc934661';

export const TARGET: AzureTarget = {
  kind: 'azure',
  scope: SUBSCRIPTION,
  roleDefinitionId: ROLE_PATH,
};

const VERSION = 'api-version=2020-10-01';

/** `GET …` of a list at a scope; `''` is the root. */
export function list(scope: string, kind: string, filter = 'asTarget()'): string {
  return `GET ${ARM_ORIGIN}${scope}${PROVIDER}/${kind}?$filter=${filter}&${VERSION}`;
}

/** Any other address of `Microsoft.Authorization`. */
export function line(method: string, path: string, version = VERSION): string {
  return `${method} ${ARM_ORIGIN}${path}?${version}`;
}

export const ELIGIBILITIES = list('', 'roleEligibilityScheduleInstances');
export const ACTIVE = list('', 'roleAssignmentScheduleInstances');
export const REQUESTS = list('', 'roleAssignmentScheduleRequests');
export const FOR_DECISION = list('', 'roleAssignmentScheduleRequests', 'asApprover()');
export const POLICY = list(
  SUBSCRIPTION,
  'roleManagementPolicyAssignments',
  `roleDefinitionId eq '${ROLE_PATH}'`,
);

export function activeAt(scope: string): string {
  return list(scope, 'roleAssignmentScheduleInstances');
}

type Fields = Readonly<Record<string, unknown>>;

const EXPANDED = {
  scope: { id: SUBSCRIPTION, displayName: 'sub-prod-01', type: 'subscription' },
  roleDefinition: { id: ROLE_PATH, displayName: 'Contributor', type: 'BuiltInRole' },
  principal: { id: ME, displayName: 'Ida Example', type: 'User' },
};

/** What a row through a group says of whose it is. */
export const THROUGH_GROUP = {
  principalId: GROUP,
  principalType: 'Group',
  memberType: 'Group',
  expandedProperties: {
    ...EXPANDED,
    principal: { id: GROUP, displayName: 'SG-PIM-Platform-Admins', type: 'Group' },
  },
};

const OWN = {
  scope: SUBSCRIPTION,
  roleDefinitionId: ROLE_PATH,
  principalId: ME,
  principalType: 'User',
  expandedProperties: EXPANDED,
};

export function eligibility(fields: Fields = {}) {
  return {
    name: '21e4b59a-0499-4fe0-a3c3-43a3055b773a',
    id: `${SUBSCRIPTION}${PROVIDER}/RoleEligibilityScheduleInstances/21e4b59a`,
    properties: {
      ...OWN,
      status: 'Provisioned',
      startDateTime: '2026-02-10T09:00:00Z',
      endDateTime: '2027-02-10T09:00:00Z',
      memberType: 'Direct',
      ...fields,
    },
  };
}

let rowsMade = 0;

export function assignment(fields: Fields = {}, id?: string) {
  rowsMade += 1;
  return {
    id: id ?? `${PROVIDER}/RoleAssignmentScheduleInstances/${rowsMade}`,
    properties: {
      ...OWN,
      status: 'Provisioned',
      assignmentType: 'Activated',
      memberType: 'Direct',
      startDateTime: '2026-11-23T08:00:00Z',
      endDateTime: '2026-11-23T16:00:00Z',
      ...fields,
    },
  };
}

export function requestRow(fields: Fields = {}, name = NAME) {
  return {
    name,
    id: `${SUBSCRIPTION}${PROVIDER}/RoleAssignmentScheduleRequests/${name}`,
    properties: {
      ...OWN,
      requestType: 'SelfActivate',
      status: 'Provisioned',
      approvalId: null,
      scheduleInfo: {
        startDateTime: '2026-11-23T08:30:00Z',
        expiration: { type: 'AfterDuration', endDateTime: null, duration: 'PT8H' },
      },
      ticketInfo: { ticketNumber: 'CHG-88', ticketSystem: 'ServiceNow' },
      justification: 'Deploy hotfix',
      requestorId: ME,
      createdOn: '2026-11-23T08:29:58.21Z',
      ...fields,
    },
  };
}

export const KNOWN: PimRequest = {
  id: NAME,
  status: 'Provisioned',
  action: 'SelfActivate',
  target: TARGET,
  name: 'Contributor',
  scope: { id: SUBSCRIPTION, name: 'sub-prod-01' },
  principal: { id: ME, name: 'Ida Example' },
  createdTime: new Date('2026-11-23T08:29:58.21Z'),
  startTime: START,
  duration: hours(8),
  endTime: null,
  justification: 'Deploy hotfix',
  ticket: { number: 'CHG-88', system: 'ServiceNow' },
  approvalId: null,
};

export function fault(code: string, message = 'No.', details: readonly unknown[] = []) {
  return { error: { code, message, details } };
}
