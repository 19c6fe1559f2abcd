import * as z from 'zod';
import type { EligibleRow } from '../domain/assignment.ts';
import { describeDuration, formatIsoDuration, parseIsoDuration } from '../domain/duration.ts';
import type { NextStep } from '../domain/explanation.ts';
import type { Outcome, OutcomeKind } from '../domain/outcome.ts';
import type { Requirement } from '../domain/policy.ts';
import { idOf } from '../domain/target.ts';
import type { Executed } from './execute.ts';
import type { Verdict } from './operation.ts';
import {
  approverText,
  describeRow,
  isoOrNull,
  minuteText,
  roleOf,
  scopeShape,
  TYPE_NAMES,
  typeOf,
} from './present.ts';
import type { View } from './view.ts';

const STATUSES = [
  'active',
  'scheduled',
  'pending-approval',
  'in-progress',
  'denied',
  'failed',
] as const satisfies readonly OutcomeKind[];

export const activateOutput = z.object({
  message: z.string(),
  status: z.enum(STATUSES),
  name: z.string(),
  type: z.enum(TYPE_NAMES),
  id: z.string(),
  role: z.string(),
  handle: z.string(),
  scope: scopeShape,
  duration: z.string().nullable().describe('ISO 8601; null when it was active already'),
  startTime: z.string().nullable(),
  activeUntil: z.string().nullable(),
  approvers: z.array(z.string()),
  requestId: z.string().nullable(),
  notes: z.array(z.string()),
});

export type Activated = z.output<typeof activateOutput>;

const VERDICTS = {
  active: 'done',
  scheduled: 'not-yet',
  'pending-approval': 'not-yet',
  'in-progress': 'not-yet',
  denied: 'failed',
  failed: 'failed',
} as const satisfies Record<OutcomeKind, Verdict>;

const NEXT = {
  active: 'list',
  scheduled: 'wait',
  'pending-approval': 'wait',
  'in-progress': 'list',
  denied: 'ask-administrator',
  failed: 'portal',
} as const satisfies Record<OutcomeKind, NextStep>;

export function verdictOf(outcome: Outcome): Verdict {
  return VERDICTS[outcome.kind];
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

export function toOutput(row: EligibleRow, executed: Executed): Activated {
  const { outcome, request, notes } = executed;
  return {
    message: messageOf(row, outcome),
    status: outcome.kind,
    name: row.name,
    type: typeOf(row.target.kind),
    id: idOf(row.target),
    role: roleOf(row.target, row.name),
    handle: row.handle,
    scope: row.scope,
    duration: request?.duration ? formatIsoDuration(request.duration) : null,
    startTime: isoOrNull(startOf(executed)),
    activeUntil: outcome.kind === 'active' ? isoOrNull(outcome.until) : null,
    approvers: outcome.kind === 'pending-approval' ? outcome.approvers.map(({ name }) => name) : [],
    requestId: request?.id ?? null,
    notes: [...notes],
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

function durationText(iso: string | null): string | null {
  const duration = iso === null ? undefined : parseIsoDuration(iso);
  return duration ? describeDuration(duration) : null;
}

export function viewActivation(output: Activated): View {
  const duration = durationText(output.duration);
  const facts: [string, string][] = [['handle', output.handle]];
  if (duration !== null) facts.push(['duration', duration]);
  if (output.requestId !== null) facts.push(['request', output.requestId]);
  return { headline: output.message, facts, notes: output.notes, next: NEXT[output.status] };
}
