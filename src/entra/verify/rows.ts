import * as z from 'zod';

/** A row as it came: nothing of it is trusted, and nothing but facts about it is told. */
export type Row = Readonly<Record<string, unknown>>;

const Fields = z.looseObject({});

export function rowOf(value: unknown): Row {
  return Fields.safeParse(value).data ?? {};
}

/** The row with what Azure keeps one level down. */
export function flat(row: Row): Row {
  return { ...rowOf(row['properties']), ...row };
}

export function textIn(row: Row, field: string): string | null {
  const value = row[field];
  return typeof value === 'string' ? value : null;
}

export function rowIn(row: Row, field: string): Row {
  return rowOf(row[field]);
}

export function listIn(row: Row, field: string): readonly unknown[] | null {
  const value: unknown = row[field];
  return Array.isArray(value) ? value : null;
}

/** Whether what was expanded brought a name. */
export function hasName(row: Row, link: string): boolean {
  return (textIn(rowIn(row, link), 'displayName') ?? '') !== '';
}

const WORD = /^[a-z]{1,40}$/iu;

/** One of Microsoft's words, as it came; what is no single word is not repeated. */
export function wordIn(row: Row, field: string): string {
  const text = textIn(row, field);
  if (text === null) return 'none';
  return WORD.test(text) ? text : 'no word';
}

/** `Provisioned 3, Revoked 1` */
export function tally(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, count]) => `${word} ${count}`)
    .join(', ');
}

/** `1 row`, `2 rows` */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

export function isSameText(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && a.toLowerCase() === b.toLowerCase();
}

/** Each once, whatever its case. */
export function distinct(texts: readonly (string | null)[]): string[] {
  const known = new Map<string, string>();
  for (const text of texts) if (text !== null && text !== '') known.set(text.toLowerCase(), text);
  return [...known.values()];
}
