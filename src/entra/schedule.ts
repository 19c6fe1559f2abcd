import * as z from 'zod';
import { formatIsoDuration, parseIsoDuration, type Duration } from '../domain/duration.ts';
import type { ActivationOrder, DeactivationOrder, PimRequest, Ticket } from '../domain/request.ts';
import { isId, isSameId } from './odata.ts';
import { Instant, Named, OptionalId, personOf, Word } from './wire.ts';

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

/** The fields of a request that both surfaces have. */
export const requestFields = {
  id: RequestId,
  status: Word,
  action: z.string(),
  createdDateTime: Instant,
  scheduleInfo: ScheduleInfo.nullish(),
  justification: z.string().nullish(),
  ticketInfo: TicketInfo.nullish(),
  principalId: OptionalId,
  principal: Named,
  approvalId: OptionalId,
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

/** What a request is about, as far as the row says it. */
type Subject = Pick<PimRequest, 'target' | 'name' | 'scope'>;

export function toRequest(wire: WireRequest, subject: Subject): PimRequest {
  const { id, status, action, createdDateTime, scheduleInfo } = wire;
  return {
    ...subject,
    id,
    status,
    action,
    principal: personOf(wire),
    createdTime: createdDateTime,
    startTime: scheduleInfo?.startDateTime ?? null,
    duration: toDuration(scheduleInfo?.expiration?.duration),
    endTime: scheduleInfo?.expiration?.endDateTime ?? null,
    justification: wire.justification || null,
    ticket: toTicket(wire.ticketInfo),
    approvalId: wire.approvalId,
  };
}

const Made = z.looseObject({
  createdBy: z.looseObject({ user: z.looseObject({ id: z.string().nullish() }) }),
});

/** True for a row that says it was made by that person. */
export function isMadeBy(row: unknown, objectId: string): boolean {
  return isSameId(Made.safeParse(row).data?.createdBy.user.id ?? '', objectId);
}

/**
 * The start to send. Never in the past: a plan may have waited for a confirmation, and the service
 * refuses times gone by.
 */
export function startOf({ startTime }: ActivationOrder, now: Date): Date {
  return startTime > now ? startTime : now;
}

function words(justification: string | null) {
  return justification === null ? {} : { justification };
}

/** What both surfaces send beside the target to turn it on. */
export function activationBody(order: ActivationOrder, now: Date): Record<string, unknown> {
  const { principalId, duration, justification, ticket } = order;
  return {
    action: 'selfActivate',
    principalId,
    scheduleInfo: {
      startDateTime: startOf(order, now).toISOString(),
      expiration: { type: 'afterDuration', duration: formatIsoDuration(duration) },
    },
    ...words(justification),
    ...(ticket === null
      ? {}
      : { ticketInfo: { ticketNumber: ticket.number, ticketSystem: ticket.system } }),
  };
}

/** What both send to turn it off: no schedule, it ends now. */
export function deactivationBody(order: DeactivationOrder): Record<string, unknown> {
  const { principalId, justification } = order;
  return { action: 'selfDeactivate', principalId, ...words(justification) };
}
