import { type Assignment, assignmentsOf } from './holdings.ts';
import { isSameText } from './identifiers.ts';
import type { TenantState } from './tenant.ts';

/** What somebody's activations and assignments come to: what a new token says of them. */
export interface Effect {
  /** Groups of which the person is a member now. */
  readonly groupIds: readonly string[];
  /** Roles that are on for the whole tenant, also those that come through a group. */
  readonly roleTemplateIds: readonly string[];
}

function membership({ target }: Assignment): string[] {
  return target.kind === 'group' && target.accessId === 'member' ? [target.groupId] : [];
}

function tenantRole({ target }: Assignment): string[] {
  return target.kind === 'directory' && target.directoryScopeId === '/'
    ? [target.roleDefinitionId]
    : [];
}

/** @param lagSeconds how long after it was provisioned something takes effect. */
export function effectOf(state: TenantState, userId: string, lagSeconds: number): Effect {
  const due = state.now.getTime() - lagSeconds * 1000;
  const rows = assignmentsOf(state, userId).filter(
    ({ provisionedAt }) => provisionedAt.getTime() <= due,
  );
  const groupIds = rows.flatMap(membership);
  // A role that a group has needs the membership to have taken effect as well.
  const own = rows.filter(
    ({ isThroughGroup, principalId }) =>
      !isThroughGroup || groupIds.some((id) => isSameText(id, principalId)),
  );
  return {
    groupIds: [...new Set(groupIds)],
    roleTemplateIds: [...new Set(own.flatMap(tenantRole))],
  };
}
