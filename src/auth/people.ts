import type { AccountInfo, AuthenticationResult } from '@azure/msal-node';
import { randomUUID } from 'node:crypto';
import { isPimError } from '../domain/errors.ts';
import type {
  AccessToken,
  Clock,
  Http,
  Keyring,
  Log,
  Resource,
  StateDirectory,
} from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { accessTokenFrom, isNamed } from './account.ts';
import { grantedScopes } from './granted.ts';
import type { AppInTenant } from './authority.ts';
import { openIdentity, type Identity } from './msal.ts';
import type { Terminal } from './paste.ts';
import type { Way } from './person-flow.ts';
import { openRememberedSignIns, settingsKey, type RememberedSignIn } from './remembered.ts';
import { createTokenCache } from './token-cache.ts';
import { createTokenStore, type TokenStore } from './token-store.ts';
import { SIGN_IN_LOCK } from './turn.ts';

export interface SessionOptions {
  readonly settings: Settings;
  readonly http: Http;
  readonly clock: Clock;
  readonly state: StateDirectory;
  /** The operating system's; left out where there is none. */
  readonly keyring?: Keyring;
  readonly notify: (message: string) => void;
  /** How a person signs in here; in the browser unless it is said. */
  readonly way?: Way;
  /** What happens on the way, for support. */
  readonly log?: Log;
  /** Asks for one line at the terminal; left out where there is none. */
  readonly readLine?: Terminal['readLine'];
}

/** A remembered sign-in together with what MSAL knows of it. */
export interface Known {
  readonly entry: RememberedSignIn;
  readonly account: AccountInfo;
}

/** Who signed in on this machine: our list of sign-ins, and MSAL's cache of accounts and tokens. */
export interface People {
  readonly storage: string;
  /** MSAL for one operation: with the app for that API, in that tenant or the configured one. */
  readonly identity: (resource: Resource, tenantId: string | null) => Promise<Identity>;
  /** Before anybody signs in. @throws PimError where a keyring is demanded that keeps nothing */
  readonly demandStore: () => Promise<void>;
  /** Whom the settings mean: the account they name, else who signed in last; `null` for nobody. */
  readonly find: () => Promise<Known | null>;
  /** Whoever signed in with any settings, last one first. */
  readonly all: () => Promise<readonly Known[]>;
  /** Remembers the sign-in for Graph that worked just now. */
  readonly add: (result: AuthenticationResult) => Promise<AccessToken>;
  /**
   * Makes it a new sign-in: what any process noted about the old one counts no longer. `scopes`: what
   * the token for Graph has now. `false` where it is gone: somebody signed out meanwhile.
   */
  readonly renew: (known: Known, scopes: readonly string[]) => Promise<boolean>;
  /** Everything of that person: a refresh token is theirs in all tenants. */
  readonly forget: (known: Known) => Promise<void>;
  /** Everything that is remembered of anybody. */
  readonly clear: () => Promise<void>;
}

export function isOf({ homeAccountId, tenantId }: AccountInfo, { entry }: Pick<Known, 'entry'>) {
  return homeAccountId === entry.homeAccountId && tenantId === entry.tenantId;
}

/** MSAL for each app, on one cache. */
function openIdentities({ settings, http, log }: SessionOptions, store: TokenStore) {
  const cachePlugin = createTokenCache(store);
  const clientIds: Readonly<Record<Resource, string>> = {
    graph: settings.clientId.value,
    arm: settings.azureClientId.value,
  };
  const open = (app: AppInTenant): Promise<Identity> =>
    openIdentity({ settings, http, cachePlugin, log, ...app });

  return {
    identity: (resource: Resource, tenantId: string | null) =>
      open({ clientId: clientIds[resource], tenantId }),

    /** MSAL tells each app of its own sign-ins only. */
    known: async (entries: readonly RememberedSignIn[]): Promise<readonly Known[]> => {
      const accounts = new Map<string, readonly AccountInfo[]>();
      for (const clientId of new Set(entries.map((entry) => entry.clientId)))
        accounts.set(clientId, await (await open({ clientId, tenantId: null })).accounts());
      return entries.flatMap((entry) => {
        const account = accounts.get(entry.clientId)?.find((one) => isOf(one, { entry }));
        return account === undefined ? [] : [{ entry, account }];
      });
    },
  };
}

/** What is remembered of a sign-in that worked just now. */
function entryOf(result: AuthenticationResult, tenantId: string, settings: Settings) {
  return {
    ...settingsKey(settings),
    id: randomUUID(),
    homeAccountId: result.account?.homeAccountId ?? '',
    tenantId,
    scopes: grantedScopes(result.scopes, settings),
  };
}

export function openPeople(options: SessionOptions): People {
  const { settings, state, keyring, notify } = options;
  const { tokenStore } = settings;
  const store = createTokenStore({ state, keyring: keyring ?? null, tokenStore, notify });
  const signIns = openRememberedSignIns(state, settings);
  const { identity, known } = openIdentities(options, store);

  /**
   * Removes the cache and its key where nobody is left. Whoever signs in at this moment, in another
   * process, is in the cache before they are remembered: then it stays.
   */
  async function clearIfUnused(): Promise<void> {
    const held = await state.seize(SIGN_IN_LOCK);
    if (held === null) return;
    try {
      if ((await signIns.all()).length === 0) await store.locked(() => store.clear());
    } finally {
      await held.release();
    }
  }

  /** Also what a session with another store has kept of them. */
  async function forgetTokens(account: AccountInfo): Promise<void> {
    for (const copy of await store.copies()) {
      const one = await openIdentities(options, copy).identity('graph', null);
      try {
        await one.forget(account);
      } catch (error) {
        if (!isPimError(error)) throw error;
        notify(`A sign-in of theirs stays where it cannot be reached now: ${error.message}`);
      }
    }
  }

  return {
    get storage() {
      return store.storage;
    },
    identity,
    async demandStore() {
      if (tokenStore.value === 'keyring') await store.locked(() => store.readToWrite());
    },
    async find() {
      const fitting = await known(await signIns.fitting());
      return fitting.find(({ account }) => isNamed(account, settings)) ?? null;
    },
    all: async () => known(await signIns.all()),

    async add(result) {
      const token = accessTokenFrom(result);
      await signIns.add(entryOf(result, token.account.tenantId, settings));
      return token;
    },

    renew: ({ entry }, scopes) =>
      signIns.replace({ ...entry, scopes: [...scopes], id: randomUUID() }),

    async forget({ entry, account }) {
      const { authority, homeAccountId } = entry;
      await forgetTokens(account);
      await signIns.remove(
        (other) => other.authority === authority && other.homeAccountId === homeAccountId,
      );
      await clearIfUnused();
    },

    async clear() {
      await store.locked(() => store.clear());
      await signIns.remove(() => true);
    },
  };
}
