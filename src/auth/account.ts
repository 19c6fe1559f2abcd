import type { AccountInfo, AuthenticationResult } from '@azure/msal-node';
import * as z from 'zod';
import { PimError } from '../domain/errors.ts';
import type { AccessToken, Account } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { cleanName } from '../domain/text.ts';
import { shortScopes } from './granted.ts';
import { claimsIn, contextsIn } from './token-claims.ts';

const claimsSchema = z.looseObject({
  oid: z.string(),
  tid: z.string(),
  preferred_username: z.string().nullish(),
  name: z.string().nullish(),
});

/**
 * Who that is in the tenant signed in to. Names are what somebody typed into a directory: cleaned.
 * `null` when the ID token does not say.
 */
export function accountFrom({ idTokenClaims, username }: AccountInfo): Account | null {
  const parsed = claimsSchema.safeParse(idTokenClaims);
  if (!parsed.success) return null;
  const { oid, tid, preferred_username, name } = parsed.data;
  return {
    objectId: oid,
    tenantId: tid,
    username: cleanName(preferred_username ?? username),
    displayName: cleanName(name ?? '') || null,
  };
}

/** Whether it is the account that the settings name, by user name or object id; else anybody is. */
export function isNamed(account: AccountInfo, settings: Pick<Settings, 'account'>): boolean {
  const wanted = settings.account?.value.toLowerCase();
  if (wanted === undefined) return true;
  const { objectId = '', username = '' } = accountFrom(account) ?? {};
  return [account.username, username, objectId].some((name) => name.toLowerCase() === wanted);
}

/** @throws PimError `malformed` when the answer names nobody. */
export function accessTokenFrom(result: AuthenticationResult): AccessToken {
  const account =
    result.account &&
    accountFrom({ ...result.account, idTokenClaims: { ...result.idTokenClaims } });
  if (account === null) {
    throw new PimError('malformed', 'The sign-in does not say who signed in (no oid or tid).');
  }
  const { accessToken: value, scopes } = result;
  const contexts = contextsIn(value);
  return { value, account, claims: claimsIn(value), contexts, scopes: shortScopes(scopes) };
}
