import type { Resource } from './ports.ts';
import { SURFACES, type Surface } from './target.ts';

/**
 * What a permission is for. `list`: eligible and active rows. `requests`: the caller's own, and those
 * to decide. `policy`: role settings. `activate`: every write.
 */
export type Need = 'list' | 'policy' | 'requests' | 'activate';

/** What somebody needs who only looks, and is asked to consent to first. */
const READING = ['list', 'policy'] as const satisfies readonly Need[];
const EVERYTHING = [...READING, 'requests', 'activate'] as const satisfies readonly Need[];

/**
 * Delegated permissions that serve each need, the one we ask for first. The others serve as well when
 * an administrator consented to them: nobody is asked twice.
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
        'PrivilegedAssignmentSchedule.Read.AzureADGroup',
        'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
        'PrivilegedAccess.Read.AzureADGroup',
        'PrivilegedAccess.ReadWrite.AzureADGroup',
      ],
    ],
    policy: [
      ['RoleManagementPolicy.Read.AzureADGroup', 'RoleManagementPolicy.ReadWrite.AzureADGroup'],
    ],
    requests: [
      [
        'PrivilegedAssignmentSchedule.Read.AzureADGroup',
        'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
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
        'RoleAssignmentSchedule.Read.Directory',
        'RoleAssignmentSchedule.ReadWrite.Directory',
        'RoleManagement.Read.Directory',
        'RoleManagement.ReadWrite.Directory',
        'RoleManagement.Read.All',
      ],
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
    // Here Microsoft lets nobody read requests who may not write them.
    requests: [
      ['RoleAssignmentSchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
    ],
    activate: [
      ['RoleAssignmentSchedule.ReadWrite.Directory', 'RoleManagement.ReadWrite.Directory'],
    ],
  },
  azure: {
    list: [['user_impersonation']],
    policy: [['user_impersonation']],
    requests: [['user_impersonation']],
    activate: [['user_impersonation']],
  },
};

export const RESOURCES = ['graph', 'arm'] as const satisfies readonly Resource[];

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

/** The first choice of each of those needs, once. */
function firstChoices(resource: Resource, needs: readonly Need[]): string[] {
  const firsts = SURFACES.filter((surface) => RESOURCE_OF[surface] === resource)
    .flatMap((surface) => needs.flatMap((need) => PERMISSIONS[surface][need]))
    .flatMap((alternatives) => alternatives.slice(0, 1));
  return [...new Set(firsts)].toSorted();
}

/** What whoever only looks needs of one API: asked for at the first sign-in. */
export function readingPermissions(resource: Resource): string[] {
  return firstChoices(resource, READING);
}

function isCovered(name: string, names: readonly string[]): boolean {
  const wider = name.replace('.Read.', '.ReadWrite.');
  return wider !== name && names.includes(wider);
}

/** What everything that the product does needs of one API, without what a wider one of them covers. */
export function allPermissions(resource: Resource): string[] {
  const names = firstChoices(resource, EVERYTHING);
  return names.filter((name) => !isCovered(name, names));
}

/** Whether something can be listed: then the sign-in is of use, whatever else was not consented to. */
export function canListAny(resource: Resource, granted: readonly string[]): boolean {
  return SURFACES.some(
    (surface) =>
      RESOURCE_OF[surface] === resource &&
      missingPermissions(surface, 'list', granted).length === 0,
  );
}
