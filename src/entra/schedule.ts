import * as z from 'zod';
import { formatIsoDuration, parseIsoDuration, type Duration } from '../domain/duration.ts';
import type { ActivationOrder, ActivationRequest } from '../domain/request.ts';
import type { Target } from '../domain/target.ts';
import { Id, Instant } from './wire.ts';

const ScheduleInfo = z.looseObject({
  startDateTime: Instant,
  expiration: z.looseObject({ endDateTime: Instant, duration: z.string().nullish() }).nullish(),
});

/** The fields of a request that both surfaces have. */
export const requestFields = {
  id: Id,
  status: Id,
  action: Id,
  createdDateTime: Instant,
  scheduleInfo: ScheduleInfo.nullish(),
};

type WireRequest = z.infer<z.ZodObject<typeof requestFields>>;

function toDuration(text: string | null | undefined): Duration | null {
  return parseIsoDuration(text ?? '') ?? null;
}

export function toRequest(wire: WireRequest, target: Target): ActivationRequest {
  const { id, status, action, createdDateTime, scheduleInfo } = wire;
  return {
    id,
    status,
    action,
    target,
    createdTime: createdDateTime,
    startTime: scheduleInfo?.startDateTime ?? null,
    duration: toDuration(scheduleInfo?.expiration?.duration),
    endTime: scheduleInfo?.expiration?.endDateTime ?? null,
  };
}

/**
 * What both surfaces send beside the target. The start is never in the past: a plan may have waited
 * for a confirmation, and the service refuses times gone by.
 */
export function orderBody(order: ActivationOrder, now: Date): Record<string, unknown> {
  const { principalId, startTime, duration, justification, ticket } = order;
  const start = startTime > now ? startTime : now;
  return {
    action: 'selfActivate',
    principalId,
    scheduleInfo: {
      startDateTime: start.toISOString(),
      expiration: { type: 'afterDuration', duration: formatIsoDuration(duration) },
    },
    ...(justification === null ? {} : { justification }),
    ...(ticket === null
      ? {}
      : { ticketInfo: { ticketNumber: ticket.number, ticketSystem: ticket.system } }),
  };
}
