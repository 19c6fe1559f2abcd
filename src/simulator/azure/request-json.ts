import type { JsonObject } from '../graph/json.ts';
import type { RequestLife } from '../request-life.ts';
import type { Scenario } from '../scenario.ts';
import type { AzureTarget } from '../sim-target.ts';
import type { AzureBehaviour } from './azure-behaviour.ts';
import {
  approvalName,
  expandedProperties,
  identity,
  principalType,
  resourceId,
  roleDefinitionPath,
  scheduleName,
} from './names.ts';

/** A request of Azure. Shape: `RoleAssignmentScheduleRequest` 2020-10-01. */
export type AzureLife = RequestLife & {
  readonly request: { readonly target: AzureTarget };
};

export function isAzureLife(life: RequestLife): life is AzureLife {
  return life.request.target.kind === 'azure';
}

const REQUEST_TYPES = { selfActivate: 'SelfActivate', selfDeactivate: 'SelfDeactivate' } as const;
const EXPIRATION_TYPES = {
  noExpiration: 'NoExpiration',
  afterDateTime: 'AfterDateTime',
  afterDuration: 'AfterDuration',
} as const;

function scheduleJson({ request, startsAt }: AzureLife): JsonObject | null {
  const { schedule } = request;
  if (!schedule) return null;
  const { type, endDateTime, duration } = schedule.expiration;
  return {
    startDateTime: startsAt?.toISOString() ?? schedule.start,
    expiration: { type: EXPIRATION_TYPES[type], endDateTime, duration },
  };
}

function approvalIdOf({ approval, request }: AzureLife, azure: AzureBehaviour): string | null {
  if (!approval) return null;
  const name = approvalName(request.id);
  return azure.approvalId === 'path' ? resourceId('', 'roleAssignmentApprovals', name) : name;
}

export function requestJson(
  scenario: Scenario,
  life: AzureLife,
  azure: AzureBehaviour,
): JsonObject {
  const { request, status, period } = life;
  const { target, by, ticket } = request;
  return {
    properties: {
      targetRoleAssignmentScheduleId: period ? scheduleName(request.id) : null,
      targetRoleAssignmentScheduleInstanceId: null,
      scope: target.scope,
      roleDefinitionId: roleDefinitionPath(target),
      principalId: by,
      principalType: principalType(scenario, by),
      requestType: REQUEST_TYPES[request.action],
      status,
      approvalId: approvalIdOf(life, azure),
      scheduleInfo: scheduleJson(life),
      ticketInfo: { ticketNumber: ticket.number, ticketSystem: ticket.system },
      justification: request.justification,
      requestorId: by,
      createdOn: request.at,
      condition: null,
      conditionVersion: null,
      expandedProperties: expandedProperties(scenario, target, by),
    },
    ...identity(target.scope, 'RoleAssignmentScheduleRequests', request.id),
  };
}
