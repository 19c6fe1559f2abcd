/** Every kind of fault, closed. Edges map it to exit codes and next steps in tables. */
export const ERROR_CODES = [
  'sign-in-required',
  'sign-in-pending',
  'sign-in-failed',
  'step-up-required',
  'consent-missing',
  'licence-missing',
  'forbidden',
  'not-found',
  'conflict',
  'rejected',
  'throttled',
  'network',
  'timeout',
  'upstream',
  'malformed',
  'outcome-unknown',
  'cancelled',
  'configuration',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** What the reader can do next. Edges say it in their own words (a tool call, a command). */
export type NextStep =
  | 'list'
  | 'list-active'
  | 'requests'
  | 'deactivate'
  | 'activate'
  | 'sign-in'
  | 'whoami'
  | 'wait'
  | 'retry'
  | 'portal'
  | 'ask-administrator'
  | 'report';

/** What we tell people about a refusal of Microsoft's. */
export interface Explanation {
  readonly code: ErrorCode;
  /** What happened, as one sentence. */
  readonly cause: string;
  /** How to get past it, as one sentence. */
  readonly fix: string;
  readonly next: NextStep;
}
