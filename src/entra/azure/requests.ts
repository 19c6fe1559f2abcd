import type { Call } from '../../domain/ports.ts';
import type { PimRequest } from '../../domain/request.ts';
import { scopeIdOf } from '../../domain/target.ts';
import { unreadable } from '../errors.ts';
import type { Service } from '../service.ts';
import { ALL_REQUESTS, listAt, MINE, requestAt, ROOT } from './paths.ts';
import { readAsked, readRequest } from './wire.ts';

/** History is long, and Azure promises no order: so many pages are read, and not an endless number. */
const HISTORY = { pages: 20, beyond: 'ignore' } as const;
/** `asRequestor()` was refused to who has no active role; this is not, and gives the same. */
const OWN = listAt(ROOT, ALL_REQUESTS, MINE);
const FOR_DECISION = listAt(ROOT, ALL_REQUESTS, 'asApprover()');

function createdAt({ createdTime }: PimRequest): number {
  return createdTime?.getTime() ?? Number.NEGATIVE_INFINITY;
}

function newestFirst(requests: readonly PimRequest[]): readonly PimRequest[] {
  return requests.toSorted((a, b) => createdAt(b) - createdAt(a));
}

/** The caller's own requests. Rows that we do not understand are other kinds, and left out. */
export async function listRequests(service: Service, call: Call): Promise<readonly PimRequest[]> {
  const rows = await service.list(OWN, call, HISTORY);
  return newestFirst(rows.flatMap((row) => readRequest(row) ?? []));
}

/** Azure ignores a filter by status, and lists what was decided long ago: chosen here. */
export async function listAwaiting(service: Service, call: Call): Promise<readonly PimRequest[]> {
  const { objectId } = await service.caller(call);
  const rows = await service.list(FOR_DECISION, call);
  const asked = rows.flatMap((row) => readAsked(row) ?? []);
  const others = asked.filter(
    ({ requestorId, request }) =>
      request.status.toLowerCase() === 'pendingapproval' &&
      requestorId?.toLowerCase() !== objectId.toLowerCase(),
  );
  return newestFirst(others.map(({ request }) => request));
}

/** @throws PimError `not-found` when there is no such request, also for what cannot be an id. */
export async function getRequest(
  service: Service,
  { target, id }: Pick<PimRequest, 'target' | 'id'>,
  call: Call,
): Promise<PimRequest> {
  const request = readRequest(await service.get(requestAt(scopeIdOf(target), id), call));
  if (request === undefined) throw unreadable('it is not a request');
  return request;
}
