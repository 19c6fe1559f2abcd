import type { AccountInfo, AuthenticationResult } from '@azure/msal-node';
import { randomUUID } from 'node:crypto';
import type { AccessToken, Clock, Http, Keyring, Log, StateDirectory } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { accessTokenFrom } from './account.ts';
import { grantedScopes } from './granted.ts';
import { openIdentity, type Identity } from './msal.ts';
import type { Terminal } from './paste.ts';
import type { Way } from './person-flow.ts';
import { openRememberedSignIns, settingsKey, type RememberedSignIn } from './remembered.ts';
import { createTokenCache } from './token-cache.ts';
import { createTokenStore } from './token-store.ts';

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
  /** MSAL for one operation. */
  readonly newIdentity: () => Promise<Identity>;
  /** Who signed in last with these settings; `null` when nobody is remembered. */
  readonly find: (identity: Identity) => Promise<Known | null>;
  /** Remembers the sign-in for Graph that worked just now. */
  readonly add: (result: AuthenticationResult) => Promise<AccessToken>;
  /**
   * Makes it a new sign-in, unless there is a newer one: what any process noted about the old one
   * counts no longer.
   */
  readonly renew: (known: Known) => Promise<void>;
  /** Everything that is remembered of anybody. */
  readonly clear: () => Promise<void>;
}

export function isOf({ homeAccountId, tenantId }: AccountInfo, { entry }: Pick<Known, 'entry'>) {
  return homeAccountId === entry.homeAccountId && tenantId === entry.tenantId;
}

export function openPeople({
  settings,
  http,
  state,
  keyring,
  notify,
  log,
}: SessionOptions): People {
  const { tokenStore } = settings;
  const store = createTokenStore({ state, keyring: keyring ?? null, tokenStore, notify });
  const cachePlugin = createTokenCache(store);
  const signIns = openRememberedSignIns(state, settings);
  return {
    get storage() {
      return store.storage;
    },
    newIdentity: () => openIdentity({ settings, http, cachePlugin, log }),

    async find(identity) {
      const entry = await signIns.latest();
      if (entry === null) return null;
      const account = (await identity.accounts()).find((one) => isOf(one, { entry }));
      return account === undefined ? null : { entry, account };
    },

    async add(result) {
      const token = accessTokenFrom(result);
      await signIns.add({
        ...settingsKey(settings),
        id: randomUUID(),
        homeAccountId: result.account?.homeAccountId ?? '',
        tenantId: token.account.tenantId,
        scopes: grantedScopes(result.scopes, settings),
      });
      return token;
    },

    async renew({ entry }) {
      const isLatest = (await signIns.latest())?.id === entry.id;
      if (isLatest) await signIns.add({ ...entry, id: randomUUID() });
    },

    async clear() {
      await store.locked(() => store.clear());
      await signIns.clear();
    },
  };
}
