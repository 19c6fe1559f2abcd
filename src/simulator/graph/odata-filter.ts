import { isSameText } from '../identifiers.ts';
import { badRequest } from '../problem.ts';
import type { Json, JsonObject } from './json.ts';

/** `$filter`, as far as PIM's lists need it: eq, ne, in, and, or, parentheses. */
export type Filter = Chain | Comparison;

interface Chain {
  readonly kind: 'and' | 'or';
  readonly parts: readonly Filter[];
}

export interface Comparison {
  readonly kind: 'compare';
  readonly field: string;
  readonly operator: 'eq' | 'ne';
  /** Several for `in`. */
  readonly values: readonly Json[];
}

interface Token {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** What is still to be read. */
interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

const TOKEN = /\s*(?:'((?:[^']|'')*)'|([(),])|([^\s(),']+))/uy;

function invalid(text: string): Error {
  return badRequest('BadRequest', `Invalid filter clause: ${text}`);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const match = TOKEN.exec(trimmed);
    if (!match) throw invalid('a quotation mark is not closed.');
    const [, quoted, mark, word] = match;
    if (quoted === undefined) tokens.push({ text: mark ?? word ?? '', isQuoted: false });
    else tokens.push({ text: quoted.replaceAll("''", "'"), isQuoted: true });
  }
  return tokens;
}

function takes(reader: Reader, word: string): boolean {
  const token = reader.tokens[reader.at];
  const isIt = token !== undefined && !token.isQuoted && token.text.toLowerCase() === word;
  if (isIt) reader.at += 1;
  return isIt;
}

function expects(reader: Reader, word: string): void {
  if (!takes(reader, word)) throw invalid(`'${word}' expected.`);
}

function next(reader: Reader): Token {
  const token = reader.tokens[reader.at];
  if (!token) throw invalid('it ends too early.');
  reader.at += 1;
  return token;
}

const WORDS: Readonly<Record<string, Json>> = { null: null, true: true, false: false };

function readValue(reader: Reader): Json {
  const { text, isQuoted } = next(reader);
  if (isQuoted) return text;
  return Object.hasOwn(WORDS, text) ? (WORDS[text] ?? null) : text;
}

function readList(reader: Reader): Json[] {
  expects(reader, '(');
  const values = [readValue(reader)];
  while (takes(reader, ',')) values.push(readValue(reader));
  expects(reader, ')');
  return values;
}

function readComparison(reader: Reader): Comparison {
  const { text: field, isQuoted } = next(reader);
  if (isQuoted) throw invalid('a property name expected.');
  if (takes(reader, 'in')) {
    return { kind: 'compare', field, operator: 'eq', values: readList(reader) };
  }
  const operator = (['eq', 'ne'] as const).find((known) => takes(reader, known));
  if (!operator) throw invalid(`the operator after ${field} is not supported.`);
  return { kind: 'compare', field, operator, values: [readValue(reader)] };
}

function readPrimary(reader: Reader): Filter {
  if (!takes(reader, '(')) return readComparison(reader);
  const inner = readChain(reader, 'or');
  expects(reader, ')');
  return inner;
}

/** `or` binds weaker than `and`. */
function readChain(reader: Reader, kind: 'and' | 'or'): Filter {
  const readPart = (): Filter => (kind === 'or' ? readChain(reader, 'and') : readPrimary(reader));
  const first = readPart();
  const parts = [first];
  while (takes(reader, kind)) parts.push(readPart());
  return parts.length === 1 ? first : { kind, parts };
}

/** @throws Problem 400 for anything that is not understood. */
export function parseFilter(text: string): Filter {
  const reader: Reader = { tokens: tokensOf(text), at: 0 };
  const filter = readChain(reader, 'or');
  if (reader.at < reader.tokens.length) throw invalid('there is more than was understood.');
  return filter;
}

function isEqual(a: Json | undefined, b: Json): boolean {
  return typeof a === 'string' && typeof b === 'string' ? isSameText(a, b) : a === b;
}

/** @throws Problem 400 for a property that the rows do not have. */
export function matches(filter: Filter, row: JsonObject): boolean {
  if (filter.kind !== 'compare') {
    const test = (part: Filter): boolean => matches(part, row);
    return filter.kind === 'and' ? filter.parts.every(test) : filter.parts.some(test);
  }
  const { field, operator, values } = filter;
  if (!Object.hasOwn(row, field)) {
    throw badRequest('BadRequest', `Could not find a property named '${field}'.`);
  }
  return values.some((value) => isEqual(row[field], value)) === (operator === 'eq');
}

export function comparisonsOf(filter: Filter): Comparison[] {
  return filter.kind === 'compare' ? [filter] : filter.parts.flatMap(comparisonsOf);
}
