import { allPermissions, readingPermissions } from './permissions.ts';
import type { Resource } from './ports.ts';

/** What an app registration is for. Whoever approves needs the permissions of whoever activates. */
export const PURPOSES = ['read', 'activate', 'approve'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The API as an app registration names it, the same in every cloud. */
export const API_IDS = {
  graph: '00000003-0000-0000-c000-000000000000',
  arm: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
} as const satisfies Record<Resource, string>;

/**
 * Ids of the delegated permissions that a registration may hold. Source: Microsoft Graph permissions
 * reference; Azure Service Management's own app.
 */
const PERMISSION_IDS = {
  'PrivilegedEligibilitySchedule.Read.AzureADGroup': '8f44f93d-ecef-46ae-a9bf-338508d44d6b',
  'PrivilegedAssignmentSchedule.Read.AzureADGroup': '02a32cc4-7ab5-4b58-879a-0586e0f7c495',
  'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup': '06dbc45d-6708-4ef0-a797-f797ee68bf4b',
  'RoleManagementPolicy.Read.AzureADGroup': '7e26fdff-9cb1-4e56-bede-211fe0e420e8',
  'RoleEligibilitySchedule.Read.Directory': 'eb0788c2-6d4e-4658-8c9e-c0fb8053f03d',
  'RoleAssignmentSchedule.Read.Directory': '344a729c-0285-42c6-9014-f12b9b8d6129',
  'RoleAssignmentSchedule.ReadWrite.Directory': '8c026be3-8e26-4774-9372-8d5d6f21daff',
  'RoleManagementPolicy.Read.Directory': '3de2cdbe-0ff5-47d5-bdee-7f45b4749ead',
  user_impersonation: '41094075-9dad-400e-a0bd-54e686782033',
} as const satisfies Record<string, string>;

export interface AppPermission {
  readonly name: string;
  readonly id: string;
  readonly api: Resource;
}

const NAMES = {
  read: readingPermissions,
  activate: allPermissions,
  approve: allPermissions,
} as const satisfies Record<Purpose, (api: Resource) => string[]>;

/**
 * Exactly what an app registration needs. What a wider permission covers is left out.
 * @throws TypeError for a permission whose id is not in the table
 */
export function appPermissions(
  purpose: Purpose,
  apis: readonly Resource[],
): readonly AppPermission[] {
  const ids: Readonly<Record<string, string>> = PERMISSION_IDS;
  return apis.flatMap((api) =>
    NAMES[purpose](api).map((name) => {
      const id = ids[name];
      if (id === undefined) throw new TypeError(`no id is known for ${name}`);
      return { name, id, api };
    }),
  );
}
