import { isWithin } from './azure/scopes.ts';
import { isSameText } from './identifiers.ts';
import type { Scenario, ScenarioHeld } from './scenario.ts';
import type { SimTarget } from './sim-target.ts';

/** What a row of the scenario is about. */
export function targetOf(row: ScenarioHeld): SimTarget {
  if ('groupId' in row) return { kind: 'group', groupId: row.groupId, accessId: row.accessId };
  const { roleDefinitionId } = row;
  return 'scope' in row
    ? { kind: 'azure', scope: row.scope, roleDefinitionId }
    : {
        kind: 'directory',
        roleDefinitionId,
        directoryScopeId: row.directoryScopeId,
        appScopeId: null,
      };
}

/** The group, or the role definition: what policies hang on. */
export function subjectOf(target: SimTarget): string {
  return target.kind === 'group' ? target.groupId : target.roleDefinitionId;
}

export function isSameTarget(a: SimTarget, b: SimTarget): boolean {
  if (!isSameText(subjectOf(a), subjectOf(b))) return false;
  if (a.kind === 'group') return b.kind === 'group' && a.accessId === b.accessId;
  if (a.kind === 'azure') return b.kind === 'azure' && isSameText(a.scope, b.scope);
  return (
    b.kind === 'directory' &&
    isSameText(a.directoryScopeId, b.directoryScopeId) &&
    isSameText(a.appScopeId, b.appScopeId)
  );
}

/** Whether being eligible for one makes eligible for the other: Azure also lets go narrower. */
export function covers(scenario: Scenario, eligible: SimTarget, wanted: SimTarget): boolean {
  if (eligible.kind !== 'azure' || wanted.kind !== 'azure') return isSameTarget(eligible, wanted);
  return (
    isSameText(eligible.roleDefinitionId, wanted.roleDefinitionId) &&
    isWithin(scenario, wanted.scope, eligible.scope)
  );
}
