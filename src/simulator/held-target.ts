import type { Target } from '../domain/target.ts';
import { isSameText } from './identifiers.ts';
import type { ScenarioHeld } from './scenario.ts';

/** What a row of the scenario is about. */
export function targetOf(row: ScenarioHeld): Target {
  return 'groupId' in row
    ? { kind: 'group', groupId: row.groupId, accessId: row.accessId }
    : {
        kind: 'directory',
        roleDefinitionId: row.roleDefinitionId,
        directoryScopeId: row.directoryScopeId,
        appScopeId: null,
      };
}

/** The group, or the role definition: what policies hang on. */
export function subjectOf(target: Target): string {
  return target.kind === 'group' ? target.groupId : target.roleDefinitionId;
}

export function isSameTarget(a: Target, b: Target): boolean {
  if (!isSameText(subjectOf(a), subjectOf(b))) return false;
  if (a.kind === 'group') return b.kind === 'group' && a.accessId === b.accessId;
  return (
    b.kind === 'directory' &&
    isSameText(a.directoryScopeId, b.directoryScopeId) &&
    isSameText(a.appScopeId, b.appScopeId)
  );
}
