import { isPimError, type PimError } from '../domain/errors.ts';
import {
  ERROR_CODES,
  type ErrorCode,
  type Explanation,
  type NextStep,
} from '../domain/explanation.ts';
import { EXPLANATIONS } from '../domain/reasons.ts';
import { quoted } from '../domain/text.ts';

export const FAULT_CODES = [...ERROR_CODES, 'internal'] as const;

/** An error, ready for a front end: what happened, why, what next. */
export interface Fault {
  readonly code: (typeof FAULT_CODES)[number];
  /** What happened. */
  readonly message: string;
  /** How to get past it: one sentence per thing that was wrong. */
  readonly fixes: readonly string[];
  readonly next: NextStep;
  /** Microsoft's own words, quoted, with the id that support asks for. */
  readonly upstream: string | null;
  readonly requestId: string | null;
  /** Where the person signs in, when no browser could be opened for them. */
  readonly signInUrl: string | null;
  /** What they type there. */
  readonly userCode: string | null;
}

/** What to do when no known reason says it better. */
const BY_CODE = {
  'sign-in-required': { fix: 'Sign in.', next: 'sign-in' },
  'sign-in-pending': { fix: 'Finish signing in, then try again.', next: 'sign-in' },
  'sign-in-failed': { fix: 'Sign in again.', next: 'sign-in' },
  'step-up-required': { fix: 'Run `entra-pim login` and do what is demanded.', next: 'sign-in' },
  'consent-missing': { fix: 'Have an administrator consent.', next: 'whoami' },
  'licence-missing': { fix: 'Ask your administrator.', next: 'ask-administrator' },
  forbidden: {
    fix: 'A consent or a role is missing: see which consents there are.',
    next: 'whoami',
  },
  'not-found': { fix: 'List again and use one of the rows.', next: 'list' },
  conflict: { fix: 'Look at the requests again to see what is there.', next: 'requests' },
  rejected: { fix: 'See what Microsoft said; if that does not help, report it.', next: 'report' },
  throttled: { fix: 'Wait a little, then try again.', next: 'wait' },
  network: { fix: 'Check the network and the proxy (HTTPS_PROXY), then try again.', next: 'wait' },
  timeout: { fix: 'Try again in a moment.', next: 'wait' },
  upstream: { fix: 'Try again in a moment; if it stays, report it.', next: 'wait' },
  malformed: {
    fix: 'A proxy or a captive portal may be answering in place of Microsoft.',
    next: 'report',
  },
  'outcome-unknown': { fix: 'Look before you try again: it may have worked.', next: 'list-active' },
  cancelled: { fix: 'Nothing else to do.', next: 'list' },
  configuration: { fix: 'Correct the setting.', next: 'retry' },
} as const satisfies Record<ErrorCode, Pick<Explanation, 'fix' | 'next'>>;

function upstreamText({ details }: PimError): string | null {
  if (!details.upstream) return null;
  const { code, message } = details.upstream;
  return message === '' ? code : `${code}: ${quoted(message)}`;
}

function waitText({ details }: PimError): string[] {
  const { retryAfterSeconds: wait } = details;
  return wait === undefined ? [] : [`Microsoft asks to wait ${wait} s.`];
}

function scopesText({ details }: PimError): string[] {
  const scopes = details.missingScopes ?? [];
  return scopes.length === 0 ? [] : [`Missing permission: ${scopes.join(' or ')}.`];
}

function toFault(error: PimError): Fault {
  const known = (error.details.reasons ?? []).map((reason) => EXPLANATIONS[reason]);
  const fallback = BY_CODE[error.code];
  const own = error.details.fix === undefined ? known.map(({ fix }) => fix) : [error.details.fix];
  return {
    code: error.code,
    message: error.message,
    fixes: [
      ...scopesText(error),
      ...waitText(error),
      ...new Set(own.length > 0 ? own : [fallback.fix]),
    ],
    next: error.details.next ?? known[0]?.next ?? fallback.next,
    upstream: upstreamText(error),
    requestId: error.details.requestId ?? null,
    signInUrl: error.details.signInUrl ?? null,
    userCode: error.details.userCode ?? null,
  };
}

/** A fault of ours says its kind and no more: its text was not made for readers. */
export function describeFault(error: unknown): Fault {
  if (isPimError(error)) return toFault(error);
  const name = error instanceof Error ? error.name : typeof error;
  return {
    code: 'internal',
    message: `Something went wrong inside entra-pim (${name}).`,
    fixes: ['Report it with what you did.'],
    next: 'report',
    upstream: null,
    requestId: null,
    signInUrl: null,
    userCode: null,
  };
}

/** What happened, how to get past it, and Microsoft's own words: a line each. */
export function faultLines({ message, fixes, upstream, requestId }: Fault): string[] {
  const id = requestId === null ? '' : ` (request id ${requestId})`;
  return [message, ...fixes, ...(upstream === null ? [] : [`Microsoft said: ${upstream}${id}`])];
}
