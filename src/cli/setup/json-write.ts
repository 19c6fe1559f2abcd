import type { Node } from 'jsonc-parser';
import { propertiesOf } from './json-tree.ts';
import { cut, endOfLineIn, indentAt, lineEnd, lineStart, spliced } from './text-edit.ts';

/** White space and comments. */
const TRIVIA = /^(?:\s|\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^])*\*\/)*/u;
/** What belongs to a line that ended: a comment behind it. */
const REST_OF_LINE = /^(?:[ \t]|\/\*(?:(?!\*\/)[^\r\n])*\*\/)*(?:\/\/[^\r\n]*)?(?=\r?\n|$)/u;

function endOf(node: Node): number {
  return node.offset + node.length;
}

/** The comma behind a property; `null` where none follows. */
function commaAfter(text: string, offset: number): number | null {
  const at = offset + (TRIVIA.exec(text.slice(offset))?.[0].length ?? 0);
  return text[at] === ',' ? at : null;
}

function unitOf(text: string): string {
  return /^\s*\{\s*?\r?\n([ \t]+)/u.exec(text)?.[1] ?? '  ';
}

interface Layout {
  readonly isMultiline: boolean;
  readonly unit: string;
  readonly indent: string;
  readonly eol: string;
}

function layoutOf(text: string, object: Node): Layout {
  const [first] = object.children ?? [];
  const eol = endOfLineIn(text);
  const unit = unitOf(text);
  const indent = indentAt(text, object.offset) + unit;
  if (first === undefined) {
    const isMultiline = text.includes('\n') || text.trim() === '{}';
    return { isMultiline, unit, indent, eol };
  }
  const isMultiline = text.slice(object.offset, first.offset).includes('\n');
  const isOnOwnLine = text.slice(lineStart(text, first.offset), first.offset).trim() === '';
  return {
    isMultiline,
    unit,
    eol,
    indent: isOnOwnLine && isMultiline ? indentAt(text, first.offset) : indent,
  };
}

/** On one line, with spaces as people write them. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const parts = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}: ${inline(each)}`,
  );
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

function written(value: unknown, { isMultiline, unit, indent, eol }: Layout): string {
  if (!isMultiline) return inline(value);
  return JSON.stringify(value, null, unit).replaceAll('\n', `${eol}${indent}`);
}

function insertedFirst(text: string, object: Node, property: string): string {
  const { isMultiline, indent, eol } = layoutOf(text, object);
  const inside = text.slice(object.offset + 1, endOf(object) - 1);
  const at = object.offset + 1 + inside.trimEnd().length;
  if (!isMultiline) return spliced(text, [at, at], ` ${property} `);
  const rest = text.slice(at, endOf(object) - 1);
  const close = rest.includes('\n') ? '' : eol + indentAt(text, object.offset);
  return spliced(text, [at, at], eol + indent + property + close);
}

/** Adds a property behind the others. Nothing that is there changes but for the comma it needs. */
export function withProperty(
  text: string,
  object: Node,
  [name, value]: readonly [string, unknown],
): string {
  const layout = layoutOf(text, object);
  const property = `${JSON.stringify(name)}: ${written(value, layout)}`;
  const last = object.children?.at(-1);
  if (last === undefined) return insertedFirst(text, object, property);
  const end = endOf(last);
  const comma = commaAfter(text, end);
  const from = comma === null ? end : comma + 1;
  // On one line the entry goes before what is said behind: a line comment would swallow it.
  const rest = layout.isMultiline ? REST_OF_LINE.exec(text.slice(from))?.[0].length : 0;
  const at = from + (rest ?? 0);
  const separator = layout.isMultiline ? layout.eol + layout.indent : ' ';
  const entry = separator + property + (comma === null ? '' : ',');
  return spliced(text, [end, at], (comma === null ? ',' : '') + text.slice(end, at) + entry);
}

/** Puts another value in the place of one. */
export function withValue(text: string, old: Node, value: unknown): string {
  const range = [old.offset, endOf(old)] as const;
  const before = text.slice(...range);
  const layout = {
    isMultiline: before.includes('\n'),
    unit: unitOf(text),
    indent: indentAt(text, old.offset),
    eol: endOfLineIn(text),
  };
  return spliced(text, range, written(value, layout));
}

/** Takes a property away, with the comma that goes with it. */
export function withoutProperty(text: string, object: Node, name: string): string {
  const properties = propertiesOf(object);
  const index = properties.findIndex(([key]) => key === name);
  const [, found] = properties[index] ?? [];
  if (found === undefined) return text;
  const range = [found.node.offset, endOf(found.node)] as const;
  const comma = commaAfter(text, range[1]);
  if (comma !== null) {
    const isJoined = text.slice(range[1], comma).trim() === '';
    if (isJoined) return cut(text, [range[0], comma + 1]);
    return cut(spliced(text, [comma, comma + 1], ''), range);
  }
  const shorter = cut(text, range);
  const [, before] = properties[index - 1] ?? [];
  const previous = before === undefined ? null : commaAfter(text, endOf(before.node));
  return previous === null ? shorter : spliced(shorter, [previous, previous + 1], '');
}

/** All lines of a property, for people. */
export function linesOf(text: string, { offset, length }: Node): readonly [number, number] {
  const start = lineStart(text, offset);
  const isAlone = text.slice(start, offset).trim() === '';
  return [isAlone ? start : offset, isAlone ? lineEnd(text, offset + length) : offset + length];
}
