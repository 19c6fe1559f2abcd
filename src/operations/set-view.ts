import type * as z from 'zod';
import type { subjectShape } from './present.ts';
import type { View } from './view.ts';

/** One of several, whatever was done with it. */
interface Item extends z.output<typeof subjectShape> {
  readonly message: string;
  readonly notes: readonly string[];
}

/** How many came to what, the worst first; and in words. */
export function tally<Status extends string>(
  statuses: readonly Status[],
  phrases: Readonly<Record<Status, string>>,
  results: readonly { readonly status: Status }[],
): { readonly worst: Status | undefined; readonly text: string } {
  const counts = statuses.flatMap((status) => {
    const count = results.filter((item) => item.status === status).length;
    return count === 0 ? [] : [{ status, text: `${count} ${phrases[status]}` }];
  });
  return { worst: counts[0]?.status, text: `${counts.map(({ text }) => text).join(', ')}.` };
}

/** Notes of several, each said once: with whom it is about, unless it is about all. */
function mergeNotes(items: readonly Item[]): string[] {
  const handles = new Map<string, string[]>();
  for (const { handle, notes } of items)
    for (const note of new Set(notes)) handles.set(note, [...(handles.get(note) ?? []), handle]);
  return [...handles].map(([note, whose]) =>
    whose.length === items.length ? note : `${whose.join(', ')}: ${note}`,
  );
}

/** Where one holds: the access level of a group, else the place. */
function whereOf({ type, role, scope }: Item): string {
  return type === 'Group' ? role : (scope.name ?? scope.id);
}

interface Columns<Row extends Item> {
  readonly titles: readonly string[];
  readonly cells: (item: Row) => readonly string[];
  /** What the table does not say of it, and needs a sentence. */
  readonly isOdd: (item: Row) => boolean;
}

/** Several as a table, with a sentence for each that needs one. */
export function viewOfSet<Row extends Item>(
  headline: string,
  results: readonly Row[],
  { titles, cells, isOdd }: Columns<Row>,
): View {
  const rows = results.map((item) => [
    item.handle,
    item.type,
    item.name,
    whereOf(item),
    ...cells(item),
  ]);
  const odd = results.filter(isOdd).map(({ handle, message }) => `${handle}: ${message}`);
  return {
    headline,
    ...(rows.length > 0 && {
      table: { columns: ['handle', 'type', 'name', 'access/scope', ...titles], rows },
    }),
    notes: [...odd, ...mergeNotes(results)],
  };
}
