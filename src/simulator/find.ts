interface Identified {
  readonly id: string;
}

/** Where each id is, for lists that do not change: those of a scenario. */
const places = new WeakMap<readonly Identified[], ReadonlyMap<string, number>>();

function placesIn(rows: readonly Identified[]): ReadonlyMap<string, number> {
  const known = places.get(rows);
  if (known) return known;
  // From the end, so that the first of two wins, as when looking through the list.
  const entries = rows.map(({ id }, place) => [id.toLowerCase(), place] as const);
  const index = new Map(entries.toReversed());
  places.set(rows, index);
  return index;
}

/** One of a scenario's things by its id, without case. */
export function find<T extends Identified>(rows: readonly T[], id: string | null): T | undefined {
  const place = id === null ? undefined : placesIn(rows).get(id.toLowerCase());
  return place === undefined ? undefined : rows[place];
}
