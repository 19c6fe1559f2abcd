import { find } from '../find.ts';
import type { ScenarioGroup, ScenarioRole, ScenarioUser } from '../scenario.ts';
import type { GraphCall } from './call.ts';
import type { JsonObject } from './json.ts';

/** Directory objects as Graph shows them, in lists and behind `$expand`. */

type Named = { readonly id: string; readonly displayName: string };

export function userJson({ id, displayName, userPrincipalName }: ScenarioUser): JsonObject {
  return { id, displayName, userPrincipalName, mail: userPrincipalName };
}

export function groupJson({ id, displayName, isAssignableToRole }: ScenarioGroup): JsonObject {
  return { id, displayName, isAssignableToRole, securityEnabled: true, mailEnabled: false };
}

export function namedJson({ id, displayName }: Named): JsonObject {
  return { id, displayName };
}

/** Every role here is built in: its id is its template's. */
export function roleJson(role: ScenarioRole): JsonObject {
  const { id, displayName, description, allowedResourceActions } = role;
  return {
    id,
    displayName,
    description,
    isBuiltIn: true,
    isEnabled: true,
    templateId: id,
    version: '1',
    resourceScopes: ['/'],
    rolePermissions: [{ allowedResourceActions, condition: null }],
  };
}

/** `$expand=group`: the name may be missing although the group has one. */
export function expandedGroup({ tenant, behaviour }: GraphCall, id: string): JsonObject | null {
  const group = find(tenant.scenario.groups, id);
  if (!group) return null;
  const isNamed = behaviour.groupNamesExpanded && group.isNameExpanded;
  return { ...groupJson(group), displayName: isNamed ? group.displayName : null };
}

/** `$expand=principal`: a user or a group, which its type says. */
export function expandedPrincipal({ tenant }: GraphCall, id: string): JsonObject | null {
  const user = find(tenant.scenario.users, id);
  if (user) return { '@odata.type': '#microsoft.graph.user', ...userJson(user) };
  const group = find(tenant.scenario.groups, id);
  return group ? { '@odata.type': '#microsoft.graph.group', ...groupJson(group) } : null;
}

/** `$expand=roleDefinition`: with what the role allows, or by name alone. */
export function expandedRole({ tenant, behaviour }: GraphCall, id: string): JsonObject | null {
  const role = find(tenant.scenario.roleDefinitions, id);
  if (!role) return null;
  return behaviour.expandedDefinitions === 'full' ? roleJson(role) : namedJson(role);
}

const UNIT = '/administrativeUnits/';

/** `$expand=directoryScope`: an administrative unit; the tenant itself is no object. */
export function expandedScope(call: GraphCall, scopeId: string | null): JsonObject | null {
  if (!call.behaviour.expandDirectoryScope || !scopeId?.startsWith(UNIT)) return null;
  const unit = find(call.tenant.scenario.administrativeUnits, scopeId.slice(UNIT.length));
  return unit ? { '@odata.type': '#microsoft.graph.administrativeUnit', ...namedJson(unit) } : null;
}
