import type { RequestEntry } from '../journal.ts';
import type { RequestLife } from '../request-life.ts';
import type { Casing } from './casing.ts';
import { instantOrNull, type JsonObject } from './json.ts';

/** What the service writes for "not set". */
export const NEVER_MODIFIED = '0001-01-01T08:00:00Z';

interface Span {
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

/** `scheduleInfo` of a standing row: a fixed end or none. */
export function spanInfo({ startsAt, endsAt }: Span, casing: Casing): JsonObject {
  const type = casing(endsAt ? 'afterDateTime' : 'noExpiration');
  return {
    startDateTime: startsAt.toISOString(),
    recurrence: null,
    expiration: { type, endDateTime: instantOrNull(endsAt), duration: null },
  };
}

/** `scheduleInfo` of a request: as asked, with the start that it really got. */
function askedInfo(life: RequestLife, casing: Casing): JsonObject | null {
  const { schedule } = life.request;
  if (!schedule) return null;
  const start = life.startsAt?.toISOString() ?? schedule.start;
  return {
    startDateTime: life.status === 'PendingApproval' ? null : start,
    recurrence: null,
    expiration: { ...schedule.expiration, type: casing(schedule.expiration.type) },
  };
}

/** Who a request came from, as the service shows it: without a name. */
function createdBy(request: RequestEntry): JsonObject {
  return { application: null, device: null, user: { displayName: null, id: request.by } };
}

/** The properties that requests of both surfaces have. */
export function requestJson(life: RequestLife, casing: Casing): JsonObject {
  const { request, status, completedAt, approval } = life;
  return {
    id: request.id,
    status,
    completedDateTime: instantOrNull(completedAt),
    createdDateTime: request.at,
    approvalId: approval ? request.id : null,
    customData: null,
    action: request.action,
    isValidationOnly: false,
    justification: request.justification,
    principalId: request.by,
    createdBy: createdBy(request),
    scheduleInfo: askedInfo(life, casing),
    ticketInfo: { ticketNumber: request.ticket.number, ticketSystem: request.ticket.system },
  };
}
