import type { Resource } from './ports.ts';
import { SURFACES, type Surface } from './target.ts';

/** What a permission is for. */
export type Need = 'list' | 'activate' | 'policy';

/**
 * Delegated permissions that serve each need, the one we ask for first. The others serve as well when an administrator consented to them: nobody is asked twice.
 * Source: Microsoft Graph permissions reference; the wider `RoleManagement.*` and `PrivilegedAccess.*`
 * are accepted by the service though no longer listed everywhere.
 */
export const PERMISSIONS: Readonly<
  Record<Surface, Readonly<Record<Need, readonly (readonly string[])[]>>>
> = {
  group: {
    list: [
      [
        'PrivilegedEligibilitySchedule.Read.AzureADGroup',
        'PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup',
        'PrivilegedAccess.Read.AzureADGroup',
        'PrivilegedAccess.ReadWrite.AzureADGroup',
      ],
      [
        'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
        'PrivilegedAssignmentSchedule.Read.AzureADGroup',
        'PrivilegedAccess.Read.AzureADGroup',
        'PrivilegedAccess.ReadWrite.AzureADGroup',
      ],
    ],
    activate: [
      [
        'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
        'PrivilegedAccess.ReadWrite.AzureADGroup',
      ],
    ],
    policy: [
      ['RoleManagementPolicy.Read.AzureADGroup', 'RoleManagementPolicy.ReadWrite.AzureADGroup'],
    ],
  },
  directory: {
    list: [
      [
        'RoleEligibilitySchedule.Read.Directory',
        'RoleEligibilitySchedule.ReadWrite.Directory',
        'RoleManagement.Read.Directory',
        'RoleManagement.ReadWrite.Directory',
        'RoleManagement.Read.All',
      ],
      [
        'RoleAssignmentSchedule.ReadWrite.Directory',
        'RoleAssignmentSchedule.Read.Directory',
        'RoleManagement.Read.Directory',
        'RoleManagement.ReadWrite.Directory',
        'RoleManagement.Read.All',
      ],
    ],
    activate: [
      ['RoleAssignmentSchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
    ],
    policy: [
      [
        'RoleManagementPolicy.Read.Directory',
        'RoleManagementPolicy.ReadWrite.Directory',
        'RoleManagement.Read.Directory',
        'RoleManagement.ReadWrite.Directory',
        'RoleManagement.Read.All',
      ],
    ],
  },
  azure: {
    list: [['user_impersonation']],
    activate: [['user_impersonation']],
    policy: [['user_impersonation']],
  },
};

/** The API whose permissions a surface needs. */
export const RESOURCE_OF = {
  group: 'graph',
  directory: 'graph',
  azure: 'arm',
} as const satisfies Record<Surface, Resource>;

/** The first permission of each need that nothing granted serves. */
export function missingPermissions(
  surface: Surface,
  need: Need,
  granted: readonly string[],
): string[] {
  const has = new Set(granted.map((scope) => scope.toLowerCase()));
  return PERMISSIONS[surface][need].flatMap((alternatives) => {
    const [first] = alternatives;
    const served = alternatives.some((scope) => has.has(scope.toLowerCase()));
    return served || first === undefined ? [] : [first];
  });
}

/** Everything the product asks for at sign-in to one API: the first choice of every need, once. */
export function allPermissions(resource: Resource): string[] {
  const firsts = SURFACES.filter((surface) => RESOURCE_OF[surface] === resource)
    .flatMap((surface) => Object.values(PERMISSIONS[surface]))
    .flat()
    .flatMap((alternatives) => alternatives.slice(0, 1));
  return [...new Set(firsts)].toSorted();
}
