import type { ErrorCode } from '../domain/explanation.ts';
import type { ProblemCode, Refusal } from '../domain/refusal.ts';
import type { Outcome, Verdict } from '../operations/operation.ts';

/** 0 done · 1 error · 2 wrong usage or cancelled · 4 sign-in or step-up needed · 8 accepted, not active. */
export type ExitCode = 0 | 1 | 2 | 4 | 8;

const BY_VERDICT = {
  done: 0,
  'not-yet': 8,
  failed: 1,
  'signed-out': 4,
} as const satisfies Record<Verdict, ExitCode>;

const BY_ERROR = {
  'sign-in-required': 4,
  'sign-in-pending': 4,
  'sign-in-failed': 4,
  'step-up-required': 4,
  'consent-missing': 1,
  'licence-missing': 1,
  forbidden: 1,
  'not-found': 1,
  conflict: 1,
  rejected: 1,
  throttled: 1,
  network: 1,
  timeout: 1,
  upstream: 1,
  malformed: 1,
  'outcome-unknown': 1,
  cancelled: 2,
  configuration: 2,
  internal: 1,
} as const satisfies Record<ErrorCode | 'internal', ExitCode>;

const BY_PROBLEM = {
  'no-such-name': 1,
  'ambiguous-name': 1,
  'narrowed-away': 1,
  'duration-too-long': 2,
  'duration-too-short': 2,
  'duration-malformed': 2,
  'justification-required': 2,
  'ticket-required': 2,
  'start-in-the-past': 2,
  'start-after-eligibility': 2,
  'start-malformed': 2,
  'nothing-named': 2,
  'not-deactivatable': 1,
  'no-such-request': 1,
  'ambiguous-request': 1,
  'not-cancellable': 1,
  'not-decidable': 1,
  'own-request': 1,
  'no-action-named': 2,
} as const satisfies Record<ProblemCode, ExitCode>;

/** Of several: an error weighs more than wrong usage, that more than a sign-in, that more than waiting. */
const WORST_FIRST: readonly ExitCode[] = [1, 2, 4, 8, 0];

export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? 0;
}

function ofRefusal({ problems }: Refusal): ExitCode {
  return worstOf(problems.map(({ code }) => BY_PROBLEM[code]));
}

export function exitCodeOf(outcome: Outcome): ExitCode {
  if (outcome.kind === 'refusal') return ofRefusal(outcome);
  const { verdict, faults = [] } = outcome;
  return worstOf([BY_VERDICT[verdict], ...faults.map(exitCodeOfFault)]);
}

export function exitCodeOfFault(code: ErrorCode | 'internal'): ExitCode {
  return BY_ERROR[code];
}
