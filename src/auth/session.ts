import type {
  AccessToken,
  Account,
  Resource,
  SignedInAccount,
  TokenWish,
} from '../domain/ports.ts';
import { accessTokenFrom, accountFrom } from './account.ts';
import { azureRefused, createAzureRefusals } from './azure-refusal.ts';
import { askSilently, openCase, type Case, type Desk } from './desk.ts';
import { signInFirst } from './first-sign-in.ts';
import {
  claimsInSilence,
  permissionsInSilence,
  signInOnceMore,
  type BrowserWish,
  type Demanded,
} from './further-sign-in.ts';
import { readingScopes } from './granted.ts';
import { openPeople, type Known, type SessionOptions } from './people.ts';
import { needsPerson, refused } from './sts-refusal.ts';

type SilentWish = Pick<TokenWish, 'refused' | 'isFresh'>;

/** The ways to a token, and what is remembered of them. */
export interface Session {
  readonly storage: string;
  /**
   * `null` when the person has to sign in.
   * @throws PimError `consent-missing`, `sign-in-required` where Azure alone is refused.
   */
  readonly silent: (resource: Resource, wish: SilentWish) => Promise<AccessToken | null>;
  /** `somebody`: let the person pick, also when an account is remembered. */
  readonly first: (wish: BrowserWish, whom: 'remembered' | 'somebody') => Promise<AccessToken>;
  /**
   * Signs the account remembered in once more, for what is demanded.
   * @throws PimError `sign-in-required` when nobody is remembered
   */
  readonly onceMore: (demanded: Demanded, wish: BrowserWish) => Promise<AccessToken>;
  /** The claims without a person; `null` where that does not bring them. */
  readonly claimsInSilence: (demanded: Demanded) => Promise<AccessToken | null>;
  /** The permissions without a person; `null` where a person can help. @throws PimError */
  readonly permissionsInSilence: (demanded: Demanded) => Promise<AccessToken | null>;
  readonly remembered: () => Promise<Account | null>;
  readonly accounts: () => Promise<readonly SignedInAccount[]>;
  readonly forget: (whom: 'current' | 'everybody') => Promise<readonly Account[]>;
}

async function silentForGraph(
  { settings, spent }: Desk,
  theCase: Case,
  wish: SilentWish,
): Promise<AccessToken | null> {
  const answer = await askSilently(theCase, [...theCase.entry.scopes], wish);
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
  const answer = await askSilently(theCase, readingScopes('arm', settings), wish);
  if (answer.result !== null) return accessTokenFrom(answer.result);
  const error = azureRefused(answer.refusal, settings);
  // Where Entra was not even asked, another process may bring what is missing at any time.
  throw answer.refusal === null ? error : refusals.keep(id, error);
}

const SILENT: Readonly<
  Record<Resource, (desk: Desk, theCase: Case, wish: SilentWish) => Promise<AccessToken | null>>
> = { graph: silentForGraph, arm: silentForAzure };

/** The tenant is part of it: a guest is somebody else there. */
function signedInAccount({ entry, account }: Known, current: Known | null): SignedInAccount | null {
  const found = accountFrom(account);
  if (found === null) return null;
  const { authority, clientId, tenant } = entry;
  const isCurrent = entry.id === current?.entry.id;
  return { account: found, authority, clientId, tenant, isCurrent };
}

async function forgetCurrent({ people }: Desk): Promise<readonly Account[]> {
  const known = await people.find();
  if (known === null) return [];
  await people.forget(known);
  const account = accountFrom(known.account);
  return account === null ? [] : [account];
}

async function forgetEverybody({ people }: Desk): Promise<readonly Account[]> {
  const known = await people.all();
  await people.clear();
  return known.flatMap(({ account }) => accountFrom(account) ?? []);
}

export function openSession(options: SessionOptions): Session {
  const people = openPeople(options);
  const refusals = createAzureRefusals(options.clock);
  const desk: Desk = { ...options, people, refusals, spent: new Set() };
  return {
    get storage() {
      return people.storage;
    },
    first: (wish, whom) => signInFirst(desk, wish, whom),
    onceMore: (demanded, wish) => signInOnceMore(desk, demanded, wish),
    claimsInSilence: (demanded) => claimsInSilence(desk, demanded),
    permissionsInSilence: (demanded) => permissionsInSilence(desk, demanded),

    async silent(resource, wish) {
      const theCase = await openCase(desk, resource);
      if (theCase === null || desk.spent.has(theCase.entry.id)) return null;
      return SILENT[resource](desk, theCase, wish);
    },

    async remembered() {
      const known = await people.find();
      return known && accountFrom(known.account);
    },

    async accounts() {
      const [all, current] = await Promise.all([people.all(), people.find()]);
      return all.flatMap((known) => signedInAccount(known, current) ?? []);
    },

    forget: (whom) => (whom === 'current' ? forgetCurrent(desk) : forgetEverybody(desk)),
  };
}
