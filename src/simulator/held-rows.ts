import { addTo, parseIsoDuration } from '../domain/duration.ts';
import { targetOf } from './held-target.ts';
import { isSameText } from './identifiers.ts';
import type { Scenario, ScenarioHeld } from './scenario.ts';
import type { SimTarget } from './sim-target.ts';

/** What somebody may turn on now. */
export interface Eligibility {
  readonly id: string;
  readonly target: SimTarget;
  /** Who the row belongs to: the person, or a group that the person is in. */
  readonly principalId: string;
  readonly isThroughGroup: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
}

/** The rows that hold at some time: all, and those of each surface. */
export type Held = Readonly<Record<SimTarget['kind'] | 'all', readonly Eligibility[]>>;

/** Rows as they were last read, whether they hold or not, and what holds in a stretch of time. */
interface Read {
  readonly rows: readonly Eligibility[];
  current: { readonly held: Held; readonly from: number; readonly until: number };
}

interface Placed {
  readonly row: ScenarioHeld;
  /** Its place in the scenario: lists keep that order. */
  readonly place: number;
}

type ByPrincipal = ReadonlyMap<string, readonly Placed[]>;

/** What a scenario says of who may have and who has what, found by its principal. */
interface Index {
  readonly eligible: ByPrincipal;
  readonly assigned: ByPrincipal;
  /** By what they were read for. */
  readonly read: Map<string, Read>;
}

/** Enough for the people of a test and the groups they go in and out of. */
const MOST_READ = 16;

/** A scenario does not change, and may have thousands of rows. */
const indexes = new WeakMap<Scenario, Index>();

function byPrincipal(rows: readonly ScenarioHeld[]): ByPrincipal {
  const index = new Map<string, Placed[]>();
  for (const [place, row] of rows.entries()) {
    const key = row.principalId.toLowerCase();
    const known = index.get(key);
    if (known) known.push({ row, place });
    else index.set(key, [{ row, place }]);
  }
  return index;
}

function indexOf(scenario: Scenario): Index {
  const known = indexes.get(scenario);
  if (known) return known;
  const { eligibilities, assignments, azure } = scenario;
  const index = {
    eligible: byPrincipal([...eligibilities, ...azure.eligibilities]),
    assigned: byPrincipal([...assignments, ...azure.assignments]),
    read: new Map<string, Read>(),
  };
  indexes.set(scenario, index);
  return index;
}

function firstOfMonth(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
}

function endOf(row: ScenarioHeld, month: Date): Date | null {
  if (row.endDateTime === null) return null;
  const days = parseIsoDuration(row.endDateTime);
  return days ? addTo(month, days) : new Date(row.endDateTime);
}

function readRows(index: ByPrincipal, principals: readonly string[], month: Date): Eligibility[] {
  const [self] = principals;
  const placed = [...new Set(principals.map((id) => id.toLowerCase()))].flatMap(
    (id) => index.get(id) ?? [],
  );
  return placed
    .toSorted((a, b) => a.place - b.place)
    .map(({ row }) => ({
      id: row.id,
      target: targetOf(row),
      principalId: row.principalId,
      isThroughGroup: !isSameText(row.principalId, self),
      startsAt: new Date(row.startDateTime),
      endsAt: endOf(row, month),
    }));
}

function heldAt(rows: readonly Eligibility[], now: Date): Read['current'] {
  const all = rows.filter(
    ({ startsAt, endsAt }) => startsAt <= now && (endsAt === null || now < endsAt),
  );
  const on = (kind: SimTarget['kind']): Eligibility[] =>
    all.filter(({ target }) => target.kind === kind);
  const held = { all, group: on('group'), directory: on('directory'), azure: on('azure') };
  let from = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  for (const change of rows.flatMap(({ startsAt, endsAt }) => [startsAt, endsAt ?? startsAt])) {
    if (change <= now) from = Math.max(from, change.getTime());
    else until = Math.min(until, change.getTime());
  }
  return { held, from, until };
}

function keep(read: Index['read'], key: string, one: Read): void {
  const [oldest] = read.keys();
  if (read.size >= MOST_READ && oldest !== undefined) read.delete(oldest);
  read.set(key, one);
}

/**
 * What the scenario gives to any of the principals, the person first, in the scenario's order and as
 * far as it holds now. Each page of a list asks for all of it, so it is worked out only when time or
 * memberships change it.
 */
export function heldBy(
  scenario: Scenario,
  kind: 'eligible' | 'assigned',
  principals: readonly string[],
  now: Date,
): Held {
  const index = indexOf(scenario);
  const month = firstOfMonth(now);
  const key = [kind, month.toISOString(), ...principals].join('|');
  const known = index.read.get(key);
  if (!known) {
    const rows = readRows(index[kind], principals, month);
    const current = heldAt(rows, now);
    keep(index.read, key, { rows, current });
    return current.held;
  }
  const { from, until } = known.current;
  if (now.getTime() < from || now.getTime() >= until) known.current = heldAt(known.rows, now);
  return known.current.held;
}
