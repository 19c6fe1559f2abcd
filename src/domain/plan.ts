import type { EligibleRow } from './assignment.ts';
import {
  addTo,
  describeDuration,
  hours,
  isLonger,
  minutes,
  shorterOf,
  type Duration,
} from './duration.ts';
import { requirementsOf, type Policy, type Requirement } from './policy.ts';
import type { Problem, Refusal } from './refusal.ts';
import type { ActivationOrder, Ticket } from './request.ts';

/** What somebody asked for, already understood but not yet checked. */
export interface Wish {
  readonly justification: string | null;
  /** `null` = the default. */
  readonly duration: Duration | null;
  readonly ticket: { readonly number: string | null; readonly system: string | null };
  /** `null` = now. */
  readonly startTime: Date | null;
}

/** How long, when nobody says. `maximum` = what the role settings allow. */
export type DefaultDuration = Duration | 'maximum';

/**
 * The checked, unsent activation. Whoever confirms, guards or prints an activation looks at this;
 * execution adds nothing to it.
 */
export interface Plan {
  readonly kind: 'plan';
  readonly row: EligibleRow;
  readonly order: ActivationOrder;
  readonly policy: Policy;
  readonly isDurationDefault: boolean;
  /** The start was asked for and lies ahead. */
  readonly isForLater: boolean;
  readonly requirements: readonly Requirement[];
}

export interface PlanContext {
  /** The caller's own object id; the `principalId` of a row may be a group's. */
  readonly principalId: string;
  readonly defaultDuration: DefaultDuration;
  readonly now: Date;
}

const SHORTEST = minutes(5);
/** The portal's own limit for an activation. */
const LONGEST = hours(24);
const ONE_HOUR = hours(1);
const CLOCK_SKEW = minutes(5);

function chooseDuration(wish: Wish, policy: Policy, fallback: DefaultDuration): Duration {
  if (wish.duration) return wish.duration;
  const { maximumDuration: maximum } = policy;
  if (maximum === 'unknown')
    return fallback === 'maximum' ? ONE_HOUR : shorterOf(fallback, ONE_HOUR);
  return fallback === 'maximum' ? maximum : shorterOf(fallback, maximum);
}

function durationProblems(duration: Duration, policy: Policy): Problem[] {
  const asked = describeDuration(duration);
  if (isLonger(SHORTEST, duration))
    return [
      {
        code: 'duration-too-short',
        message: `${asked} is too short: PIM allows no activation under 5 minutes.`,
        fix: 'Ask for 5 minutes or more.',
      },
    ];
  const { maximumDuration: maximum } = policy;
  const limit = maximum === 'unknown' ? LONGEST : maximum;
  if (!isLonger(duration, limit)) return [];
  const whose = maximum === 'unknown' ? 'PIM allows' : 'the role settings allow';
  return [
    {
      code: 'duration-too-long',
      message: `${asked} is too long: ${whose} at most ${describeDuration(limit)}.`,
      fix: `Ask for ${describeDuration(limit)} or less.`,
    },
  ];
}

function textProblems(wish: Wish, policy: Policy): Problem[] {
  const problems: Problem[] = [];
  if (policy.justification === 'required' && wish.justification === null)
    problems.push({
      code: 'justification-required',
      message: 'The role settings demand a justification, and none was given.',
      fix: 'Say why the privilege is needed. It is recorded in the audit log.',
    });
  const { number, system } = wish.ticket;
  if (policy.ticket === 'required' && (number === null || system === null))
    problems.push({
      code: 'ticket-required',
      message: 'The role settings demand a ticket number and a ticket system.',
      fix: `Give ${number === null ? 'the ticket number' : ''}${number === null && system === null ? ' and ' : ''}${system === null ? 'the ticket system' : ''}.`,
    });
  return problems;
}

function startProblems(wish: Wish, row: EligibleRow, now: Date): Problem[] {
  const { startTime } = wish;
  if (startTime === null) return [];
  if (addTo(startTime, CLOCK_SKEW) < now)
    return [
      {
        code: 'start-in-the-past',
        message: `The start ${startTime.toISOString()} has passed.`,
        fix: 'Leave the start out to begin now, or name a time to come.',
      },
    ];
  if (row.endTime && startTime >= row.endTime)
    return [
      {
        code: 'start-after-eligibility',
        message: `The eligibility ends on ${row.endTime.toISOString()}, before that start.`,
        fix: 'Choose an earlier start, or have the eligibility extended.',
      },
    ];
  return [];
}

/** Microsoft wants both fields of a ticket; half a ticket is sent with the other half empty. */
function toTicket({ number, system }: Wish['ticket']): Ticket | null {
  return number === null && system === null ? null : { number: number ?? '', system: system ?? '' };
}

/** A start to come was asked for. */
export function isForLater({ startTime }: Wish, now: Date): boolean {
  return startTime !== null && startTime > now;
}

/** A start in the past trips over clock skew, so "now" is sent, never an earlier time. */
function toStart(wish: Wish, now: Date): Date {
  return wish.startTime && isForLater(wish, now) ? wish.startTime : now;
}

/**
 * Eligibility + policy + wish -> plan, or a refusal that names every problem at once.
 * Nothing has been sent when this refuses.
 */
export function planActivation(
  row: EligibleRow,
  policy: Policy,
  wish: Wish,
  context: PlanContext,
): Plan | Refusal {
  const duration = chooseDuration(wish, policy, context.defaultDuration);
  const problems = [
    ...durationProblems(duration, policy),
    ...textProblems(wish, policy),
    ...startProblems(wish, row, context.now),
  ];
  const requirements = requirementsOf(policy);
  if (problems.length > 0) return { kind: 'refusal', problems, candidates: [], row, requirements };
  return {
    kind: 'plan',
    row,
    policy,
    isDurationDefault: wish.duration === null,
    isForLater: isForLater(wish, context.now),
    requirements,
    order: {
      target: row.target,
      principalId: context.principalId,
      startTime: toStart(wish, context.now),
      duration,
      justification: wish.justification,
      ticket: toTicket(wish.ticket),
    },
  };
}
