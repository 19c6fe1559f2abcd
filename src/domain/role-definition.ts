/** One block of what a role allows. Entra roles have `actions` only. Wildcards (`*`) may be anywhere. */
export interface RolePermission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/** What a role allows: the sum of its blocks; what one block excludes another may allow. */
export interface RoleDefinition {
  readonly permissions: readonly RolePermission[];
}
