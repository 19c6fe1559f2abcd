import type { ActiveAssignment } from './assignment.ts';
import { addTo, minutes } from './duration.ts';
import { isActivation, type PimRequest } from './request.ts';
import { endOfRequest, requestStateOf } from './status.ts';
import { keyOf } from './target.ts';

/** PIM refuses to end an activation before. Source: error `ActiveDurationTooShort`. */
const SHORTEST_ACTIVE = minutes(5);

/** Whether the caller can end it. */
export type Deactivatability =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly from: Date }
  /** An administrator's assignment: only an administrator ends it. */
  | { readonly kind: 'assigned' }
  | { readonly kind: 'unknown' };

/** From when an activation can be ended; `null` when its start was not said. */
export function deactivatableFrom({ startTime }: Pick<ActiveAssignment, 'startTime'>): Date | null {
  return startTime && addTo(startTime, SHORTEST_ACTIVE);
}

function isOwnActivation({ assignmentType, through }: ActiveAssignment): boolean {
  return assignmentType === 'activated' && through === null;
}

/** What is on in several ways, once: what one can end is one's own activation. */
export function onePerTarget<Row extends ActiveAssignment>(active: readonly Row[]): Row[] {
  const rows = new Map<string, Row>();
  for (const row of active) {
    const key = keyOf(row.target);
    if (!rows.has(key) || isOwnActivation(row)) rows.set(key, row);
  }
  return [...rows.values()];
}

/** All that the caller turned on, and nothing that somebody else gave. */
export function ownActivations<Row extends ActiveAssignment>(active: readonly Row[]): Row[] {
  return onePerTarget(active.filter(isOwnActivation));
}

function createdAt({ createdTime }: PimRequest): number {
  return createdTime?.getTime() ?? 0;
}

/**
 * Activations that should be running by one's own requests: provisioned, not over, and nothing that
 * was asked for that target since.
 */
export function runningOf(requests: readonly PimRequest[], now: Date): PimRequest[] {
  const latest = new Map<string, PimRequest>();
  for (const request of requests) {
    if (requestStateOf(request, now) !== 'done') continue;
    const known = latest.get(keyOf(request.target));
    if (!known || createdAt(request) > createdAt(known)) latest.set(keyOf(request.target), request);
  }
  return [...latest.values()].filter((request) => {
    const end = endOfRequest(request);
    return isActivation(request) && (end === null || end > now);
  });
}

export function deactivatability(assignment: ActiveAssignment, now: Date): Deactivatability {
  if (assignment.assignmentType === 'assigned') return { kind: 'assigned' };
  const from = deactivatableFrom(assignment);
  if (!isOwnActivation(assignment) || from === null) return { kind: 'unknown' };
  return from > now ? { kind: 'later', from } : { kind: 'now' };
}
