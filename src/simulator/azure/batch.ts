import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { parseJson } from '../parse-json.ts';
import type { JsonObject } from '../graph/json.ts';
import { notFound } from '../problem.ts';
import type { Caller, SimRequest, SimResponse } from '../world.ts';
import type { AzureBehaviour } from './azure-behaviour.ts';
import { type ArmAnswer, ok } from './call.ts';
import { badBody, invalidResourceType, missingVersion } from './refusals.ts';

/** The portal's way to send several requests at once. Not documented; api-versions as seen. */
const VERSIONS = ['2020-06-01', '2022-12-01'];
/** Answered at once up to this. */
const AT_ONCE = 20;
const MAXIMUM = 500;
const WAIT_SECONDS = '1';
/** Made up: the service says where, and clients go there. */
const RESULTS = '/batch/operationResults/';

const batchSchema = z.looseObject({
  requests: z.array(
    z.looseObject({
      httpMethod: z.string(),
      name: z.string().min(1),
      url: z.string(),
      content: z.unknown().optional(),
    }),
  ),
});

type Item = z.infer<typeof batchSchema>['requests'][number];

export function isBatch({ method, url }: SimRequest): boolean {
  return method === 'POST' && /^\/batch\/?$/iu.test(url.pathname);
}

export function isBatchResult({ method, url }: SimRequest): boolean {
  return method === 'GET' && url.pathname.startsWith(RESULTS);
}

/** One of them as if it had come alone, with the token of the whole. */
function alone(request: SimRequest, { httpMethod, url, content }: Item): SimRequest {
  return {
    method: httpMethod.toUpperCase(),
    url: new URL(url, request.url),
    headers: request.headers,
    body: content === undefined ? '' : JSON.stringify(content),
  };
}

const content = z.record(z.string(), z.json());

function itemJson({ name }: Item, { status, headers, body }: SimResponse): JsonObject {
  return {
    name,
    httpStatusCode: status,
    headers,
    content: body === '' ? null : content.parse(JSON.parse(body)),
  };
}

type Send = (item: SimRequest) => Promise<SimResponse>;

/** In order: an approval may decide on what the one before asked for. */
async function sendAll(
  request: SimRequest,
  items: readonly Item[],
  send: Send,
): Promise<ArmAnswer> {
  const responses: JsonObject[] = [];
  for (const item of items) {
    responses.push(itemJson(item, await send(alone(request, item))));
  }
  return ok({ responses });
}

function checkVersion({ url }: SimRequest): string {
  const version = url.searchParams.get('api-version');
  if (version === null) throw missingVersion();
  if (!VERSIONS.includes(version)) throw invalidResourceType('batch', version, VERSIONS);
  return version;
}

function itemsOf({ body: text }: SimRequest, { largeBatch }: AzureBehaviour): Item[] {
  const body = batchSchema.safeParse(parseJson(text));
  const most = largeBatch === 'refused' ? AT_ONCE : MAXIMUM;
  if (body.success && body.data.requests.length <= most) return body.data.requests;
  throw badBody(`1 to ${most} requests with a name and an address each.`);
}

/** A large batch whose result somebody may come for. */
interface Waiting {
  readonly answer: ArmAnswer;
  readonly ownerId: string;
  pollsLeft: number;
}

export interface Batches {
  /** @throws Problem 400 for what is no batch. Each request has its own status. */
  begin(request: SimRequest, caller: Caller, send: Send): Promise<ArmAnswer>;
  /** @throws Problem 404 for what this caller did not begin. */
  result(request: SimRequest, caller: Caller): ArmAnswer;
}

function waitAt(location: string): ArmAnswer {
  return { status: 202, headers: { location, 'retry-after': WAIT_SECONDS }, body: null };
}

/** Results are kept as long as the process. */
export function createBatches(azure: AzureBehaviour): Batches {
  const waiting = new Map<string, Waiting>();
  return {
    begin: async (request, { objectId: ownerId }, send) => {
      const version = checkVersion(request);
      const items = itemsOf(request, azure);
      const answer = await sendAll(request, items, send);
      if (items.length <= AT_ONCE) return answer;
      const location = new URL(`${RESULTS}${randomUUID()}?api-version=${version}`, request.url);
      waiting.set(location.pathname, { answer, ownerId, pollsLeft: azure.batchPolls });
      return waitAt(location.href);
    },
    result: (request, { objectId }) => {
      checkVersion(request);
      const found = waiting.get(request.url.pathname);
      if (found?.ownerId !== objectId) throw notFound('The result of the batch');
      if (found.pollsLeft === 0) return found.answer;
      found.pollsLeft -= 1;
      return waitAt(request.url.href);
    },
  };
}
