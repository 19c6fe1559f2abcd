import * as z from 'zod';
import { type Demand, isContext } from '../domain/challenge.ts';
import type { Answer } from './http/send.ts';
import { parseJson } from './error-body.ts';

const Wanted = z.looseObject({
  value: z.string().nullish().catch(null),
  values: z.array(z.string()).nullish().catch(null),
});
const Claims = z.looseObject({
  access_token: z
    .looseObject({ acrs: Wanted.nullish().catch(null), amr: z.unknown().optional() })
    .nullish()
    .catch(null),
});

/** `claims="…"` of `WWW-Authenticate`: base64url, or the JSON as it is. */
export function claimsInHeader(answer: Answer): string | undefined {
  const header = answer.header('www-authenticate') ?? '';
  const plain = /\bclaims="(\{.*\})"/iu.exec(header)?.[1];
  if (plain !== undefined) return plain.replaceAll('\\"', '"');
  const encoded = /\bclaims="([\w+/=-]+)"/iu.exec(header)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64url').toString('utf8');
}

/** `&claims=…` in the message of an error, URL-encoded. */
export function claimsInMessage(message: string): string | undefined {
  const encoded = /(?:^|[?&\s])claims=([^&\s"']+)/iu.exec(message)?.[1];
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}

/**
 * The authentication contexts that they name, and whether they name contexts or methods at all;
 * `null` for what is no JSON object.
 */
export function demandedIn(claims: string): Omit<Demand, 'claims' | 'label'> | null {
  const parsed = Claims.safeParse(parseJson(claims)).data;
  if (parsed === undefined) return null;
  const { acrs, amr } = parsed.access_token ?? {};
  const contexts = [acrs?.value ?? [], acrs?.values ?? []].flat().filter(isContext);
  return { contexts, isForPerson: acrs != null || amr !== undefined };
}
