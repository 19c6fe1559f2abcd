import type { AccountInfo, AuthenticationResult } from '@azure/msal-node';
import { randomUUID } from 'node:crypto';
import type { AccessToken, Account, Clock, Http, StateDirectory } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { accessTokenFrom, accountFrom } from './account.ts';
import { signInWithBrowser, type BrowserFlow } from './browser-flow.ts';
import { grantedScopes } from './granted.ts';
import { openIdentity, type Identity } from './msal.ts';
import { openRememberedSignIns, settingsKey, type RememberedSignIn } from './remembered.ts';
import { createTokenCache } from './token-cache.ts';

export interface SessionOptions {
  readonly settings: Settings;
  readonly http: Http;
  readonly clock: Clock;
  readonly state: StateDirectory;
  readonly notify: (message: string) => void;
}

type BrowserWish = Pick<BrowserFlow, 'responseMode' | 'timeoutMs' | 'show'> & {
  /** `somebody`: let the person pick, also when an account is remembered. */
  readonly whom: 'remembered' | 'somebody';
};

/** The two ways to a token, and what is remembered of them. */
export interface Session {
  readonly storage: string;
  /** `null` when the person has to sign in. */
  readonly silent: (refusedToken: string | undefined) => Promise<AccessToken | null>;
  readonly browser: (wish: BrowserWish) => Promise<AccessToken>;
  readonly remembered: () => Promise<Account | null>;
  readonly forget: () => Promise<readonly Account[]>;
}

/** A remembered sign-in together with what MSAL knows of it. */
interface Known {
  readonly entry: RememberedSignIn;
  readonly account: AccountInfo;
}

function isOf({ homeAccountId, tenantId }: AccountInfo, entry: RememberedSignIn): boolean {
  return homeAccountId === entry.homeAccountId && tenantId === entry.tenantId;
}

async function silentResult(
  identity: Identity,
  { entry, account }: Known,
  refusedToken: string | undefined,
): Promise<AuthenticationResult | null> {
  const wish = { account, scopes: [...entry.scopes], tenantId: entry.tenantId };
  const cached = await identity.silent({ ...wish, forceRefresh: false });
  // Another call or process may have got a new one meanwhile.
  if (cached === null || cached.accessToken !== refusedToken) return cached;
  return identity.silent({ ...wish, forceRefresh: true });
}

export function openSession(options: SessionOptions): Session {
  const { settings, http, clock, state, notify } = options;
  const cachePlugin = createTokenCache(state, notify);
  const signIns = openRememberedSignIns(state, settings);
  const underWay = new Map<string, Promise<AccessToken | null>>();
  /** Sign-ins that Microsoft no longer takes: MSAL keeps them on disk and would ask each time. */
  const spent = new Set<string>();

  const newIdentity = (): Promise<Identity> => openIdentity({ settings, http, cachePlugin });

  async function find(identity: Identity): Promise<Known | null> {
    const entry = await signIns.latest();
    if (entry === null) return null;
    const account = (await identity.accounts()).find((candidate) => isOf(candidate, entry));
    return account === undefined ? null : { entry, account };
  }

  async function silent(refusedToken: string | undefined): Promise<AccessToken | null> {
    const identity = await newIdentity();
    const known = await find(identity);
    if (known === null || spent.has(known.entry.id)) return null;
    const result = await silentResult(identity, known, refusedToken);
    if (result === null) spent.add(known.entry.id);
    return result && accessTokenFrom(result);
  }

  async function accept(result: AuthenticationResult): Promise<AccessToken> {
    const token = accessTokenFrom(result);
    await signIns.add({
      ...settingsKey(settings),
      id: randomUUID(),
      homeAccountId: result.account?.homeAccountId ?? '',
      tenantId: token.account.tenantId,
      scopes: grantedScopes(result.scopes, settings),
    });
    return token;
  }

  return {
    storage: cachePlugin.storage,

    async silent(refusedToken) {
      // Calls that come together share one look-up, and one refresh.
      const key = refusedToken ?? '';
      const work = underWay.get(key) ?? silent(refusedToken).finally(() => underWay.delete(key));
      underWay.set(key, work);
      return work;
    },

    async browser({ whom, ...wish }) {
      // An app object of its own: it may wait for minutes.
      const identity = await newIdentity();
      const known = whom === 'remembered' ? await find(identity) : null;
      const loginHint = known?.account.username ?? null;
      return signInWithBrowser({ ...wish, settings, identity, http, clock, loginHint, accept });
    },

    async remembered() {
      const known = await find(await newIdentity());
      return known && accountFrom(known.account);
    },

    async forget() {
      const identity = await newIdentity();
      const accounts = await identity.accounts();
      for (const account of accounts) await identity.forget(account);
      await signIns.clear();
      return accounts.map(accountFrom).filter((account) => account !== null);
    },
  };
}
