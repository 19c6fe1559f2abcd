import { badRequest } from '../problem.ts';

/** One name in `$expand`, with what is asked of it: `policy($expand=rules;$select=id)`. */
export interface Expand {
  readonly name: string;
  readonly expand: readonly Expand[];
  /** `null` = everything. */
  readonly select: readonly string[] | null;
}

/** Splits at a separator that is not inside parentheses. */
function split(text: string, separator: ',' | ';'): string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (char === separator && depth === 0) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  parts.push(part);
  return parts.map((one) => one.trim()).filter((one) => one !== '');
}

function optionsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    split(text, ';').map((option) => {
      const [name = '', ...value] = option.split('=');
      return [name.trim().toLowerCase(), value.join('=')];
    }),
  );
}

export function parseSelect(text: string | null): string[] | null {
  const names = split(text ?? '', ',');
  return names.length === 0 ? null : names;
}

const ITEM = /^([\w./]+)(?:\((.*)\))?$/u;

function parseItem(text: string): Expand {
  const match = ITEM.exec(text);
  if (!match) {
    throw badRequest('BadRequest', 'Parsing OData Select and Expand failed: Syntax error.');
  }
  const options = optionsOf(match[2] ?? '');
  return {
    name: match[1] ?? '',
    expand: parseExpand(options.get('$expand') ?? null),
    select: parseSelect(options.get('$select') ?? null),
  };
}

/** @throws Problem 400 when it is not understood. */
export function parseExpand(text: string | null): Expand[] {
  return split(text ?? '', ',').map(parseItem);
}
