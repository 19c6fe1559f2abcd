import * as z from 'zod';
import { formatIsoDuration, parseIsoDuration, type Duration } from '../domain/duration.ts';
import type { ActivationOrder, ActivationRequest, Ticket } from '../domain/request.ts';
import type { Target } from '../domain/target.ts';
import { isId } from './odata.ts';
import { Instant } from './wire.ts';

const ScheduleInfo = z.looseObject({
  startDateTime: Instant,
  expiration: z.looseObject({ endDateTime: Instant, duration: z.string().nullish() }).nullish(),
});

const TicketInfo = z.looseObject({
  ticketNumber: z.string().nullish(),
  ticketSystem: z.string().nullish(),
});

const RequestId = z
  .string()
  .min(1)
  .transform((id) => (isId(id) ? id : ''));

/** Shown as it is, so nothing but a word may pass. */
const Status = z.string().transform((text) => (/^[a-z]{1,40}$/iu.test(text) ? text : 'Unknown'));

/** The fields of a request that both surfaces have. */
export const requestFields = {
  id: RequestId,
  status: Status,
  action: z.string(),
  createdDateTime: Instant,
  scheduleInfo: ScheduleInfo.nullish(),
  justification: z.string().nullish(),
  ticketInfo: TicketInfo.nullish(),
};

type WireRequest = z.infer<z.ZodObject<typeof requestFields>>;

function toDuration(text: string | null | undefined): Duration | null {
  return parseIsoDuration(text ?? '') ?? null;
}

/** Microsoft fills a ticket that was not given with nulls or empty texts. */
function toTicket(info: WireRequest['ticketInfo']): Ticket | null {
  const [number, system] = [info?.ticketNumber ?? '', info?.ticketSystem ?? ''];
  return number === '' && system === '' ? null : { number, system };
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
    justification: wire.justification || null,
    ticket: toTicket(wire.ticketInfo),
  };
}

/**
 * The start to send. Never in the past: a plan may have waited for a confirmation, and the service
 * refuses times gone by.
 */
export function startOf({ startTime }: ActivationOrder, now: Date): Date {
  return startTime > now ? startTime : now;
}

/** What both surfaces send beside the target. */
export function orderBody(order: ActivationOrder, now: Date): Record<string, unknown> {
  const { principalId, duration, justification, ticket } = order;
  return {
    action: 'selfActivate',
    principalId,
    scheduleInfo: {
      startDateTime: startOf(order, now).toISOString(),
      expiration: { type: 'afterDuration', duration: formatIsoDuration(duration) },
    },
    ...(justification === null ? {} : { justification }),
    ...(ticket === null
      ? {}
      : { ticketInfo: { ticketNumber: ticket.number, ticketSystem: ticket.system } }),
  };
}
