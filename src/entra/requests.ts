import { PimError } from '../domain/errors.ts';
import type { Call } from '../domain/ports.ts';
import type { ActivationRequest } from '../domain/request.ts';
import { unreadable } from './errors.ts';
import type { Graph } from './graph.ts';
import { isId, mine } from './odata.ts';

/** Reads one request; `undefined` when it is none that we understand. */
type ReadRequest = (body: unknown) => ActivationRequest | undefined;

/**
 * History is long, and Graph promises no order in which it comes (`$orderby` is not documented here):
 * a request made a moment ago may be on any page. So many are read, and not an endless number.
 */
const HISTORY = { pages: 20, beyond: 'ignore' } as const;

function createdAt(request: ActivationRequest): number {
  return request.createdTime?.getTime() ?? Number.NEGATIVE_INFINITY;
}

/**
 * The caller's own requests, newest first. Rows that we do not understand are left out: they are
 * other kinds of requests, and this list answers only "did mine arrive?".
 */
export async function listRequests(
  graph: Graph,
  collection: string,
  read: ReadRequest,
  call: Call,
): Promise<readonly ActivationRequest[]> {
  const rows = await graph.list(mine(collection), call, HISTORY);
  return rows.flatMap((row) => read(row) ?? []).toSorted((a, b) => createdAt(b) - createdAt(a));
}

/** @throws PimError `not-found` when there is no such request, also for what cannot be an id. */
export async function getRequest(
  graph: Graph,
  path: string,
  read: ReadRequest,
  call: Call,
): Promise<ActivationRequest> {
  const request = read(await graph.get(path, call));
  if (request === undefined) throw unreadable('it is not a request');
  return request;
}

/** The address of one member. Ids come from outside and must not change the path. */
export function member(collection: string, id: string): string {
  if (!isId(id))
    throw new PimError('not-found', 'There is no request of that id.', {
      fix: 'Use the id of a request as it was reported.',
    });
  return `${collection}/${id}`;
}
