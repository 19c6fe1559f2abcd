import { isSameText } from '../identifiers.ts';
import type { AzureScope, Scenario } from '../scenario.ts';

/** Which Azure resource lies in which: management group, subscription, resource group, resource. */

type ById = ReadonlyMap<string, AzureScope>;

/** A scenario does not change, and may have thousands of scopes. */
const indexes = new WeakMap<Scenario, ById>();

function indexOf(scenario: Scenario): ById {
  const known = indexes.get(scenario);
  if (known) return known;
  const index = new Map(scenario.azure.scopes.map((scope) => [scope.id.toLowerCase(), scope]));
  indexes.set(scenario, index);
  return index;
}

export function scopeById(scenario: Scenario, id: string | null): AzureScope | undefined {
  return id === null ? undefined : indexOf(scenario).get(id.toLowerCase());
}

/** Itself first, then what it lies in. Empty for what does not exist. */
function upwards(scenario: Scenario, id: string | null): AzureScope[] {
  const scope = scopeById(scenario, id);
  return scope ? [scope, ...upwards(scenario, scope.parentId)] : [];
}

/** `''` is the root, in which everything lies. */
export function isWithin(scenario: Scenario, id: string, ancestor: string): boolean {
  return ancestor === '' || upwards(scenario, id).some((scope) => isSameText(scope.id, ancestor));
}

/** What lies directly in it. */
export function childrenOf(scenario: Scenario, id: string): AzureScope[] {
  return scenario.azure.scopes.filter((scope) => isSameText(scope.parentId, id));
}
