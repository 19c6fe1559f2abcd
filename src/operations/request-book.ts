import { isPimError } from '../domain/errors.ts';
import { requestHandleOf, type PimRequest } from '../domain/request.ts';
import type { SurfaceClient } from '../domain/ports.ts';
import type { Refusal } from '../domain/refusal.ts';
import { SURFACES, type Surface } from '../domain/target.ts';
import { cleanName, quoted } from '../domain/text.ts';
import { orFault, type Unread } from './unread.ts';
import type { Context } from './operation.ts';
import { unreadText } from './present.ts';
import { refuse } from './select.ts';

/** Requests of one kind, over the surfaces that were read, and what could not be read. */
export interface RequestReading {
  readonly requests: readonly PimRequest[];
  readonly unread: readonly Unread[];
}

type Read = (client: SurfaceClient) => Promise<readonly PimRequest[]>;

async function readAll(
  context: Context,
  read: Read,
  wanted: readonly Surface[],
): Promise<RequestReading> {
  const { catalogue } = context;
  const surfaces = catalogue.surfaces.filter((surface) => wanted.includes(surface));
  const answers = await Promise.all(
    surfaces.map(async (surface) => ({
      surface,
      requests: await orFault(surface, read(catalogue.client(surface))),
    })),
  );
  return {
    requests: answers.flatMap(({ requests }) => (isPimError(requests) ? [] : requests)),
    unread: answers.flatMap(({ surface, requests }): Unread[] =>
      isPimError(requests) ? [{ surface, what: 'all', error: requests }] : [],
    ),
  };
}

/** The caller's own requests. */
export function readMine(
  context: Context,
  surfaces: readonly Surface[] = SURFACES,
): Promise<RequestReading> {
  return readAll(context, (client) => client.requests(context.call), surfaces);
}

/** What waits for the caller's decision, stale rows included. */
export function readAwaiting(
  context: Context,
  surfaces: readonly Surface[] = SURFACES,
): Promise<RequestReading> {
  return readAll(context, (client) => client.awaiting(context.call), surfaces);
}

function isCalled(request: PimRequest, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  return request.id.toLowerCase() === text || requestHandleOf(request) === text;
}

/**
 * The requests of that id or handle. In Azure whoever asks chooses the id, at every place anew: more
 * than one may have it.
 */
export function findRequests({ requests }: RequestReading, wanted: string): readonly PimRequest[] {
  return requests.filter((request) => request.id !== '' && isCalled(request, wanted));
}

/** Several of one id: deciding which is meant is not ours to do. */
export function severalRequests(wanted: string, count: number): Refusal {
  return refuse([
    {
      code: 'ambiguous-request',
      message: `${quoted(cleanName(wanted))} fits ${count} requests, and none was chosen.`,
      fix: 'Name one by its handle.',
    },
  ]);
}

export function noSuchRequest(wanted: string, unread: readonly Unread[]): Refusal {
  const gaps = unread.map((each) => ` ${unreadText(each)}`).join('');
  return refuse([
    {
      code: 'no-such-request',
      message: `There is no request ${quoted(cleanName(wanted))}.${gaps}`,
      fix: 'Use the id or handle of a request as it is listed; one that was decided is listed no more.',
    },
  ]);
}
