import { distance } from 'fastest-levenshtein';
import type { EligibleRow } from './assignment.ts';
import { idOf, scopeIdOf, type AccessId, type Target } from './target.ts';

/** What somebody typed to say which row they mean. */
export interface Wanted {
  /** Name, id or handle; compared without case. */
  readonly name: string;
  readonly accessId?: AccessId | undefined;
  readonly directoryScopeId?: string | undefined;
}

export type Match =
  | { readonly kind: 'one'; readonly row: EligibleRow }
  | { readonly kind: 'several'; readonly candidates: readonly EligibleRow[] }
  /** The name fits rows, but `accessId` or `directoryScopeId` excludes them all. */
  | { readonly kind: 'narrowed-away'; readonly candidates: readonly EligibleRow[] }
  | { readonly kind: 'none'; readonly nearest: readonly EligibleRow[] };

const NEAREST = 5;

function folded(text: string): string {
  return text.normalize('NFKC').replace(/\s+/gu, ' ').trim().toLowerCase();
}

function isNamed(row: EligibleRow, wanted: string): boolean {
  return [idOf(row.target), row.handle, row.name].some((text) => folded(text) === wanted);
}

/** Keeps the rows that can carry the filter and fit it; a filter that none can carry says nothing. */
function narrow(
  rows: readonly EligibleRow[],
  kind: Target['kind'],
  fits: ((target: Target) => boolean) | null,
): readonly EligibleRow[] {
  const carriers = rows.filter(({ target }) => target.kind === kind);
  if (fits === null || carriers.length === 0) return rows;
  return carriers.filter(({ target }) => fits(target));
}

function within(
  rows: readonly EligibleRow[],
  { accessId, directoryScopeId }: Wanted,
): readonly EligibleRow[] {
  const hasAccess = (target: Target): boolean =>
    target.kind === 'group' && target.accessId === accessId;
  const hasScope = (target: Target): boolean =>
    folded(scopeIdOf(target)) === folded(directoryScopeId ?? '');
  const byAccess = narrow(rows, 'group', accessId === undefined ? null : hasAccess);
  return narrow(byAccess, 'directory', directoryScopeId === undefined ? null : hasScope);
}

/** Smaller is nearer: containment first, then edit distance relative to length. */
function remoteness(row: EligibleRow, wanted: string): number {
  const name = folded(row.name);
  if (name.includes(wanted) || wanted.includes(name)) return 0;
  return distance(name, wanted) / Math.max(name.length, wanted.length, 1);
}

function nearest(rows: readonly EligibleRow[], wanted: string): EligibleRow[] {
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
export function match(rows: readonly EligibleRow[], wanted: Wanted): Match {
  const text = folded(wanted.name);
  const named = rows.filter((row) => isNamed(row, text));
  if (named.length === 0) return { kind: 'none', nearest: nearest(rows, text) };
  const left = within(named, wanted);
  const [first, ...others] = left;
  if (first === undefined) return { kind: 'narrowed-away', candidates: named };
  return others.length === 0 ? { kind: 'one', row: first } : { kind: 'several', candidates: left };
}
