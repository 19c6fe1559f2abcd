import {
  getNodeValue,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { PimError } from '../../domain/errors.ts';
import { quoted } from '../../domain/text.ts';
import { broken } from './merge.ts';
import { placeOf } from './text-edit.ts';

/** @throws PimError `configuration` with the place of the first fault */
export function jsonRoot(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined)
    throw broken('JSON', `${printParseErrorCode(first.error)} at ${placeOf(text, first.offset)}`);
  if (root?.type !== 'object') throw broken('JSON', 'an object is expected at the top');
  return root;
}

export interface Property {
  readonly node: Node;
  readonly value: Node;
}

export function propertiesOf(node: Node): [name: string, property: Property][] {
  return (node.children ?? []).flatMap((child) => {
    const [key, value] = child.children ?? [];
    if (key === undefined || value === undefined) return [];
    return [[String(getNodeValue(key)), { node: child, value }]];
  });
}

/** @throws PimError `configuration` when the name is there twice: nobody can tell which one counts */
export function propertyOf(node: Node, name: string): Property | null {
  const found = propertiesOf(node).filter(([key]) => key === name);
  if (found.length > 1)
    throw new PimError('configuration', `The file holds ${quoted(name)} twice in one place.`, {
      fix: 'Remove one of them. Nothing was changed.',
    });
  return found[0]?.[1] ?? null;
}

/** @throws PimError `configuration` */
export function objectAt(node: Node, name: string): Node | null {
  const property = propertyOf(node, name);
  if (property === null) return null;
  if (property.value.type === 'object') return property.value;
  throw new PimError('configuration', `${quoted(name)} in the file is no object.`, {
    fix: 'Mend it first. Nothing was changed.',
  });
}

export function valueOf(node: Node): unknown {
  const value: unknown = getNodeValue(node);
  return value;
}
