import type { Table } from '../operations/view.ts';

const GAP = '  ';
const NARROWEST = 12;

/** Cells a text takes on a terminal: East Asian wide characters and emoji take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const char of text)
    width +=
      /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\u{1F300}-\u{1FAFF}]/u.test(
        char,
      )
        ? 2
        : 1;
  return width;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = '';
  for (const char of text) {
    if (widthOf(kept) + widthOf(char) > width - 1) break;
    kept += char;
  }
  return `${kept}…`;
}

/** Takes from the widest column until all fit; a handle in the first column is never cut. */
function fit(widths: readonly number[], columns: number): number[] {
  const fitted = [...widths];
  const total = (): number => fitted.reduce((sum, width) => sum + width + GAP.length, -GAP.length);
  while (total() > columns) {
    const widest = Math.max(...fitted.slice(1));
    if (widest <= NARROWEST) break;
    const index = fitted.indexOf(widest, 1);
    fitted[index] = widest - 1;
  }
  return fitted;
}

/** A table for a terminal of that width. */
export function drawTable({ columns: head, rows }: Table, columns: number): string {
  const titles = head.map((title) => title.toUpperCase());
  const all = [titles, ...rows];
  const natural = titles.map((_, index) =>
    Math.max(...all.map((row) => widthOf(row[index] ?? ''))),
  );
  const widths = fit(natural, columns);
  return all
    .map((row) => row.map((cell, index) => pad(cut(cell, widths[index] ?? 0), widths[index] ?? 0)))
    .map((cells) => cells.join(GAP).trimEnd())
    .join('\n');
}

/** A table for a pipe: tabs, nothing cut. */
export function tabbed({ columns, rows }: Table): string {
  return [columns, ...rows].map((cells) => cells.join('\t')).join('\n');
}
