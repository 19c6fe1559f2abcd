import { distance } from 'fastest-levenshtein';
import type { Holding } from './assignment.ts';
import { idOf, scopeIdOf, type AccessId } from './target.ts';

/** What somebody typed to say which row they mean. */
export interface Wanted {
  /** Name, id or handle; compared without case. */
  readonly name: string;
  readonly accessId?: AccessId | undefined;
  /** Id or name of the place. */
  readonly scope?: string | undefined;
}

export type Match<Row extends Holding> =
  | { readonly kind: 'one'; readonly row: Row }
  | { readonly kind: 'several'; readonly candidates: readonly Row[] }
  /** The name fits rows, but `accessId` or `scope` excludes them all. */
  | { readonly kind: 'narrowed-away'; readonly candidates: readonly Row[] }
  | { readonly kind: 'none'; readonly nearest: readonly Row[] };

const NEAREST = 5;

function folded(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
}

function isNamed(row: Holding, wanted: string): boolean {
  return [idOf(row.target), row.handle, row.name].some((text) => folded(text) === wanted);
}

type Fits = (row: Holding) => boolean;

/** Keeps the rows that can carry the filter and fit it; a filter that none can carry says nothing. */
function narrow<Row extends Holding>(
  rows: readonly Row[],
  carries: Fits,
  fits: Fits | null,
): readonly Row[] {
  const carriers = rows.filter(carries);
  if (fits === null || carriers.length === 0) return rows;
  return carriers.filter(fits);
}

function isGroup({ target }: Holding): boolean {
  return target.kind === 'group';
}

function within<Row extends Holding>(
  rows: readonly Row[],
  { accessId, scope }: Wanted,
): readonly Row[] {
  const place = folded(scope ?? '');
  const hasAccess = ({ target }: Holding): boolean =>
    target.kind === 'group' && target.accessId === accessId;
  const isThere = (row: Holding): boolean =>
    folded(scopeIdOf(row.target)) === place || folded(row.scope.name ?? '') === place;
  const byAccess = narrow(rows, isGroup, accessId === undefined ? null : hasAccess);
  return narrow(byAccess, (row) => !isGroup(row), scope === undefined ? null : isThere);
}

/** Smaller is nearer: containment first, then edit distance relative to length. */
function remoteness(row: Holding, wanted: string): number {
  const name = folded(row.name);
  if (name.includes(wanted) || wanted.includes(name)) return 0;
  return distance(name, wanted) / Math.max(name.length, wanted.length, 1);
}

function nearest<Row extends Holding>(rows: readonly Row[], wanted: string): Row[] {
  return rows
    .map((row) => ({ row, far: remoteness(row, wanted) }))
    .filter(({ far }) => far < 0.7)
    .toSorted((a, b) => a.far - b.far)
    .slice(0, NEAREST)
    .map(({ row }) => row);
}

/**
 * Finds the row that is meant: the whole id, handle or name, without case; never a part of one.
 * Several rows are an answer of their own: choosing between privileges is not ours to do.
 */
export function match<Row extends Holding>(rows: readonly Row[], wanted: Wanted): Match<Row> {
  const text = folded(wanted.name);
  const named = rows.filter((row) => isNamed(row, text));
  if (named.length === 0) return { kind: 'none', nearest: nearest(rows, text) };
  const left = within(named, wanted);
  const [first, ...others] = left;
  if (first === undefined) return { kind: 'narrowed-away', candidates: named };
  return others.length === 0 ? { kind: 'one', row: first } : { kind: 'several', candidates: left };
}
