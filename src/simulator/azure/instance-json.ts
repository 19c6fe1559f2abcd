import { find } from '../find.ts';
import { instantOrNull, type JsonObject } from '../graph/json.ts';
import type { Eligibility } from '../held-rows.ts';
import type { Assignment } from '../holdings.ts';
import type { Scenario } from '../scenario.ts';
import type { AzureTarget } from '../sim-target.ts';
import {
  expandedProperties,
  identity,
  instanceName,
  principalType,
  resourceId,
  roleDefinitionPath,
  scheduleName,
} from './names.ts';

/** Rows of what one may have and has. Shapes: `Microsoft.Authorization` 2020-10-01. */

export type AzureRow<Row extends Eligibility> = Row & { readonly target: AzureTarget };

export function isAzureRow<Row extends Eligibility>(row: Row): row is AzureRow<Row> {
  return row.target.kind === 'azure';
}

export interface Shown {
  readonly scenario: Scenario;
  /** The list is of a scope that lies in the row's. */
  readonly isInherited: boolean;
}

function memberType({ scenario, isInherited }: Shown, { principalId }: Eligibility): string {
  if (isInherited) return 'Inherited';
  return principalType(scenario, principalId) === 'Group' ? 'Group' : 'Direct';
}

/** Who has which role where, and since when: the same on every row. */
function common(shown: Shown, row: AzureRow<Eligibility>): JsonObject {
  const { target, principalId, startsAt, endsAt } = row;
  return {
    scope: target.scope,
    roleDefinitionId: roleDefinitionPath(target),
    principalId,
    principalType: principalType(shown.scenario, principalId),
    memberType: memberType(shown, row),
    startDateTime: startsAt.toISOString(),
    endDateTime: instantOrNull(endsAt),
    createdOn: startsAt.toISOString(),
    condition: null,
    conditionVersion: null,
    expandedProperties: expandedProperties(shown.scenario, target, principalId),
  };
}

export function eligibilityJson(shown: Shown, row: AzureRow<Eligibility>): JsonObject {
  const { scope } = row.target;
  const schedule = resourceId(scope, 'RoleEligibilitySchedules', row.id);
  return {
    properties: {
      ...common(shown, row),
      status: 'Provisioned',
      roleEligibilityScheduleId: schedule,
    },
    ...identity(scope, 'RoleEligibilityScheduleInstances', instanceName(row.id)),
  };
}

/** The eligibility that an activation came from, which may lie above it. */
function linked({ azure }: Scenario, { eligibilityId }: Assignment): JsonObject {
  const source = find(azure.eligibilities, eligibilityId);
  const at = (kind: string, name: string): string | null =>
    source ? resourceId(source.scope, kind, name) : null;
  return {
    linkedRoleEligibilityScheduleId: at('RoleEligibilitySchedules', source?.id ?? ''),
    linkedRoleEligibilityScheduleInstanceId: at(
      'RoleEligibilityScheduleInstances',
      instanceName(source?.id ?? ''),
    ),
  };
}

export function assignmentJson(shown: Shown, row: AzureRow<Assignment>): JsonObject {
  const { scope } = row.target;
  const name = instanceName(row.id);
  return {
    properties: {
      ...common(shown, row),
      status: row.status,
      assignmentType: row.assignmentType,
      originRoleAssignmentId: resourceId(scope, 'roleAssignments', name),
      roleAssignmentScheduleId: resourceId(scope, 'RoleAssignmentSchedules', scheduleName(row.id)),
      ...linked(shown.scenario, row),
    },
    ...identity(scope, 'RoleAssignmentScheduleInstances', name),
  };
}
