import { assignmentsOf } from '../holdings.ts';
import { isSameText } from '../identifiers.ts';
import type { AzureRole } from '../scenario.ts';
import type { TenantState } from '../tenant.ts';
import { isWithin } from './scopes.ts';

/** The roles that somebody has at a scope by now, there or above, each once. */
export function rolesAt(state: TenantState, userId: string, scope: string): AzureRole[] {
  const { scenario, now } = state;
  const ids = assignmentsOf(state, userId)
    .filter(({ listedFrom }) => listedFrom <= now)
    .flatMap(({ target }) =>
      target.kind === 'azure' && isWithin(scenario, scope, target.scope)
        ? target.roleDefinitionId
        : [],
    );
  return scenario.azure.roleDefinitions.filter(({ id }) => ids.some((one) => isSameText(one, id)));
}

export function hasAnyRole(state: TenantState, userId: string): boolean {
  return assignmentsOf(state, userId).some(
    ({ target, listedFrom }) => target.kind === 'azure' && listedFrom <= state.now,
  );
}

function isNamed(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/gu, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'iu').test(action);
  });
}

/** Whether one of their roles allows an action of `Microsoft.Authorization` at a scope. */
export function mayDo(state: TenantState, userId: string, scope: string, action: string): boolean {
  const full = `Microsoft.Authorization/${action}`;
  return rolesAt(state, userId, scope).some(
    ({ actions, notActions }) => isNamed(actions, full) && !isNamed(notActions, full),
  );
}
