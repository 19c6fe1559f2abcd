import type { ActivationOrder, DeactivationOrder, PimRequest, Ticket } from '../domain/request.ts';
import { statusGroupOf } from '../domain/status.ts';
import { isSame } from '../domain/target.ts';
import { startOf } from './schedule.ts';

/** When something was sent that got no clear answer. */
export interface Moment {
  /** Just before it was sent, on our clock. */
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

/** `Revoked` is how a deactivation ends well, and an activation badly. */
function cameToNothing({ action, status }: PimRequest): boolean {
  const group = statusGroupOf(status);
  const isRevoked = status.toLowerCase() === 'revoked' && action.toLowerCase() === 'selfactivate';
  return group === 'denied' || group === 'failed' || isRevoked;
}

/**
 * Not before it was sent. One that came to nothing must be newer for sure: taking an earlier failure
 * for ours would hide that ours may have arrived.
 */
function isNewEnough(request: PimRequest, created: Date, moment: Moment): boolean {
  const { sentAt, sentAtTheirs: theirs } = moment;
  if (cameToNothing(request)) return theirs !== null && created >= theirs;
  const earliest = theirs ? theirs.getTime() - SKEW_AMONG_THEM_MS : sentAt.getTime() - SKEW_MS;
  return created.getTime() >= earliest;
}

/** Undecided, or as sent. For "now" the service may have put its own now, when it made the request. */
function isOurStart(
  { startTime: start }: PimRequest,
  created: Date,
  order: ActivationOrder,
  sentAt: Date,
): boolean {
  if (start === null) return true;
  const sent = startOf(order, sentAt);
  return isNear(start, sent) || (sent <= sentAt && isNear(start, created));
}

function isSameTicket(found: Ticket, sent: Ticket | null): boolean {
  return found.number === sent?.number && found.system === sent.system;
}

/** When it was made, if it can be the one: that act, on that privilege, since then, for that reason. */
function whenMade(
  request: PimRequest,
  action: string,
  { target, justification }: DeactivationOrder,
  moment: Moment,
): Date | null {
  const { createdTime } = request;
  const isThat = request.action.toLowerCase() === action && isSame(request.target, target);
  const isSaid = request.justification === null || request.justification === justification;
  if (!isThat || !isSaid || createdTime === null) return null;
  return isNewEnough(request, createdTime, moment) ? createdTime : null;
}

/**
 * True when that request can only be the activation that was sent. Where it may be an older one, or
 * somebody else's for us, it is not: an unknown outcome is the smaller evil.
 */
export function isOurActivation(
  request: PimRequest,
  order: ActivationOrder,
  moment: Moment,
): boolean {
  const made = whenMade(request, 'selfactivate', order, moment);
  return (
    made !== null &&
    request.duration?.seconds === order.duration.seconds &&
    isOurStart(request, made, order, moment.sentAt) &&
    (request.ticket === null || isSameTicket(request.ticket, order.ticket))
  );
}

/** The same for a deactivation. An earlier one cannot pass for it: 5 minutes lie between two. */
export function isOurDeactivation(
  request: PimRequest,
  order: DeactivationOrder,
  moment: Moment,
): boolean {
  return whenMade(request, 'selfdeactivate', order, moment) !== null;
}
