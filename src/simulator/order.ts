import * as z from 'zod';
import { type Duration, parseIsoDuration } from '../domain/duration.ts';
import type { Behaviour } from './behaviour.ts';
import { isSameText } from './identifiers.ts';
import { parseJson } from './parse-json.ts';
import { badRequest, type Problem } from './problem.ts';
import { endOfSchedule, type Schedule } from './schedule.ts';
import type { SimTarget } from './sim-target.ts';

const text = z.string().nullish();

/** The body of a POST, as far as the service looks at it. */
const bodySchema = z.looseObject({
  action: z.string(),
  principalId: text,
  accessId: text,
  groupId: text,
  roleDefinitionId: text,
  directoryScopeId: text,
  appScopeId: text,
  /** Azure: in the address, not in the body. */
  scope: text,
  justification: text,
  isValidationOnly: z.boolean().nullish(),
  scheduleInfo: z
    .looseObject({
      startDateTime: text,
      expiration: z.looseObject({ type: text, duration: text, endDateTime: text }).nullish(),
    })
    .nullish(),
  ticketInfo: z.looseObject({ ticketNumber: text, ticketSystem: text }).nullish(),
});

export type OrderBody = z.infer<typeof bodySchema>;

/** How far a start may lie in the past: clocks differ. */
const PAST_TOLERANCE_MS = 5 * 60 * 1000;
/** No time is later: four digits of a year are all that the wire has. */
const LATEST = Date.UTC(9999, 0);
const WITH_OFFSET = /(?:Z|[+-]\d{2}:\d{2})$/u;

function malformed(why: string): Problem {
  return badRequest(
    'InvalidRoleAssignmentRequest',
    `The role assignment request is invalid. ${why}`,
  );
}

function badSchedule(why: string): Problem {
  return badRequest('InvalidRoleAssignmentRequestSchedule', `The schedule is invalid. ${why}`);
}

/** @throws Problem 400 when the body is no JSON or has fields of the wrong kind. */
export function readBody(json: string): OrderBody {
  const body = bodySchema.safeParse(parseJson(json));
  if (body.success) return body.data;
  throw badRequest('BadRequest', 'Unable to read JSON request payload. Please ensure it is valid.');
}

function groupTarget({ groupId, accessId }: OrderBody): SimTarget {
  const access = (['member', 'owner'] as const).find((known) => isSameText(known, accessId));
  if (!groupId || !access) throw malformed('groupId and accessId are required.');
  return { kind: 'group', groupId, accessId: access };
}

function roleTarget({ roleDefinitionId, directoryScopeId, appScopeId }: OrderBody): SimTarget {
  if (!roleDefinitionId) throw malformed('roleDefinitionId is required.');
  if (Boolean(directoryScopeId) === Boolean(appScopeId)) {
    throw malformed('Exactly one of directoryScopeId and appScopeId is required.');
  }
  return {
    kind: 'directory',
    roleDefinitionId,
    directoryScopeId: directoryScopeId ?? null,
    appScopeId: appScopeId ?? null,
  };
}

/** The role may be named by a path of any scope: its last part counts. */
function azureTarget({ roleDefinitionId, scope }: OrderBody): SimTarget {
  const guid = roleDefinitionId?.split('/').at(-1);
  if (!guid || !scope) throw malformed('roleDefinitionId is required.');
  return { kind: 'azure', scope, roleDefinitionId: guid };
}

const TARGETS = { group: groupTarget, directory: roleTarget, azure: azureTarget } as const;

export function readTarget(surface: SimTarget['kind'], body: OrderBody): SimTarget {
  return TARGETS[surface](body);
}

/** A time without an offset is refused, as seen live. */
function readInstant(value: string): Date {
  const instant = new Date(value);
  if (!WITH_OFFSET.test(value)) throw malformed('A time needs an offset.');
  if (!(instant.getTime() < LATEST)) throw malformed('A time could not be read.');
  return instant;
}

function readStart(value: string | null | undefined, now: Date, behaviour: Behaviour): Date {
  if (!value) {
    if (behaviour.missingStart === 'now') return now;
    throw badSchedule('startDateTime is required.');
  }
  const start = readInstant(value);
  if (now.getTime() - start.getTime() > PAST_TOLERANCE_MS) {
    throw badSchedule('The start lies in the past.');
  }
  return start;
}

type WireExpiration = NonNullable<NonNullable<OrderBody['scheduleInfo']>['expiration']>;

function positive(duration: Duration | undefined): boolean {
  return duration !== undefined && duration.seconds > 0;
}

function readExpiration(wire: WireExpiration | null | undefined): Schedule['expiration'] {
  if (isSameText(wire?.type, 'afterDuration')) {
    const duration = wire?.duration ?? '';
    if (!positive(parseIsoDuration(duration))) throw badSchedule('The duration is not understood.');
    return { type: 'afterDuration', duration, endDateTime: null };
  }
  if (isSameText(wire?.type, 'afterDateTime')) {
    const end = readInstant(wire?.endDateTime ?? '');
    return { type: 'afterDateTime', duration: null, endDateTime: end.toISOString() };
  }
  return { type: 'noExpiration', duration: null, endDateTime: null };
}

/** @throws Problem 400 for a missing schedule, a start in the past, an end before the start. */
export function readSchedule(body: OrderBody, now: Date, behaviour: Behaviour): Schedule {
  if (!body.scheduleInfo) throw badSchedule('scheduleInfo is required.');
  const { startDateTime, expiration: wire } = body.scheduleInfo;
  const start = readStart(startDateTime, now, behaviour);
  const schedule = { start: start.toISOString(), expiration: readExpiration(wire) };
  const end = endOfSchedule(schedule, start);
  // An overflowing sum of times is no number, so "not earlier" is asked, not "later".
  if (end && !(end.getTime() < LATEST)) throw badSchedule('It ends too late.');
  if (end && (end <= start || end <= now)) throw badSchedule('It ends before it starts.');
  return schedule;
}
