import { PimError } from '../domain/errors.ts';
import type { Call } from '../domain/ports.ts';
import type { PimRequest } from '../domain/request.ts';
import { unreadable } from './errors.ts';
import type { Expanding } from './expansion.ts';
import { forMyDecision, isId, isSameId, mine, withQuery } from './odata.ts';
import { isMadeBy } from './schedule.ts';
import type { Service } from './service.ts';

/** Reads one request; `undefined` when it is none that we understand. */
export type ReadRequest = (body: unknown) => PimRequest | undefined;

/** Where requests are kept, and what their rows are. */
export interface RequestRows {
  readonly collection: string;
  readonly read: ReadRequest;
  readonly expanding: Expanding;
}

/**
 * History is long, and Graph promises no order in which it comes (`$orderby` is not documented here):
 * a request made a moment ago may be on any page. So many are read, and not an endless number.
 */
const HISTORY = { pages: 20, beyond: 'ignore' } as const;

function createdAt(request: PimRequest): number {
  return request.createdTime?.getTime() ?? Number.NEGATIVE_INFINITY;
}

/** Newest first. Rows that we do not understand are left out: they are other kinds of requests. */
function toRequests(rows: readonly unknown[], read: ReadRequest): readonly PimRequest[] {
  return rows.flatMap((row) => read(row) ?? []).toSorted((a, b) => createdAt(b) - createdAt(a));
}

/** The caller's own requests, newest first. */
export async function listRequests(
  graph: Service,
  { collection, read, expanding }: RequestRows,
  call: Call,
): Promise<readonly PimRequest[]> {
  const path = mine(collection);
  const rows = await expanding((expand) => graph.list(withQuery(path, { expand }), call, HISTORY));
  return toRequests(rows, read);
}

/** Requests of others that wait for the caller's decision; nobody decides on their own. */
export async function listAwaiting(
  graph: Service,
  { collection, read, expanding }: RequestRows,
  call: Call,
): Promise<readonly PimRequest[]> {
  const path = forMyDecision(collection);
  const filter = "status eq 'PendingApproval'";
  const { objectId } = await graph.caller(call);
  const rows = await expanding((expand) =>
    graph.list(withQuery(path, { filter, expand }), call, HISTORY),
  );
  const ofOthers = rows.filter((row) => !isMadeBy(row, objectId));
  return toRequests(ofOthers, read).filter(
    ({ principal }) => principal === null || !isSameId(principal.id, objectId),
  );
}

/**
 * Looks at one request again. What it is called was said when it was listed, and is not asked again.
 * @throws PimError `not-found` when there is no such request, also for what cannot be an id.
 */
export async function getRequest(
  graph: Service,
  { collection, read }: Omit<RequestRows, 'expanding'>,
  known: PimRequest,
  call: Call,
): Promise<PimRequest> {
  const request = read(await graph.get(member(collection, known.id), call));
  if (request === undefined) throw unreadable('it is not a request');
  const { name, scope, principal } = known;
  return { ...request, name, scope, principal: principal ?? request.principal };
}

/** The address of one member. Ids come from outside and must not change the path. */
export function member(collection: string, id: string): string {
  if (!isId(id))
    throw new PimError('not-found', 'There is no request of that id.', {
      fix: 'Use the id of a request as it was reported.',
    });
  return `${collection}/${id}`;
}
