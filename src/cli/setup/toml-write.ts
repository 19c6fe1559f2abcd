import { endOfLineIn, indentAt, lineEnd, spliced } from './text-edit.ts';
import type { Table } from './toml-tree.ts';

const BARE = /^[\w-]+$/u;

function keyText(name: string): string {
  return BARE.test(name) ? name : JSON.stringify(name);
}

/** Strings, whole numbers, and lists and tables of them; JSON's escapes are TOML's. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(([name, each]) => `${keyText(name)} = ${literal(each)}`);
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

export function headerText(path: readonly string[]): string {
  return `[${path.map(keyText).join('.')}]`;
}

export function settingText([name, value]: readonly [string, unknown]): string {
  return `${keyText(name)} = ${literal(value)}`;
}

/** Where a table's own lines end: behind its last setting, or its header. */
export function endOfTable(text: string, table: Table): number {
  const last = table.body.at(-1);
  const close = text.indexOf(']', table.key.range[1]);
  return lineEnd(text, last === undefined ? close : last.range[1]);
}

/** Adds lines behind a table's last one. */
export function withLines(text: string, table: Table, lines: readonly string[]): string {
  const eol = endOfLineIn(text);
  const at = endOfTable(text, table);
  const indent = indentAt(text, table.body.at(-1)?.range[0] ?? table.range[0]);
  const added = lines.map((line) => eol + (line === '' ? '' : indent + line)).join('');
  return spliced(text, [at, at], added);
}

/** Adds lines at the end of the file, apart from what is there. */
export function appended(text: string, lines: readonly string[]): string {
  const eol = endOfLineIn(text);
  const block = lines.join(eol);
  if (text.trim() === '') return `${text}${block}${eol}`;
  const hasEnd = text.endsWith('\n');
  return hasEnd ? `${text}${eol}${block}${eol}` : `${text}${eol}${eol}${block}`;
}
