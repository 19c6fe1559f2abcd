import * as z from 'zod';
import type { EligibleRow } from '../domain/assignment.ts';
import { describeDuration, formatIsoDuration, parseIsoDuration } from '../domain/duration.ts';
import type { NextStep } from '../domain/explanation.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Requirement } from '../domain/policy.ts';
import type { Proof } from '../domain/proof.ts';
import type { Executed } from './execute.ts';
import { FAULT_CODES, type Fault } from './fault.ts';
import type { Verdict } from './operation.ts';
import {
  approverText,
  describeRow,
  isoOrNull,
  minuteText,
  subjectShape,
  toSubject,
} from './present.ts';
import { tally, viewOfSet } from './set-view.ts';
import type { View } from './view.ts';

/** Of several, the one that the whole is called by stands first. */
const STATUSES = [
  'failed',
  'denied',
  'invalid',
  'unknown',
  'not-sent',
  'in-progress',
  'pending-approval',
  'scheduled',
  'valid',
  'active',
] as const;

export type ActivationStatus = (typeof STATUSES)[number];

const EFFECTS = ['effective', 'not-yet', 'unknown'] as const;

export const activatedShape = z.object({
  message: z.string(),
  /** `valid` and `invalid`: only checked, with Microsoft as well; nothing was activated. */
  status: z.enum(STATUSES),
  ...subjectShape.shape,
  /** ISO 8601; null when it was active already. */
  duration: z.string().nullable(),
  startTime: z.string().nullable(),
  activeUntil: z.string().nullable(),
  approvers: z.array(z.string()),
  requestId: z.string().nullable(),
  /** Whether it works, where somebody asked to wait for that. */
  effect: z.enum(EFFECTS).optional(),
  /** Code of what went wrong. */
  error: z.enum(FAULT_CODES).optional(),
  notes: z.array(z.string()),
});

export type Activated = z.output<typeof activatedShape>;

/** One activation is the result itself; of several, each is one of the results. */
export const activateOutput = z.object({
  ...activatedShape.partial().shape,
  message: z.string(),
  status: z.enum(STATUSES),
  results: z.array(activatedShape).optional(),
});

export type ActivateOutput = z.output<typeof activateOutput>;

const VERDICTS = {
  active: 'done',
  valid: 'done',
  scheduled: 'not-yet',
  'pending-approval': 'not-yet',
  'in-progress': 'not-yet',
  'not-sent': 'not-yet',
  unknown: 'failed',
  invalid: 'failed',
  denied: 'failed',
  failed: 'failed',
} as const satisfies Record<ActivationStatus, Verdict>;

const NEXT = {
  active: 'deactivate',
  valid: 'activate',
  scheduled: 'requests',
  'pending-approval': 'requests',
  'in-progress': 'list',
  'not-sent': 'activate',
  unknown: 'requests',
  invalid: 'activate',
  denied: 'ask-administrator',
  failed: 'portal',
} as const satisfies Record<ActivationStatus, NextStep>;

/** Where something else than the request is in the way, asking the user for more does not help. */
const NEXT_AFTER: Partial<Record<Fault['code'], NextStep>> = {
  conflict: 'list',
  'not-found': 'list',
  forbidden: 'whoami',
  'consent-missing': 'whoami',
  'licence-missing': 'ask-administrator',
  'step-up-required': 'portal',
  throttled: 'wait',
};

function nextOf({ status, error, results = [] }: ActivateOutput): NextStep {
  const code = error ?? results.find((item) => item.status === status)?.error;
  return (code && NEXT_AFTER[code]) ?? NEXT[status];
}

/** Accepted is not there; there but not known to work is not there either. */
export function verdictOf({ status, effect }: Activated): Verdict {
  return status === 'active' && effect === 'not-yet' ? 'not-yet' : VERDICTS[status];
}

function untilText(until: Date | null): string {
  return until === null ? 'with no end given' : `until ${minuteText(until.toISOString())}`;
}

/** What is not active says so first: pending is never success. */
function messageOf(row: EligibleRow, outcome: Outcome): string {
  const what = describeRow(row);
  switch (outcome.kind) {
    case 'active':
      return outcome.already
        ? `Already active: ${what}, ${untilText(outcome.until)}. Nothing was sent.`
        : `Active: ${what}, ${untilText(outcome.until)}.`;
    case 'scheduled':
      return `NOT ACTIVE yet: ${what} is scheduled to start at ${minuteText(outcome.from.toISOString())}.`;
    case 'pending-approval': {
      const whom = approverText(outcome.approvers);
      return `NOT ACTIVE: ${what} waits for approval${whom === '' ? '' : ` by ${whom}`}.`;
    }
    case 'in-progress':
      return `NOT ACTIVE yet: Microsoft accepted ${what} and is still working on it (${outcome.status}). List again in a minute.`;
    case 'denied':
      return `NOT ACTIVE: the activation of ${what} was denied (${outcome.status}).`;
    case 'failed':
      return `NOT ACTIVE: the activation of ${what} failed (${outcome.status}).`;
  }
}

function startOf({ outcome, request }: Executed): Date | null {
  return outcome.kind === 'scheduled' ? outcome.from : (request?.startTime ?? null);
}

/** The fields of a result about which nothing is known. */
export function blankItem(row: EligibleRow, status: ActivationStatus, message: string): Activated {
  return {
    message,
    status,
    ...toSubject(row),
    duration: null,
    startTime: null,
    activeUntil: null,
    approvers: [],
    requestId: null,
    notes: [],
  };
}

export function toItem(row: EligibleRow, executed: Executed): Activated {
  const { outcome, request, notes } = executed;
  return {
    ...blankItem(row, outcome.kind, messageOf(row, outcome)),
    duration: request?.duration ? formatIsoDuration(request.duration) : null,
    startTime: isoOrNull(startOf(executed)),
    activeUntil: outcome.kind === 'active' ? isoOrNull(outcome.until) : null,
    approvers: outcome.kind === 'pending-approval' ? outcome.approvers.map(({ name }) => name) : [],
    requestId: request?.id ?? null,
    notes: [...notes],
  };
}

const PHRASES = {
  active: 'active',
  valid: 'would be accepted',
  scheduled: 'scheduled',
  'pending-approval': 'waiting for approval',
  'in-progress': 'in progress',
  'not-sent': 'not sent',
  unknown: 'unknown',
  invalid: 'would be refused',
  denied: 'denied',
  failed: 'failed',
} as const satisfies Record<ActivationStatus, string>;

/** `NOT ALL ACTIVE: 1 failed, 2 active.` The worst comes first. */
export function toSetOutput(
  results: readonly Activated[],
  { isOnlyChecked }: { readonly isOnlyChecked: boolean },
): ActivateOutput {
  const { worst: status = 'not-sent', text } = tally(STATUSES, PHRASES, results);
  const isAll = status === 'active' || status === 'valid';
  const late = results.filter(({ effect }) => effect === 'not-yet').length;
  const works = late === 0 ? '' : ` ${late} not known to work yet.`;
  const start = isOnlyChecked ? 'Only checked, nothing was activated: ' : 'NOT ALL ACTIVE: ';
  return {
    message: `${isAll && !isOnlyChecked ? 'All ' : start}${text}${works}`,
    status,
    results: [...results],
  };
}

/** What the policy demands beside, in words. */
export function requirementText(requirement: Requirement): string {
  switch (requirement.kind) {
    case 'approval': {
      const whom = approverText(requirement.approvers);
      return `The role settings demand approval${whom === '' ? '' : ` by ${whom}`}.`;
    }
    case 'mfa':
      return 'The role settings demand multifactor authentication.';
    case 'authentication-context':
      return `The role settings demand an authentication context${requirement.claimValue === null ? '' : ` (${requirement.claimValue})`}.`;
  }
}

function durationText(iso: string | null | undefined): string | null {
  const duration = iso ? parseIsoDuration(iso) : undefined;
  return duration ? describeDuration(duration) : null;
}

const EFFECT_TEXTS = {
  effective: ', works',
  'not-yet': ', does not work yet',
  unknown: ', not known to work',
} as const satisfies Record<Proof['kind'], string>;

function statusText({ status, activeUntil, effect }: Activated): string {
  const works = effect === undefined ? '' : EFFECT_TEXTS[effect];
  return activeUntil === null ? status : `${status} until ${minuteText(activeUntil)}${works}`;
}

function viewSet(output: ActivateOutput, results: readonly Activated[]): View {
  const view = viewOfSet(output.message, results, {
    titles: ['duration', 'status'],
    cells: (item) => [durationText(item.duration) ?? '', statusText(item)],
    isOdd: ({ status }) => status !== 'active' && status !== 'valid',
  });
  return { ...view, next: nextOf(output) };
}

export function viewActivation(output: ActivateOutput): View {
  const { results, handle, requestId, notes = [] } = output;
  if (results) return viewSet(output, results);
  const duration = durationText(output.duration);
  const facts: [string, string][] = handle === undefined ? [] : [['handle', handle]];
  if (duration !== null) facts.push(['duration', duration]);
  if (requestId) facts.push(['request', requestId]);
  if (output.effect !== undefined) facts.push(['works', output.effect]);
  return { headline: output.message, facts, notes, next: nextOf(output) };
}
