import { find } from '../find.ts';
import type { JsonObject } from '../graph/json.ts';
import { derivedId } from '../identifiers.ts';
import type { Scenario } from '../scenario.ts';
import type { AzureTarget } from '../sim-target.ts';
import { scopeById } from './scopes.ts';

/** Paths and names in ARM's rows. */

const PROVIDER = '/providers/Microsoft.Authorization';

/** `Microsoft.Authorization/Things` named `name`, at a scope. */
export function resourceId(scope: string, kind: string, name: string): string {
  return `${scope}${PROVIDER}/${kind}/${name}`;
}

/** `id`, `name` and `type`: what every ARM resource has. */
export function identity(scope: string, kind: string, name: string): JsonObject {
  return { name, id: resourceId(scope, kind, name), type: `Microsoft.Authorization/${kind}` };
}

/** Named at the subscription; for management groups at the root. */
export function roleDefinitionPath({ scope, roleDefinitionId }: AzureTarget): string {
  const [subscription = ''] = /^\/subscriptions\/[^/]+/iu.exec(scope) ?? [];
  return resourceId(subscription, 'roleDefinitions', roleDefinitionId);
}

export function principalType(scenario: Scenario, id: string): 'User' | 'Group' {
  return find(scenario.groups, id) ? 'Group' : 'User';
}

function principalName(scenario: Scenario, id: string): string | null {
  const one = find(scenario.users, id) ?? find(scenario.groups, id);
  return one?.displayName ?? null;
}

export function scopeNames(scenario: Scenario, id: string): JsonObject {
  const scope = scopeById(scenario, id);
  return { id, displayName: scope?.displayName ?? null, type: scope?.type ?? null };
}

export function roleNames(scenario: Scenario, target: AzureTarget): JsonObject {
  const role = find(scenario.azure.roleDefinitions, target.roleDefinitionId);
  const displayName = role?.displayName ?? null;
  return { id: roleDefinitionPath(target), displayName, type: 'BuiltInRole' };
}

export function expandedProperties(
  scenario: Scenario,
  target: AzureTarget,
  principalId: string,
): JsonObject {
  return {
    scope: scopeNames(scenario, target.scope),
    roleDefinition: roleNames(scenario, target),
    principal: {
      id: principalId,
      displayName: principalName(scenario, principalId),
      type: principalType(scenario, principalId),
    },
  };
}

/** The schedule that a request or an assignment of an administrator made. */
export function scheduleName(id: string): string {
  return derivedId(id, 'schedule');
}

export function instanceName(id: string): string {
  return derivedId(id, 'instance');
}

/** Its own id, not the request's. */
export function approvalName(requestId: string): string {
  return derivedId(requestId, 'approval');
}
