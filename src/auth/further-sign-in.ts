import type { AuthenticationResult } from '@azure/msal-node';
import type { Challenge } from '../domain/challenge.ts';
import { PimError } from '../domain/errors.ts';
import type { AccessToken, Resource } from '../domain/ports.ts';
import { accessTokenFrom } from './account.ts';
import { canPersonMend } from './azure-refusal.ts';
import { askSilently, newcomersOf, openCase, type Case, type Desk } from './desk.ts';
import { grantedScopes, scopesOf, settingsFor } from './granted.ts';
import { isOf } from './people.ts';
import { signInPerson, type PersonFlow } from './person-flow.ts';
import { refused } from './sts-refusal.ts';

/** How the person is shown where to sign in, and how long they have. */
export type BrowserWish = Pick<
  PersonFlow,
  'responseMode' | 'timeoutMs' | 'replaced' | 'show' | 'showElsewhere'
>;

/** What a token must carry beyond what the sign-in brought, and for which API. */
export interface Demanded {
  readonly resource: Resource;
  /** `null`: nothing is demanded of how the person signs in. */
  readonly challenge: Challenge | null;
  /** Permissions, by their short names. */
  readonly permissions: readonly string[];
}

function ended(): PimError {
  return new PimError('sign-in-required', 'The sign-in has ended.');
}

function anotherAnswered(): PimError {
  return new PimError('sign-in-failed', 'Another account answered than the one signed in.', {
    fix: 'Run `entra-pim login` again and use one account throughout.',
  });
}

/** What was granted, so that the token is found again, and what is to be granted. */
function scopesFor(
  { settings }: Desk,
  { entry }: Case,
  { resource, permissions }: Demanded,
): string[] {
  const known = resource === 'graph' ? entry.scopes : [];
  const all = resource === 'arm' ? ['user_impersonation', ...permissions] : permissions;
  return [...new Set([...known, ...scopesOf(resource, all, settings)])];
}

/**
 * A new token of the same person: what was noted about the old sign-in counts no longer.
 * @throws PimError `sign-in-required` where they signed out meanwhile; then nothing is kept
 */
async function renewed(
  { people, settings }: Desk,
  theCase: Case,
  resource: Resource,
  { scopes }: AuthenticationResult,
): Promise<void> {
  const { entry } = theCase;
  const granted = resource === 'graph' ? grantedScopes(scopes, settings) : entry.scopes;
  if (await people.renew(theCase, granted)) return;
  await theCase.identity.forget(theCase.account);
  throw ended();
}

async function openFor(desk: Desk, { resource }: Demanded): Promise<Case> {
  const theCase = await openCase(desk, resource);
  if (theCase !== null) return theCase;
  throw ended();
}

/**
 * Somebody who is signed in signs in once more, for more: as the same account, in the same tenant,
 * where need be with another app.
 * @throws PimError `sign-in-required` when nobody is remembered
 */
export async function signInOnceMore(
  desk: Desk,
  demanded: Demanded,
  wish: BrowserWish,
): Promise<AccessToken> {
  const theCase = await openFor(desk, demanded);
  const { identity, account } = theCase;
  const forgetNewcomer = await newcomersOf(identity);
  return signInPerson({
    ...desk,
    ...wish,
    settings: settingsFor(demanded.resource, desk.settings),
    identity,
    scopes: scopesFor(desk, theCase, demanded),
    second: null,
    claims: demanded.challenge?.claims() ?? null,
    contexts: demanded.challenge?.contexts ?? [],
    loginHint: account.username,
    async accept(result) {
      wish.replaced?.throwIfAborted();
      const { account: who } = result;
      if (who === null || !isOf(who, theCase)) {
        await forgetNewcomer(who);
        throw anotherAnswered();
      }
      await renewed(desk, theCase, demanded.resource, result);
      return accessTokenFrom(result);
    },
  });
}

/** A token that carries the demanded claims, without a person; `null` where that does not bring it. */
export async function claimsInSilence(desk: Desk, demanded: Demanded): Promise<AccessToken | null> {
  const theCase = await openCase(desk, demanded.resource);
  if (theCase === null) return null;
  const { identity, account, entry } = theCase;
  const { result } = await identity.silent({
    account,
    scopes: scopesFor(desk, theCase, demanded),
    tenantId: entry.tenantId,
    forceRefresh: false,
    ...(demanded.challenge !== null && { claims: demanded.challenge.claims() }),
  });
  if (result === null) return null;
  await renewed(desk, theCase, demanded.resource, result);
  return accessTokenFrom(result);
}

/**
 * A token with those permissions, without a person: somebody may have consented meanwhile. `null` where
 * a person can do something about it.
 * @throws PimError where nobody here can
 */
export async function permissionsInSilence(
  desk: Desk,
  demanded: Demanded,
): Promise<AccessToken | null> {
  const theCase = await openFor(desk, demanded);
  const answer = await askSilently(theCase, scopesFor(desk, theCase, demanded), {});
  if (answer.result !== null) {
    await renewed(desk, theCase, demanded.resource, answer.result);
    return accessTokenFrom(answer.result);
  }
  const { refusal } = answer;
  if (refusal !== null && !canPersonMend(refusal))
    throw refused(refusal, settingsFor(demanded.resource, desk.settings));
  return null;
}
