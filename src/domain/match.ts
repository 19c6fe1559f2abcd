import { distance } from 'fastest-levenshtein';
import type { EligibleRow } from './assignment.ts';
import { idOf, scopeIdOf, type AccessId } from './target.ts';

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

function isWithin(row: EligibleRow, wanted: Wanted): boolean {
  const { target } = row;
  if (
    wanted.accessId !== undefined &&
    target.kind === 'group' &&
    target.accessId !== wanted.accessId
  )
    return false;
  if (wanted.directoryScopeId === undefined || target.kind !== 'directory') return true;
  return folded(scopeIdOf(target)) === folded(wanted.directoryScopeId);
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
  const within = named.filter((row) => isWithin(row, wanted));
  const [first, ...others] = within;
  if (first === undefined) return { kind: 'narrowed-away', candidates: named };
  return others.length === 0
    ? { kind: 'one', row: first }
    : { kind: 'several', candidates: within };
}
