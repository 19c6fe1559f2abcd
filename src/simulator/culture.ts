import { badRequest } from './problem.ts';
import type { SimRequest } from './world.ts';

const LANGUAGE = /^[a-z]{1,8}(?:-[a-z0-9]{1,8})*(?:\s*;\s*q=[\d.]+)?$/iu;

/** `*` is legal HTTP, and is what Node sends by itself; the services take it for a culture's name. */
export function checkLanguage({ headers }: SimRequest): void {
  const [first = ''] = (headers['accept-language'] ?? 'en').split(',');
  if (LANGUAGE.test(first.trim())) return;
  throw badRequest(
    'CultureNotFoundException',
    `Culture is not supported. (Parameter 'name') ${first.trim()} is an invalid culture identifier.`,
  );
}
