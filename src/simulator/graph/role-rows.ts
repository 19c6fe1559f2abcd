import type { DirectoryTarget } from '../../domain/target.ts';
import type { Eligibility } from '../held-rows.ts';
import { type Assignment, eligibilitiesOf } from '../holdings.ts';
import type { RequestLife } from '../request-life.ts';
import type { GraphCall } from './call.ts';
import { kindCasing, plainCasing } from './casing.ts';
import type { Entity, Links } from './collection.ts';
import { instantOrNull, type JsonObject } from './json.ts';
import { expandedPrincipal, expandedRole, expandedScope } from './objects.ts';
import type { RowShapes } from './row-shapes.ts';
import { NEVER_MODIFIED, requestJson, spanInfo } from './schedule-json.ts';

/** Rows of Entra roles. Shapes: Microsoft Graph v1.0 `unifiedRole…`. */

function links(call: GraphCall, target: DirectoryTarget, principalId: string): Links {
  return {
    roleDefinition: () => expandedRole(call, target.roleDefinitionId),
    principal: () => expandedPrincipal(call, principalId),
    directoryScope: () => expandedScope(call, target.directoryScopeId),
    appScope: () => null,
  };
}

function shownPrincipal(call: GraphCall, row: Eligibility): string {
  const isOwn = call.behaviour.memberTypeGroupPrincipal === 'self';
  return row.isThroughGroup && isOwn ? call.caller.objectId : row.principalId;
}

function where({ roleDefinitionId, directoryScopeId, appScopeId }: DirectoryTarget): JsonObject {
  return { roleDefinitionId, directoryScopeId, appScopeId };
}

function memberType(call: GraphCall, row: Eligibility): string {
  return kindCasing(call.behaviour, 'directory')(row.isThroughGroup ? 'Group' : 'Direct');
}

function instanceId({ id }: Eligibility): string {
  return `${id.replaceAll('-', '')}-1`;
}

function eligibilityInstance(call: GraphCall, row: Eligibility): Entity[] {
  const { target } = row;
  if (target.kind !== 'directory') return [];
  const json = {
    id: `${instanceId(row)}-e`,
    principalId: shownPrincipal(call, row),
    ...where(target),
    startDateTime: row.startsAt.toISOString(),
    endDateTime: instantOrNull(row.endsAt),
    memberType: memberType(call, row),
    roleEligibilityScheduleId: row.id,
  };
  return [{ json, links: links(call, target, shownPrincipal(call, row)) }];
}

function schedule(call: GraphCall, row: Eligibility): Entity[] {
  const { target } = row;
  if (target.kind !== 'directory') return [];
  const json = {
    id: row.id,
    principalId: shownPrincipal(call, row),
    ...where(target),
    createdUsing: row.id,
    createdDateTime: row.startsAt.toISOString(),
    modifiedDateTime: NEVER_MODIFIED,
    status: 'Provisioned',
    memberType: memberType(call, row),
    scheduleInfo: spanInfo(row, plainCasing(call.behaviour)),
  };
  return [{ json, links: links(call, target, shownPrincipal(call, row)) }];
}

function used(call: GraphCall, id: string | null): JsonObject | null {
  const row = eligibilitiesOf(call.state, call.caller.objectId).find((one) => one.id === id);
  return row ? (eligibilityInstance(call, row)[0]?.json ?? null) : null;
}

function assignmentType(call: GraphCall, row: Assignment): string {
  return kindCasing(call.behaviour, 'directory')(row.assignmentType);
}

/** What was assigned for good has no times at all, as seen. */
function times(row: Assignment): JsonObject {
  const isForGood = row.assignmentType === 'Assigned' && row.endsAt === null;
  return {
    startDateTime: isForGood ? null : row.startsAt.toISOString(),
    endDateTime: instantOrNull(row.endsAt),
  };
}

function assignmentInstance(call: GraphCall, row: Assignment): Entity[] {
  const { target } = row;
  if (target.kind !== 'directory') return [];
  const id = instanceId(row);
  const json = {
    id,
    principalId: shownPrincipal(call, row),
    ...where(target),
    ...times(row),
    assignmentType: assignmentType(call, row),
    memberType: memberType(call, row),
    roleAssignmentOriginId: id,
    roleAssignmentScheduleId: row.assignmentType === 'Activated' ? row.id : id,
  };
  return [
    {
      json,
      links: {
        ...links(call, target, shownPrincipal(call, row)),
        activatedUsing: () => used(call, row.eligibilityId),
      },
    },
  ];
}

function assignmentSchedule(call: GraphCall, row: Assignment): Entity[] {
  return schedule(call, row).map((entity) => ({
    json: { ...entity.json, status: row.status, assignmentType: assignmentType(call, row) },
    links: { ...entity.links, activatedUsing: () => used(call, row.eligibilityId) },
  }));
}

function request(call: GraphCall, life: RequestLife): Entity[] {
  const { target, id, by } = life.request;
  if (target.kind !== 'directory') return [];
  const json = {
    ...requestJson(life, plainCasing(call.behaviour)),
    ...where(target),
    targetScheduleId: life.status === 'PendingApproval' ? null : id,
  };
  return [{ json, links: links(call, target, by) }];
}

export const ROLE_ROWS: RowShapes = {
  eligibilityInstance,
  eligibilitySchedule: schedule,
  assignmentInstance,
  assignmentSchedule,
  request,
};
