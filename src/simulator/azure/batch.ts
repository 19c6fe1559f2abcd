import * as z from 'zod';
import { parseJson } from '../parse-json.ts';
import type { JsonObject } from '../graph/json.ts';
import type { SimRequest, SimResponse } from '../world.ts';
import { type ArmAnswer, ok } from './call.ts';
import { badBody, invalidResourceType, missingVersion } from './refusals.ts';

/** The portal's way to send several requests at once. Not documented; api-versions as seen. */
const VERSIONS = ['2020-06-01', '2022-12-01'];
/** With bodies. The service would go on in the background above that; here it refuses. */
const MAXIMUM = 20;

const batchSchema = z.looseObject({
  requests: z
    .array(
      z.looseObject({
        httpMethod: z.string(),
        name: z.string().min(1),
        url: z.string(),
        content: z.unknown().optional(),
      }),
    )
    .max(MAXIMUM),
});

type Item = z.infer<typeof batchSchema>['requests'][number];

export function isBatch({ method, url }: SimRequest): boolean {
  return method === 'POST' && /^\/batch\/?$/iu.test(url.pathname);
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

/** @throws Problem 400 for what is no batch. One after the other, each with its own status. */
export async function batch(
  request: SimRequest,
  send: (item: SimRequest) => Promise<SimResponse>,
): Promise<ArmAnswer> {
  const version = request.url.searchParams.get('api-version');
  if (version === null) throw missingVersion();
  if (!VERSIONS.includes(version)) throw invalidResourceType('batch', version, VERSIONS);
  const body = batchSchema.safeParse(parseJson(request.body));
  if (!body.success) throw badBody(`1 to ${MAXIMUM} requests with a name and an address each.`);
  const responses: JsonObject[] = [];
  for (const item of body.data.requests) {
    // In order: an approval may decide on what the one before asked for.
    responses.push(itemJson(item, await send(alone(request, item))));
  }
  return ok({ responses });
}
