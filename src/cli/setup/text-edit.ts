/** Layout of a text file: what a change has to follow. */

export function endOfLineIn(text: string): string {
  return /\r?\n/u.exec(text)?.[0] ?? '\n';
}

export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Up to the line's end, without it. */
export function lineEnd(text: string, offset: number): number {
  const rest = /\r?\n/u.exec(text.slice(offset));
  return rest === null ? text.length : offset + rest.index;
}

/** White space at the begin of the line that holds the offset. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/u.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';
}

export function spliced(
  text: string,
  [from, to]: readonly [number, number],
  replacement: string,
): string {
  return text.slice(0, from) + replacement + text.slice(to);
}

/** Cuts a range out, with its whole line where nothing else is on it. */
export function cut(text: string, [from, to]: readonly [number, number]): string {
  const start = lineStart(text, from);
  const end = lineEnd(text, to);
  const isAlone = text.slice(start, from).trim() === '' && text.slice(to, end).trim() === '';
  if (!isAlone) return spliced(text, [from, to], '');
  const next = /^\r?\n/u.exec(text.slice(end))?.[0].length ?? 0;
  return spliced(text, [start, end + next], '');
}

/** The lines and columns that people count: both from one. */
export function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return `line ${line}, column ${offset - lineStart(text, offset) + 1}`;
}
