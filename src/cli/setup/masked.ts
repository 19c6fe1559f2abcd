import { PLAIN_VARIABLES } from '../plain-variables.ts';
import { spliced } from './text-edit.ts';

const SHOWN_FIELDS = ['type', 'command', 'args'];

/** A name and password in an address: `https://me:secret@host`. */
function holdsCredentials(value: string): boolean {
  return /:\/\/[^/]*@/u.test(value);
}

/**
 * Whether a text of our entry may be shown: how it starts, and variables that hold no secret. What
 * else somebody put there may be one.
 */
export function isShown(path: readonly string[], value: string): boolean {
  if (holdsCredentials(value)) return false;
  const [field = '', variable = ''] = path;
  return field === 'env' ? PLAIN_VARIABLES.includes(variable) : SHOWN_FIELDS.includes(field);
}

export interface Mask {
  readonly range: readonly [number, number];
  readonly shown: string;
}

/** The part of a text, with masks over what may be secret. */
export function masked(
  text: string,
  [from, to]: readonly [number, number],
  masks: readonly Mask[],
): string {
  const inside = masks.filter(({ range }) => range[0] >= from && range[1] <= to);
  const last = inside.toSorted((one, other) => other.range[0] - one.range[0]);
  const end = text.slice(to);
  const whole = last.reduce((rest, { range, shown }) => spliced(rest, range, shown), text);
  return whole.slice(from, whole.length - end.length);
}
