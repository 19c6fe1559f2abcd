import { judge } from '../domain/outcome.ts';
import type { ActivationOrder, ActivationRequest, Ticket } from '../domain/request.ts';
import { isSame } from '../domain/target.ts';
import { startOf } from './schedule.ts';

/** An order that was sent, and got no clear answer. */
export interface SentOrder {
  readonly order: ActivationOrder;
  /** The moment before it was sent, on our clock. */
  readonly sentAt: Date;
  /** The same moment on Microsoft's clock; `null` where that is not known. */
  readonly sentAtTheirs: Date | null;
}

/** Their clock and ours may differ by this much. */
const SKEW_MS = 2 * 60 * 1000;
/** Their clocks among one another, once we know what they call now. */
const SKEW_AMONG_THEM_MS = 10 * 1000;

function isNear(a: Date, b: Date): boolean {
  return Math.abs(a.getTime() - b.getTime()) <= SKEW_MS;
}

/**
 * Not before it was sent. One that came to nothing must be newer for sure: taking an earlier failure
 * for ours would hide that ours may have arrived.
 */
function isNewEnough(request: ActivationRequest, created: Date, sent: SentOrder): boolean {
  const { sentAt, sentAtTheirs: theirs } = sent;
  const { kind } = judge(request, { approvers: [], now: sentAt, isForLater: false });
  if (kind === 'denied' || kind === 'failed') return theirs !== null && created >= theirs;
  const earliest = theirs ? theirs.getTime() - SKEW_AMONG_THEM_MS : sentAt.getTime() - SKEW_MS;
  return created.getTime() >= earliest;
}

/** Undecided, or as sent. For "now" the service may have put its own now, when it made the request. */
function isOurStart(start: Date | null, created: Date, { order, sentAt }: SentOrder): boolean {
  if (start === null) return true;
  const sent = startOf(order, sentAt);
  return isNear(start, sent) || (sent <= sentAt && isNear(start, created));
}

function isSameTicket(found: Ticket, sent: Ticket | null): boolean {
  return found.number === sent?.number && found.system === sent.system;
}

/** What people wrote, as far as Microsoft gives it back. */
function hasOurWords(
  { justification, ticket }: ActivationRequest,
  order: ActivationOrder,
): boolean {
  return (
    (justification === null || justification === order.justification) &&
    (ticket === null || isSameTicket(ticket, order.ticket))
  );
}

/**
 * True when that request can only be the one that was sent. Where it may be an older one, or somebody
 * else's for us, it is not: an unknown outcome is the smaller evil.
 */
export function isOurs(request: ActivationRequest, sent: SentOrder): boolean {
  const { action, target, createdTime, duration, startTime } = request;
  const { order } = sent;
  return (
    action.toLowerCase() === 'selfactivate' &&
    isSame(target, order.target) &&
    createdTime !== null &&
    isNewEnough(request, createdTime, sent) &&
    duration?.seconds === order.duration.seconds &&
    isOurStart(startTime, createdTime, sent) &&
    hasOurWords(request, order)
  );
}
