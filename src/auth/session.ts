import type { AuthenticationResult } from '@azure/msal-node';
import { PimError } from '../domain/errors.ts';
import type { Challenge } from '../domain/challenge.ts';
import type { AccessToken, Account, Resource, TokenWish } from '../domain/ports.ts';
import { accessTokenFrom, accountFrom } from './account.ts';
import {
  azureRefused,
  canPersonMend,
  createAzureRefusals,
  type AzureRefusals,
} from './azure-refusal.ts';
import { signInWithBrowser, type BrowserFlow } from './browser-flow.ts';
import { consentedScopes, wantedScopes } from './granted.ts';
import type { Identity, SilentAnswer } from './msal.ts';
import { isOf, openPeople, type Known, type People, type SessionOptions } from './people.ts';
import { needsPerson, refused } from './sts-refusal.ts';

type SilentWish = Pick<TokenWish, 'refused' | 'isFresh'>;

export type BrowserWish = Pick<BrowserFlow, 'responseMode' | 'timeoutMs' | 'show'>;

/** What a token must carry, and for which API. */
export interface Demanded {
  readonly resource: Resource;
  readonly challenge: Challenge;
}

/** The ways to a token, and what is remembered of them. */
export interface Session {
  readonly storage: string;
  /**
   * `null` when the person has to sign in.
   * @throws PimError `consent-missing`, `sign-in-required` where Azure alone is refused.
   */
  readonly silent: (resource: Resource, wish: SilentWish) => Promise<AccessToken | null>;
  /** `somebody`: let the person pick, also when an account is remembered. */
  readonly browser: (wish: BrowserWish, whom: 'remembered' | 'somebody') => Promise<AccessToken>;
  /**
   * Has whoever signed in last allow Azure as well, in the browser where it is not allowed already.
   * @throws PimError
   */
  readonly allowAzure: (wish: BrowserWish) => Promise<void>;
  /**
   * Signs the account remembered in once more, with what is demanded.
   * @throws PimError `sign-in-required` when nobody is remembered
   */
  readonly stepUp: (demanded: Demanded, wish: BrowserWish) => Promise<AccessToken>;
  /** The same without a person; `null` where that does not bring it. */
  readonly silentStepUp: (demanded: Demanded) => Promise<AccessToken | null>;
  readonly remembered: () => Promise<Account | null>;
  readonly forget: () => Promise<readonly Account[]>;
}

interface Desk extends SessionOptions {
  readonly people: People;
  readonly refusals: AzureRefusals;
  /** Sign-ins that Microsoft no longer takes: MSAL keeps them on disk and would ask each time. */
  readonly spent: Set<string>;
}

/** One operation on behalf of somebody who is remembered. */
interface Case extends Known {
  readonly identity: Identity;
}

async function ask(
  { identity, account, entry }: Case,
  scopes: string[],
  { refused: refusedToken, isFresh = false }: SilentWish,
): Promise<SilentAnswer> {
  const wish = { account, scopes, tenantId: entry.tenantId };
  const answer = await identity.silent({ ...wish, forceRefresh: isFresh });
  // Another call or process may have got a new one meanwhile.
  if (answer.result === null || answer.result.accessToken !== refusedToken) return answer;
  return identity.silent({ ...wish, forceRefresh: true });
}

async function silentForGraph(
  { settings, spent }: Desk,
  theCase: Case,
  wish: SilentWish,
): Promise<AccessToken | null> {
  const answer = await ask(theCase, [...theCase.entry.scopes], wish);
  if (answer.result !== null) return accessTokenFrom(answer.result);
  const { refusal } = answer;
  if (refusal !== null && !needsPerson(refusal)) throw refused(refusal, settings);
  // A wish for a fresh one says nothing against the one there is.
  if (!wish.isFresh) spent.add(theCase.entry.id);
  return null;
}

async function silentForAzure(
  { settings, refusals }: Desk,
  theCase: Case,
  wish: SilentWish,
): Promise<AccessToken> {
  const { id } = theCase.entry;
  const known = refusals.get(id);
  if (known !== null) throw known;
  const answer = await ask(theCase, wantedScopes('arm', settings), wish);
  if (answer.result !== null) return accessTokenFrom(answer.result);
  throw refusals.keep(id, azureRefused(answer.refusal, settings));
}

const SILENT: Readonly<
  Record<Resource, (desk: Desk, theCase: Case, wish: SilentWish) => Promise<AccessToken | null>>
> = { graph: silentForGraph, arm: silentForAzure };

async function openCase({ people }: Desk): Promise<Case | null> {
  const identity = await people.newIdentity();
  const known = await people.find(identity);
  return known && { ...known, identity };
}

/** An app object of its own: it may wait for minutes. */
async function browserForGraph(
  desk: Desk,
  wish: BrowserWish,
  whom: 'remembered' | 'somebody',
): Promise<AccessToken> {
  const { settings, people } = desk;
  const identity = await people.newIdentity();
  const known = whom === 'remembered' ? await people.find(identity) : null;
  return signInWithBrowser({
    ...desk,
    ...wish,
    identity,
    scopes: wantedScopes('graph', settings),
    lesserScopes: consentedScopes(settings),
    loginHint: known?.account.username ?? null,
    claims: null,
    accept: people.add,
  });
}

/** @throws PimError `sign-in-failed` when it was somebody else, of whom nothing new is kept. */
async function acceptSame(
  { identity, entry }: Case,
  before: ReadonlySet<string>,
  result: AuthenticationResult,
): Promise<AccessToken> {
  const { account } = result;
  if (account !== null && isOf(account, { entry })) return accessTokenFrom(result);
  if (account !== null && !before.has(account.homeAccountId)) await identity.forget(account);
  throw new PimError('sign-in-failed', 'Another account answered than the one signed in.', {
    fix: 'Run `entra-pim login` again and use one account throughout.',
  });
}

/** Somebody who is signed in signs in again, for more. */
async function browserAgain(
  desk: Desk,
  theCase: Case,
  wish: BrowserWish & Pick<BrowserFlow, 'scopes' | 'claims'>,
): Promise<AccessToken> {
  const { identity, account } = theCase;
  const before = new Set((await identity.accounts()).map(({ homeAccountId }) => homeAccountId));
  const token = await signInWithBrowser({
    ...desk,
    ...wish,
    identity,
    lesserScopes: null,
    loginHint: account.username,
    accept: (result) => acceptSame(theCase, before, result),
  });
  await desk.people.renew(theCase);
  return token;
}

/** What was granted, so that nobody is asked to consent, and the token is found again. */
function scopesFor({ settings }: Desk, { entry }: Case, resource: Resource): string[] {
  return resource === 'graph' ? [...entry.scopes] : wantedScopes(resource, settings);
}

async function stepUp(
  desk: Desk,
  { resource, challenge }: Demanded,
  wish: BrowserWish,
): Promise<AccessToken> {
  const theCase = await openCase(desk);
  if (theCase === null) throw new PimError('sign-in-required', 'The sign-in has ended.');
  const scopes = scopesFor(desk, theCase, resource);
  return browserAgain(desk, theCase, { ...wish, scopes, claims: challenge.claims() });
}

async function silentStepUp(
  desk: Desk,
  { resource, challenge }: Demanded,
): Promise<AccessToken | null> {
  const theCase = await openCase(desk);
  if (theCase === null) return null;
  const { identity, account, entry } = theCase;
  const { result } = await identity.silent({
    account,
    scopes: scopesFor(desk, theCase, resource),
    tenantId: entry.tenantId,
    forceRefresh: false,
    claims: challenge.claims(),
  });
  return result && accessTokenFrom(result);
}

async function allowAzure(desk: Desk, wish: BrowserWish): Promise<void> {
  const { settings } = desk;
  const theCase = await openCase(desk);
  if (theCase === null) return;
  const answer = await ask(theCase, wantedScopes('arm', settings), {});
  if (answer.result !== null) return;
  const { refusal } = answer;
  if (refusal !== null && !canPersonMend(refusal)) throw refused(refusal, settings);
  await browserAgain(desk, theCase, {
    ...wish,
    scopes: wantedScopes('arm', settings),
    claims: null,
  });
}

export function openSession(options: SessionOptions): Session {
  const people = openPeople(options);
  const refusals = createAzureRefusals(options.clock);
  const desk: Desk = { ...options, people, refusals, spent: new Set() };
  return {
    get storage() {
      return people.storage;
    },
    browser: (wish, whom) => browserForGraph(desk, wish, whom),
    allowAzure: (wish) => allowAzure(desk, wish),
    stepUp: (demanded, wish) => stepUp(desk, demanded, wish),
    silentStepUp: (demanded) => silentStepUp(desk, demanded),

    async silent(resource, wish) {
      const theCase = await openCase(desk);
      if (theCase === null || desk.spent.has(theCase.entry.id)) return null;
      return SILENT[resource](desk, theCase, wish);
    },

    async remembered() {
      const theCase = await openCase(desk);
      return theCase && accountFrom(theCase.account);
    },

    async forget() {
      const identity = await people.newIdentity();
      const accounts = await identity.accounts();
      await people.clear();
      return accounts.map(accountFrom).filter((account) => account !== null);
    },
  };
}
