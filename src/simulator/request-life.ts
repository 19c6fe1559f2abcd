import { addTo, seconds } from '../domain/duration.ts';
import { isSameText } from './identifiers.ts';
import { isSameTarget } from './held-target.ts';
import type { DecisionEntry, JournalEntry, RequestEntry } from './journal.ts';
import { endOfSchedule } from './schedule.ts';
import type { TenantState } from './tenant.ts';

/** How long an approval stage stays open (`approvalStageTimeOutInDays`). */
export const APPROVAL_DAYS = 1;

/** When the activation is on. */
export interface Period {
  readonly from: Date;
  /** `null` = for good. */
  readonly to: Date | null;
  /** When lists begin to show it. */
  readonly listedFrom: Date;
}

/** What a request has become by now. */
export interface RequestLife {
  readonly request: RequestEntry;
  readonly status: string;
  readonly completedAt: Date | null;
  /** When the activation starts: asked for, or as soon as it was granted. */
  readonly startsAt: Date | null;
  /** `null` unless it is provisioned. The period may be over. */
  readonly period: Period | null;
  /** The open or closed approval; `null` when none was needed. */
  readonly approval: Approval | null;
}

export interface Approval {
  readonly result: 'NotReviewed' | 'Approve' | 'Deny';
  readonly isOpen: boolean;
  readonly at: Date | null;
  readonly by: string | null;
  readonly justification: string;
}

type Ending = Pick<RequestLife, 'status' | 'completedAt' | 'startsAt' | 'period'>;

function after(instant: Date, count: number): Date {
  return addTo(instant, seconds(count));
}

function latest(a: Date, b: Date): Date {
  return a > b ? a : b;
}

function ended(status: string, at: Date): Ending {
  return { status, completedAt: at, startsAt: null, period: null };
}

function decisionOn(state: TenantState, id: string): DecisionEntry | undefined {
  return state.entries.find(
    (entry): entry is DecisionEntry => entry.kind === 'decision' && entry.requestId === id,
  );
}

function undecided(state: TenantState, request: RequestEntry): Approval {
  const asked = new Date(request.at);
  const automatic = request.timing.approvedAfterSeconds;
  const due = automatic === null ? null : after(asked, automatic);
  if (due && due <= state.now) {
    return { result: 'Approve', isOpen: false, at: due, by: null, justification: 'Automatic' };
  }
  const isOpen = state.now < after(asked, APPROVAL_DAYS * 24 * 3600);
  return { result: 'NotReviewed', isOpen, at: null, by: null, justification: '' };
}

function approvalOf(state: TenantState, request: RequestEntry): Approval | null {
  if (!request.needsApproval) return null;
  const decision = decisionOn(state, request.id);
  if (!decision) return undecided(state, request);
  const { result, by, justification } = decision;
  return { result, isOpen: false, at: new Date(decision.at), by, justification };
}

function isDeactivationOf(entry: JournalEntry, request: RequestEntry): entry is RequestEntry {
  return (
    entry.kind === 'request' &&
    entry.action === 'selfDeactivate' &&
    isSameText(entry.by, request.by) &&
    isSameTarget(entry.target, request.target)
  );
}

function endOf(state: TenantState, request: RequestEntry, from: Date): Date | null {
  const asked = request.schedule && endOfSchedule(request.schedule, from);
  const turnedOff = state.entries
    .filter((entry) => isDeactivationOf(entry, request))
    .map((entry) => new Date(entry.at))
    .find((at) => at >= from && (asked === null || at < asked));
  return turnedOff ?? asked;
}

/** From the moment everybody agreed: waiting for the start, being provisioned, on. */
function granted(state: TenantState, request: RequestEntry, agreedAt: Date): Ending {
  const { timing, schedule } = request;
  const startsAt = latest(new Date(schedule?.start ?? request.at), agreedAt);
  if (state.now < startsAt) {
    return { status: timing.futureStatus, completedAt: agreedAt, startsAt, period: null };
  }
  const on = after(startsAt, timing.provisionedAfterSeconds);
  if (state.now < on) {
    return { status: timing.provisioningStatus, completedAt: null, startsAt, period: null };
  }
  if (timing.outcome === 'Failed') return ended('Failed', on);
  const period = {
    from: startsAt,
    to: endOf(state, request, startsAt),
    listedFrom: after(on, timing.listedAfterSeconds),
  };
  return { status: timing.outcome, completedAt: on, startsAt, period };
}

function cancelledAt(state: TenantState, id: string): Date | null {
  const entry = state.entries.find((e) => e.kind === 'cancel' && e.requestId === id);
  return entry ? new Date(entry.at) : null;
}

function endingOf(state: TenantState, request: RequestEntry, approval: Approval | null): Ending {
  const asked = new Date(request.at);
  if (request.action === 'selfDeactivate') return ended('Revoked', asked);
  const cancelled = cancelledAt(state, request.id);
  if (cancelled) return ended('Canceled', cancelled);
  if (!approval) return granted(state, request, asked);
  if (approval.result === 'Approve') return granted(state, request, approval.at ?? asked);
  if (approval.result === 'Deny') return ended('Denied', approval.at ?? asked);
  if (!approval.isOpen) return ended('TimedOut', after(asked, APPROVAL_DAYS * 24 * 3600));
  return { status: 'PendingApproval', completedAt: null, startsAt: null, period: null };
}

/** What became of a request by `state.now`. */
export function lifeOf(state: TenantState, request: RequestEntry): RequestLife {
  const approval = approvalOf(state, request);
  return { request, approval, ...endingOf(state, request, approval) };
}

/** Every request of the tenant, oldest first. */
export function requestsOf(state: TenantState): RequestLife[] {
  return state.entries.flatMap((entry) => (entry.kind === 'request' ? lifeOf(state, entry) : []));
}

export function requestById(state: TenantState, id: string): RequestLife | undefined {
  return requestsOf(state).find(({ request }) => isSameText(request.id, id));
}

export function isOn(period: Period | null, now: Date): period is Period {
  return period !== null && period.from <= now && (period.to === null || now < period.to);
}
