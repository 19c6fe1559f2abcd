import type { Area, Behaviour } from '../behaviour.ts';
import { Problem, forbidden } from '../problem.ts';

/**
 * Which delegated permissions let a call through: any one of them. Written down from Microsoft's
 * permission tables, not shared with the client, which must find the same by itself.
 */
const LEGACY_GROUP = [
  'PrivilegedAccess.Read.AzureADGroup',
  'PrivilegedAccess.ReadWrite.AzureADGroup',
] as const;
const ROLE_READ = [
  'RoleManagement.Read.All',
  'RoleManagement.Read.Directory',
  'RoleManagement.ReadWrite.Directory',
] as const;

const PERMISSIONS = {
  groupEligibility: [
    'PrivilegedEligibilitySchedule.Read.AzureADGroup',
    'PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup',
    ...LEGACY_GROUP,
  ],
  groupAssignment: [
    'PrivilegedAssignmentSchedule.Read.AzureADGroup',
    'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
    ...LEGACY_GROUP,
  ],
  groupRequest: [
    'PrivilegedAssignmentSchedule.Read.AzureADGroup',
    'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
    ...LEGACY_GROUP,
  ],
  groupWrite: [
    'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
    'PrivilegedAccess.ReadWrite.AzureADGroup',
  ],
  groupPolicy: [
    'RoleManagementPolicy.Read.AzureADGroup',
    'RoleManagementPolicy.ReadWrite.AzureADGroup',
  ],
  roleEligibility: [
    'RoleEligibilitySchedule.Read.Directory',
    'RoleEligibilitySchedule.ReadWrite.Directory',
    ...ROLE_READ,
  ],
  roleAssignment: [
    'RoleAssignmentSchedule.Read.Directory',
    'RoleAssignmentSchedule.ReadWrite.Directory',
    ...ROLE_READ,
  ],
  /** Also for reading requests: the Read permission is not enough there. */
  roleWrite: ['RoleAssignmentSchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
  /** In beta only. */
  roleApproval: ['RoleAssignmentSchedule.ReadWrite.Directory'],
  rolePolicy: [
    'RoleManagementPolicy.Read.Directory',
    'RoleManagementPolicy.ReadWrite.Directory',
    ...ROLE_READ,
  ],
  roleDefinition: [...ROLE_READ, 'Directory.Read.All', 'Directory.ReadWrite.All'],
  me: ['User.Read', 'User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite', 'Directory.Read.All'],
  memberGroups: [
    'User.Read',
    'User.ReadBasic.All',
    'GroupMember.Read.All',
    'Group.Read.All',
    'Directory.Read.All',
  ],
  group: [
    'GroupMember.Read.All',
    'Group.ReadBasic.All',
    'Group.Read.All',
    'Group.ReadWrite.All',
    'Directory.Read.All',
  ],
  administrativeUnit: [
    'AdministrativeUnit.Read.All',
    'AdministrativeUnit.ReadWrite.All',
    'Directory.Read.All',
  ],
} as const satisfies Record<string, readonly string[]>;

export type Permission = keyof typeof PERMISSIONS;

function accepted(wanted: Permission, behaviour: Behaviour): string[] {
  const isWrite = wanted === 'groupRequest' && behaviour.groupRequestsNeedWrite;
  const permission = isWrite ? 'groupWrite' : wanted;
  return PERMISSIONS[permission].filter(
    (scope) => behaviour.acceptsLegacyGroupScopes || !LEGACY_GROUP.some((old) => old === scope),
  );
}

/** What must be there besides; two projects report it for approvals of Entra roles. */
function alsoNeeded(permission: Permission, { betaApprovalScope }: Behaviour): string[] {
  const isMore = permission === 'roleApproval' && betaApprovalScope === 'privileged-access-too';
  return isMore ? ['PrivilegedAccess.ReadWrite.AzureAD'] : [];
}

/** PIM wraps its own error into the message of another, as JSON text. */
function scopeNotGranted(scopes: readonly string[]): Problem {
  const inner = {
    errorCode: 'PermissionScopeNotGranted',
    message: `Authorization failed due to missing permission scope ${scopes.slice(0, 2).join(',')}.`,
    instanceAnnotations: [],
  };
  return new Problem(403, 'UnknownError', JSON.stringify(inner));
}

export interface Checked {
  readonly area: Area;
  readonly permission: Permission;
  readonly granted: readonly string[];
}

/** @throws Problem 403, in the words of the part of Graph that is asked. */
export function checkPermission(
  { area, permission, granted }: Checked,
  behaviour: Behaviour,
): void {
  const scopes = accepted(permission, behaviour);
  if (!scopes.some((scope) => granted.includes(scope))) {
    throw area === 'object' ? forbidden() : scopeNotGranted(scopes);
  }
  const missing = alsoNeeded(permission, behaviour).filter((scope) => !granted.includes(scope));
  if (missing.length > 0) throw scopeNotGranted(missing);
}
