import { isPimError } from '../domain/errors.ts';
import type { Call } from '../domain/ports.ts';
import { literal } from './odata.ts';
import type { Service } from './service.ts';

/** So many ids in one `in (…)` are safe: filters with more than about 20 were refused. */
const CHUNK = 15;

/** Filters that together find all of these ids, each of them once. */
export function idFilters(ids: Iterable<string>): string[] {
  const all = [...new Set(ids)];
  const starts = Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, index) => index * CHUNK);
  return starts
    .map((start) => all.slice(start, start + CHUNK))
    .map((chunk) => `id in (${chunk.map(literal).join(',')})`);
}

/** A nicety: failing to read it fails nothing. A cancelled call stays cancelled. */
export async function orNothing(work: Promise<readonly unknown[]>): Promise<readonly unknown[]> {
  try {
    return await work;
  } catch (error) {
    if (!isPimError(error) || error.code === 'cancelled') throw error;
    return [];
  }
}

/** Whether any of these permissions was granted. */
export async function isGranted(
  graph: Service,
  permissions: readonly string[],
  call: Call,
): Promise<boolean> {
  const granted = await graph.permissions(call);
  return permissions.some((permission) => granted.has(permission.toLowerCase()));
}
