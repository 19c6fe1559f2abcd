import type { EligibleRow, Holding } from './assignment.ts';
import type { Requirement } from './policy.ts';

/** Why we say no before anything is sent, closed. */
export const PROBLEM_CODES = [
  'no-such-name',
  'ambiguous-name',
  'narrowed-away',
  'duration-too-long',
  'duration-too-short',
  'duration-malformed',
  'justification-required',
  'ticket-required',
  'start-in-the-past',
  'start-after-eligibility',
  'start-malformed',
  'nothing-named',
  'not-deactivatable',
  'no-such-request',
  'ambiguous-request',
  'not-cancellable',
  'not-decidable',
  'own-request',
  'no-action-named',
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

export interface Problem {
  readonly code: ProblemCode;
  /** What is wrong. May quote names; they are cleaned and in quotation marks. */
  readonly message: string;
  readonly fix: string;
  /** What it is about, cleaned, where several things were asked for. */
  readonly subject?: string;
}

/** A "no" with all its reasons. Nothing was sent, nothing changed. */
export interface Refusal {
  readonly kind: 'refusal';
  readonly problems: readonly Problem[];
  /** What was meant, or might have been. */
  readonly candidates: readonly Holding[];
  /** The row it is about, once that is known. */
  readonly row: EligibleRow | null;
  /** What it would need beside, once the problems are solved. */
  readonly requirements: readonly Requirement[];
}
