import type { GroupTarget } from '../../domain/target.ts';
import type { Eligibility } from '../held-rows.ts';
import type { Assignment } from '../holdings.ts';
import { eligibilitiesOf } from '../holdings.ts';
import type { RequestLife } from '../request-life.ts';
import type { GraphCall } from './call.ts';
import { kindCasing, plainCasing } from './casing.ts';
import type { Entity, Links } from './collection.ts';
import { instantOrNull, type JsonObject } from './json.ts';
import { expandedGroup, expandedPrincipal } from './objects.ts';
import { NEVER_MODIFIED, requestJson, spanInfo } from './schedule-json.ts';
import type { RowShapes } from './row-shapes.ts';

/** Rows of PIM for Groups. Shapes: Microsoft Graph v1.0 `privilegedAccessGroup…`. */

function scheduleId({ groupId, accessId }: GroupTarget, id: string): string {
  return `${groupId}_${accessId}_${id}`;
}

function links(call: GraphCall, target: GroupTarget, principalId: string): Links {
  return {
    group: () => expandedGroup(call, target.groupId),
    principal: () => expandedPrincipal(call, principalId),
  };
}

function shownPrincipal(call: GraphCall, row: Eligibility): string {
  const isOwn = call.behaviour.memberTypeGroupPrincipal === 'self';
  return row.isThroughGroup && isOwn ? call.caller.objectId : row.principalId;
}

/** Who has what: the same on every row. */
function common(call: GraphCall, row: Eligibility, target: GroupTarget): JsonObject {
  const kind = kindCasing(call.behaviour, 'group');
  return {
    principalId: shownPrincipal(call, row),
    accessId: plainCasing(call.behaviour)(target.accessId),
    groupId: target.groupId,
    memberType: kind(row.isThroughGroup ? 'group' : 'direct'),
  };
}

function eligibilityInstance(call: GraphCall, row: Eligibility): Entity[] {
  const { target } = row;
  if (target.kind !== 'group') return [];
  const id = scheduleId(target, row.id);
  const json = {
    id,
    startDateTime: row.startsAt.toISOString(),
    endDateTime: instantOrNull(row.endsAt),
    ...common(call, row, target),
    eligibilityScheduleId: id,
  };
  return [{ json, links: links(call, target, shownPrincipal(call, row)) }];
}

function schedule(call: GraphCall, row: Eligibility): Entity[] {
  const { target } = row;
  if (target.kind !== 'group') return [];
  const json = {
    id: scheduleId(target, row.id),
    createdDateTime: row.startsAt.toISOString(),
    modifiedDateTime: NEVER_MODIFIED,
    createdUsing: row.id,
    status: 'Provisioned',
    scheduleInfo: spanInfo(row, plainCasing(call.behaviour)),
    ...common(call, row, target),
  };
  return [{ json, links: links(call, target, shownPrincipal(call, row)) }];
}

function used(call: GraphCall, id: string | null): JsonObject | null {
  const row = eligibilitiesOf(call.state, call.caller.objectId).find((one) => one.id === id);
  return row ? (eligibilityInstance(call, row)[0]?.json ?? null) : null;
}

function assignmentType(call: GraphCall, row: Assignment): string {
  return kindCasing(call.behaviour, 'group')(row.assignmentType);
}

function assignmentInstance(call: GraphCall, row: Assignment): Entity[] {
  const { target } = row;
  if (target.kind !== 'group') return [];
  const json = {
    id: `${row.id.replaceAll('-', '')}-1`,
    startDateTime: row.startsAt.toISOString(),
    endDateTime: instantOrNull(row.endsAt),
    ...common(call, row, target),
    assignmentType: assignmentType(call, row),
    assignmentScheduleId: scheduleId(target, row.id),
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
  if (target.kind !== 'group') return [];
  const casing = plainCasing(call.behaviour);
  const json = {
    ...requestJson(life, casing),
    accessId: casing(target.accessId),
    groupId: target.groupId,
    targetScheduleId: scheduleId(target, id),
  };
  return [{ json, links: links(call, target, by) }];
}

export const GROUP_ROWS: RowShapes = {
  eligibilityInstance,
  eligibilitySchedule: schedule,
  assignmentInstance,
  assignmentSchedule,
  request,
};
