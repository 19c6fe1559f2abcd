import type {
  ActiveAssignment,
  ActiveRow,
  Eligibility,
  EligibleRow,
  MemberType,
} from './assignment.ts';
import { handleOf, keyOf, type Surface } from './target.ts';

const PREFERENCE: Record<MemberType, number> = { Direct: 0, Group: 1, Inherited: 2, Unknown: 3 };

function endOf(row: Eligibility): number {
  return row.endTime?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** Of two rows for one privilege: the direct one, then the one that lasts longer. */
function preferred(a: Eligibility, b: Eligibility): Eligibility {
  const byType = PREFERENCE[a.memberType] - PREFERENCE[b.memberType];
  if (byType !== 0) return byType < 0 ? a : b;
  return endOf(a) >= endOf(b) ? a : b;
}

function uniqueByKey(eligibilities: readonly Eligibility[]): Eligibility[] {
  const rows = new Map<string, Eligibility>();
  for (const row of eligibilities) {
    const key = keyOf(row.target);
    const known = rows.get(key);
    rows.set(key, known ? preferred(known, row) : row);
  }
  return [...rows.values()];
}

function isOn(assignment: ActiveAssignment, now: Date): boolean {
  return assignment.endTime === null || assignment.endTime > now;
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return null;
  return a > b ? a : b;
}

/** Key of each target that is on in this way -> when that ends. */
function endsByKey(
  active: readonly ActiveAssignment[],
  type: ActiveAssignment['assignmentType'],
  now: Date,
): Map<string, Date | null> {
  const ends = new Map<string, Date | null>();
  for (const assignment of active) {
    if (assignment.assignmentType !== type || !isOn(assignment, now)) continue;
    const key = keyOf(assignment.target);
    const known = ends.get(key);
    ends.set(key, known === undefined ? assignment.endTime : later(known, assignment.endTime));
  }
  return ends;
}

function endIn(ends: ReadonlyMap<string, Date | null>, key: string) {
  const until = ends.get(key);
  return until === undefined ? null : { until };
}

/**
 * One row per privilege: the same one held directly and through a group is merged; "active" means
 * the same role at the same scope with the same access, turned on through PIM and not yet over.
 */
export function toRows(
  eligibilities: readonly Eligibility[],
  active: readonly ActiveAssignment[],
  now: Date,
  /** Surfaces whose active assignments could not be read: nothing is said of those rows' state. */
  stateless: ReadonlySet<Surface> = new Set(),
): EligibleRow[] {
  const activated = endsByKey(active, 'activated', now);
  const assigned = endsByKey(active, 'assigned', now);
  return uniqueByKey(eligibilities).map((row) => {
    const key = keyOf(row.target);
    const [activation, standing] = [endIn(activated, key), endIn(assigned, key)];
    const isOnForSure = activation !== null || standing !== null;
    return {
      ...row,
      handle: handleOf(row.target),
      activation,
      standing,
      isStateKnown: isOnForSure || !stateless.has(row.target.kind),
    };
  });
}

/** What is on now, each with its handle. Rows that are over can linger in Microsoft's lists. */
export function toActiveRows(active: readonly ActiveAssignment[], now: Date): ActiveRow[] {
  return active
    .filter((assignment) => isOn(assignment, now))
    .map((assignment) => ({ ...assignment, handle: handleOf(assignment.target) }));
}
