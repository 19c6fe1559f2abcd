import * as z from 'zod';
import type { AccessToken } from '../domain/ports.ts';

const NOTHING: AccessToken['claims'] = { wids: null, groups: null };

const ids = z.array(z.guid()).nullish().catch(null);

const payloadSchema = z.looseObject({
  wids: ids,
  groups: ids,
  /** Too many groups: the token says where to ask instead of naming them. */
  hasgroups: z.unknown().optional(),
  acrs: z.array(z.string()).nullish().catch(null),
  _claim_names: z.looseObject({}).nullish().catch(null),
});

/** The middle part of a JWT; `null` for whatever is none. */
export function payloadOf(token: string): unknown {
  const [, payload = '', signature] = token.split('.');
  if (signature === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return parsed;
  } catch {
    return null;
  }
}

/** Authentication contexts in an access token. A hint as well: none where it cannot be read. */
export function contextsIn(token: string): readonly string[] {
  return payloadSchema.safeParse(payloadOf(token)).data?.acrs ?? [];
}

/**
 * What an access token says of its owner's roles and groups. The token is Microsoft's business with
 * its own API: opaque to a client, not checked here, and free to change. So this is a hint for "does
 * it work yet" and never decides what somebody may do. `null` where the token cannot be read, says
 * nothing, or leaves groups out because they are too many. Not for any log.
 * Source: Microsoft Learn, "Access token claims reference".
 */
export function claimsIn(token: string): AccessToken['claims'] {
  const parsed = payloadSchema.safeParse(payloadOf(token));
  if (!parsed.success) return NOTHING;
  const { wids = null, groups = null, hasgroups, _claim_names: elsewhere } = parsed.data;
  const isOverage = Boolean(hasgroups) || Object.hasOwn(elsewhere ?? {}, 'groups');
  return { wids, groups: isOverage ? null : groups };
}
