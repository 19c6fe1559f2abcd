import type { ErrorCode, NextStep } from './explanation.ts';
import { EXPLANATIONS, type KnownReason } from './reasons.ts';

export interface ErrorDetails {
  /** Codes of Microsoft's that we can explain, most telling first. */
  readonly reasons?: readonly KnownReason[];
  /** Upstream's own code and words: data, already cleaned, to be quoted only. */
  readonly upstream?: { readonly code: string; readonly message: string };
  /** Microsoft's `request-id` (or correlation id), for support. */
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
  /** Permission names that would be needed, where Microsoft said so. */
  readonly missingScopes?: readonly string[];
  /** What to do, where the table of reasons does not say it. */
  readonly fix?: string;
  /** Where to go from there, where the code alone would lead in a circle. */
  readonly next?: NextStep;
  /**
   * An address that the person (not the model) must open, for `sign-in-pending`. Only where no
   * browser could be opened for them.
   */
  readonly signInUrl?: string;
  /** What the person types there, where the sign-in goes by a code. */
  readonly userCode?: string;
  /** HTTP status, where there was one. */
  readonly status?: number;
  readonly cause?: unknown;
}

const BRAND = Symbol.for('entra-pim.error');

/**
 * The one thing that is thrown. `message` says what happened in our words; `details` holds the facts.
 * It never holds a token, a claim or a whole upstream body.
 */
export class PimError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly [BRAND] = true;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'PimError';
    this.code = code;
    this.details = details;
  }
}

/** The error for something Microsoft refused in a way we know. The first reason decides the code. */
export function explained(reason: KnownReason, details: ErrorDetails = {}): PimError {
  const { code, cause } = EXPLANATIONS[reason];
  return new PimError(code, cause, { reasons: [reason], ...details });
}

/** True across bundles as well, where two copies of the class may exist. */
export function isPimError(value: unknown): value is PimError {
  return value instanceof Error && BRAND in value;
}
