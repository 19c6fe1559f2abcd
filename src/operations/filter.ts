import * as z from 'zod';
import type { Holding } from '../domain/assignment.ts';
import { idOf, scopeIdOf } from '../domain/target.ts';
import { cleanName } from '../domain/text.ts';
import type { Unread } from './unread.ts';
import type { Context } from './operation.ts';
import { TYPE_NAMES, typeOf, unreadText } from './present.ts';

/** What narrows every list. */
export const narrowing = {
  search: z
    .string()
    .max(200)
    .optional()
    .describe('Only rows whose name, scope, id or handle contains this'),
  type: z.enum(TYPE_NAMES).optional().describe('Only this type'),
  limit: z.number().int().min(1).max(10_000).optional().describe('At most this many rows'),
};

export const NARROWING_FLAGS = {
  type: { long: 'type', kind: 'text', summary: 'only this type: group, role or resource' },
  limit: { long: 'limit', kind: 'number', summary: 'at most this many rows' },
} as const;

const shape = z.strictObject(narrowing);

export type Narrowing = z.output<typeof shape>;

export const problemShape = z.object({
  type: z.enum(TYPE_NAMES),
  code: z.string(),
  reason: z.string(),
});

/** What could not be read, in the words of every list. */
export function toProblem(unread: Unread): z.output<typeof problemShape> {
  const { surface, error } = unread;
  return { type: typeOf(surface), code: error.code, reason: unreadText(unread) };
}

export function isWanted(
  row: Pick<Holding, 'target' | 'name' | 'scope' | 'handle'>,
  { search, type }: Narrowing,
): boolean {
  if (type !== undefined && typeOf(row.target.kind) !== type) return false;
  if (search === undefined) return true;
  const needle = cleanName(search).toLowerCase();
  const texts = [row.name, row.scope.name ?? '', idOf(row.target), row.handle];
  const places = row.target.kind === 'azure' ? [scopeIdOf(row.target)] : [];
  return [...texts, ...places].some((text) => text.toLowerCase().includes(needle));
}

/** As many rows as were asked for, and never more than this front end shows. */
export function cut<T>(rows: readonly T[], { limit }: Narrowing, context: Context): readonly T[] {
  return rows.slice(0, Math.min(limit ?? context.rowLimit, context.rowCap));
}

/** `50 of 10000`, or just the number when all are shown. */
export function countText(shown: number, total: number): string {
  return shown === total ? `${shown}` : `${shown} of ${total}`;
}

/** How to see the others, where not all are shown. */
export function narrowNote(shown: number, total: number): string[] {
  return shown < total ? ['Narrow the list with search or type, or raise limit.'] : [];
}
