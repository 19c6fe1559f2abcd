import { diffLines } from 'diff';
import type { Merged } from './merge.ts';

const RED = '\u001B[31m';
const GREEN = '\u001B[32m';
const PLAIN = '\u001B[0m';

function lines(text: string): string[] {
  return text.replace(/\r?\n$/u, '').split(/\r?\n/u);
}

function ended(text: string): string {
  return text === '' ? '' : `${text}\n`;
}

/**
 * What changes in our entry, line by line. Only the entry is compared: the rest of the file stays,
 * and holds the secrets of other servers.
 */
export function entryDiff(
  file: { readonly path: string; readonly isNew: boolean; readonly isColoured: boolean },
  { shown, name }: Merged,
): string {
  const paint = (colour: string, line: string): string =>
    file.isColoured ? `${colour}${line}${PLAIN}` : line;
  const parts = diffLines(ended(shown.before), ended(shown.after), { stripTrailingCr: true });
  const body = parts.flatMap(({ added, removed, value }) =>
    lines(value).map((line) => {
      if (added) return paint(GREEN, `+${line}`);
      return removed ? paint(RED, `-${line}`) : ` ${line}`;
    }),
  );
  const head = [`--- ${file.isNew ? '(no file yet)' : file.path}`, `+++ ${file.path}`];
  return [...head, `@@ entry ${JSON.stringify(name)} @@`, ...body].join('\n');
}
