import { isSameText } from '../identifiers.ts';
import type { AzureScope, Scenario } from '../scenario.ts';

/** Which Azure resource lies in which: management group, subscription, resource group, resource. */

interface Index {
  readonly byId: ReadonlyMap<string, AzureScope>;
  readonly byParent: ReadonlyMap<string, readonly AzureScope[]>;
}

/** A scenario does not change, and may have thousands of scopes. */
const indexes = new WeakMap<Scenario, Index>();

function byParent(scopes: readonly AzureScope[]): Map<string, AzureScope[]> {
  const index = new Map<string, AzureScope[]>();
  for (const scope of scopes) {
    const key = (scope.parentId ?? '').toLowerCase();
    const known = index.get(key);
    if (known) known.push(scope);
    else index.set(key, [scope]);
  }
  return index;
}

function indexOf(scenario: Scenario): Index {
  const known = indexes.get(scenario);
  if (known) return known;
  const { scopes } = scenario.azure;
  const byId = new Map(scopes.map((scope) => [scope.id.toLowerCase(), scope]));
  const index = { byId, byParent: byParent(scopes) };
  indexes.set(scenario, index);
  return index;
}

export function scopeById(scenario: Scenario, id: string | null): AzureScope | undefined {
  return id === null ? undefined : indexOf(scenario).byId.get(id.toLowerCase());
}

/** Itself first, then what it lies in. Empty for what does not exist. */
export function upwards(scenario: Scenario, id: string | null): AzureScope[] {
  const scope = scopeById(scenario, id);
  return scope ? [scope, ...upwards(scenario, scope.parentId)] : [];
}

/** `''` is the root, in which everything lies. */
export function isWithin(scenario: Scenario, id: string, ancestor: string): boolean {
  return ancestor === '' || upwards(scenario, id).some((scope) => isSameText(scope.id, ancestor));
}

/** What lies directly in it. */
export function childrenOf(scenario: Scenario, id: string): readonly AzureScope[] {
  return indexOf(scenario).byParent.get(id.toLowerCase()) ?? [];
}
