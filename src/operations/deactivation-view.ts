import * as z from 'zod';
import type { Holding } from '../domain/assignment.ts';
import type { NextStep } from '../domain/explanation.ts';
import { FAULT_CODES } from './fault.ts';
import type { Verdict } from './operation.ts';
import { minuteText, subjectShape, toSubject } from './present.ts';
import { tally, viewOfSet } from './set-view.ts';
import type { View } from './view.ts';

/** The worst comes first. */
const STATUSES = [
  'failed',
  'unknown',
  'in-progress',
  'not-sent',
  'too-early',
  'not-active',
  'deactivated',
] as const;

export type DeactivationStatus = (typeof STATUSES)[number];

const itemShape = z.object({
  message: z.string(),
  status: z.enum(STATUSES),
  ...subjectShape.shape,
  /** When it becomes possible. */
  possibleFrom: z.string().nullable(),
  requestId: z.string().nullable(),
  error: z.enum(FAULT_CODES).optional(),
  notes: z.array(z.string()),
});

export type Deactivated = z.output<typeof itemShape>;

/** One deactivation is the result itself; of several, each is one of the results. */
export const deactivateOutput = z.object({
  ...itemShape.partial().shape,
  message: z.string(),
  status: z.enum(STATUSES),
  results: z.array(itemShape).optional(),
});

export type DeactivateOutput = z.output<typeof deactivateOutput>;

const VERDICTS = {
  deactivated: 'done',
  'not-active': 'done',
  'too-early': 'not-yet',
  'not-sent': 'not-yet',
  'in-progress': 'not-yet',
  unknown: 'failed',
  failed: 'failed',
} as const satisfies Record<DeactivationStatus, Verdict>;

const NEXT = {
  deactivated: 'list-active',
  'not-active': 'list-active',
  'too-early': 'deactivate',
  'not-sent': 'deactivate',
  'in-progress': 'list-active',
  unknown: 'list-active',
  failed: 'list-active',
} as const satisfies Record<DeactivationStatus, NextStep>;

export function verdictOf({ status }: Deactivated): Verdict {
  return VERDICTS[status];
}

export function toItem(row: Holding, status: DeactivationStatus, message: string): Deactivated {
  return { message, status, ...toSubject(row), possibleFrom: null, requestId: null, notes: [] };
}

const PHRASES = {
  deactivated: 'deactivated',
  'not-active': 'not active',
  'too-early': 'STILL ACTIVE (too early)',
  'not-sent': 'STILL ACTIVE (not sent)',
  'in-progress': 'in progress',
  unknown: 'unknown',
  failed: 'failed',
} as const satisfies Record<DeactivationStatus, string>;

function nothingText(unseen: readonly string[]): string {
  return unseen.length > 0
    ? 'Nothing that you activated is on, as far as could be read. What is below could not.'
    : 'Nothing that you activated is on.';
}

export function toSetOutput(
  results: readonly Deactivated[],
  /** What could not be read: there something may be on. */
  unseen: readonly string[],
): DeactivateOutput {
  const { worst, text } = tally(STATUSES, PHRASES, results);
  const message = results.length === 0 ? nothingText(unseen) : text;
  const status = worst ?? (unseen.length > 0 ? 'unknown' : 'not-active');
  return { message, status, results: [...results], notes: [...unseen] };
}

function statusText({ status, possibleFrom }: Deactivated): string {
  return possibleFrom === null ? status : `${status}: from ${minuteText(possibleFrom)}`;
}

function viewSet(output: DeactivateOutput, results: readonly Deactivated[]): View {
  const view = viewOfSet(output.message, results, {
    titles: ['status'],
    cells: (item) => [statusText(item)],
    isOdd: ({ status }) => VERDICTS[status] !== 'done' && status !== 'too-early',
  });
  const notes = [...(view.notes ?? []), ...(output.notes ?? [])];
  return { ...view, notes, next: NEXT[output.status] };
}

export function viewDeactivation(output: DeactivateOutput): View {
  const { results, handle, requestId, notes = [] } = output;
  if (results) return viewSet(output, results);
  const facts: [string, string][] = handle === undefined ? [] : [['handle', handle]];
  if (requestId) facts.push(['request', requestId]);
  return { headline: output.message, facts, notes, next: NEXT[output.status] };
}
