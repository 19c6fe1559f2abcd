import type { AccountInfo } from '@azure/msal-node';
import type { Resource } from '../domain/ports.ts';
import type { AzureRefusals } from './azure-refusal.ts';
import type { Identity, SilentAnswer } from './msal.ts';
import type { Known, People, SessionOptions } from './people.ts';

/** What every way to a token works with. */
export interface Desk extends SessionOptions {
  readonly people: People;
  readonly refusals: AzureRefusals;
  /** Sign-ins that Microsoft no longer takes: MSAL keeps them on disk and would ask each time. */
  readonly spent: Set<string>;
}

/** One operation on behalf of somebody who is remembered. */
export interface Case extends Known {
  readonly identity: Identity;
}

/** `null` when nobody is remembered. */
export async function openCase({ people }: Desk, resource: Resource): Promise<Case | null> {
  const known = await people.find();
  if (known === null) return null;
  return { ...known, identity: await people.identity(resource, known.entry.tenantId) };
}

/** Without a person: from the cache, or with a refresh where it must be a new one. */
export async function askSilently(
  { identity, account, entry }: Case,
  scopes: string[],
  {
    refused,
    isFresh = false,
  }: { readonly refused?: string | undefined; readonly isFresh?: boolean | undefined },
): Promise<SilentAnswer> {
  const wish = { account, scopes, tenantId: entry.tenantId };
  const answer = await identity.silent({ ...wish, forceRefresh: isFresh });
  // Another call or process may have got a new one meanwhile.
  if (answer.result === null || answer.result.accessToken !== refused) return answer;
  return identity.silent({ ...wish, forceRefresh: true });
}

/** Forgets somebody, unless they were signed in before it was asked for. */
type ForgetNewcomer = (account: AccountInfo | null) => Promise<void>;

/** To be called before a sign-in begins: whoever answers may be somebody else, and known already. */
export async function newcomersOf(identity: Identity): Promise<ForgetNewcomer> {
  const before = new Set((await identity.accounts()).map(({ homeAccountId }) => homeAccountId));
  return async (account) => {
    if (account !== null && !before.has(account.homeAccountId)) await identity.forget(account);
  };
}
