import * as z from 'zod';
import { PimError } from '../../domain/errors.ts';
import { unreadable } from '../errors.ts';

/** How many pages of a list to read; what to do with the rest. */
export interface PageLimit {
  readonly pages: number;
  readonly beyond: 'fail' | 'ignore';
}

export const ALL_PAGES: PageLimit = { pages: 1000, beyond: 'fail' };

const Page = z.looseObject({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().nullish(),
  nextLink: z.string().nullish(),
});

export interface Pages<T> {
  readonly get: (path: string) => Promise<unknown>;
  /** What to keep of a page: the rest is forgotten before the next one comes. */
  readonly take: (rows: readonly unknown[]) => readonly T[];
}

/**
 * The rows of all pages, in order. An empty page is not the last one; one without a link is.
 * @throws PimError `malformed` at a link that was followed before: such a list would never end.
 */
export async function readPages<T>(
  { get, take }: Pages<T>,
  path: string,
  limit: PageLimit,
): Promise<readonly T[]> {
  const rows: T[] = [];
  const followed = new Set<string>();
  let next: string | null = path;
  for (let read = 0; next !== null && read < limit.pages; read += 1) {
    const page = Page.safeParse(await get(next));
    if (!page.success) throw unreadable('it is not a list');
    rows.push(...take(page.data.value));
    next = (page.data['@odata.nextLink'] ?? page.data.nextLink) || null;
    if (next !== null && followed.has(next)) throw unreadable('its pages lead back to one another');
    if (next !== null) followed.add(next);
  }
  if (next !== null && limit.beyond === 'fail')
    throw new PimError('upstream', `The list did not end after ${limit.pages} pages.`);
  return rows;
}
