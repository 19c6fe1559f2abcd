import { PimError } from '../domain/errors.ts';
import type { AccessToken, Log, Resource, SignIn, TokenWish } from '../domain/ports.ts';
import { isAzureApart } from '../domain/settings.ts';
import { createBrowserSignIn, type BrowserSignIn, type SignInOptions } from './browser-sign-in.ts';
import type { Demanded } from './further-sign-in.ts';
import { createFurtherSignIns } from './further-sign-ins.ts';
import { createRecentTokens } from './recent-token.ts';
import { openSession, type Session } from './session.ts';
import { createSharing, unlessCancelled } from './shared-flight.ts';

export type { SignInOptions };

type LookUp = (resource: Resource, wish: TokenWish) => Promise<AccessToken | null>;

/** Silent looks for a token. Those for the same thing at the same time share one, and one refresh. */
function createLookUp(session: Session, browser: BrowserSignIn): LookUp {
  const share = createSharing<AccessToken | null>();

  /** Once more when a sign-in ended meanwhile: its result is newer than our look. */
  async function look(resource: Resource, wish: TokenWish): Promise<AccessToken | null> {
    const before = browser.ended;
    const token = await session.silent(resource, wish);
    const isOld = token === null && browser.ended !== before;
    return isOld ? session.silent(resource, wish) : token;
  }

  return (resource, wish) => {
    const { refused, isFresh = false, isSilent = false } = wish;
    return share(JSON.stringify([resource, refused, isFresh, isSilent]), async () => {
      const token = await look(resource, wish);
      if (token !== null || isFresh || isSilent) return token;
      // Told to all who ask now, so that none of them opens a browser instead.
      const failure = browser.takeFailure();
      if (failure !== undefined) throw failure;
      return null;
    });
  };
}

function signInRequired(): PimError {
  return new PimError('sign-in-required', 'The sign-in has ended.');
}

/** What the wish demands beyond a token; `null`: nothing. */
function demandedBy(wish: TokenWish): Demanded | null {
  const { resource = 'graph', challenge = null, permissions = [] } = wish;
  return challenge === null && permissions.length === 0
    ? null
    : { resource, challenge, permissions };
}

/** What is looked for and how, never what is found. */
function note(log: Log | undefined, wish: TokenWish): void {
  const { resource = 'graph', isSilent = false, isFresh = false, refused, challenge } = wish;
  log?.('debug', 'token', {
    resource,
    isSilent,
    isFresh,
    isRefused: refused !== undefined,
    isDemand: challenge !== undefined,
    isConsent: wish.permissions !== undefined,
  });
}

/**
 * The sign-in of this process: silent where it can be, else through the browser. Who signed in last
 * with the same settings is who one is.
 */
export function createSignIn(options: SignInOptions): SignIn {
  const { settings } = options;
  const session = openSession(options);
  const recent = createRecentTokens(options.clock);
  const browser = createBrowserSignIn(options, session, recent.signedIn);
  const lookUp = createLookUp(session, browser);
  const further = createFurtherSignIns(options, session, recent);

  async function silently(resource: Resource, wish: TokenWish): Promise<AccessToken | null> {
    const known = recent.get(resource, wish);
    if (known !== null && !wish.signal?.aborted) return known;
    const keep = recent.lookingUp(resource, wish);
    const token = await unlessCancelled(lookUp(resource, wish), wish);
    return token && keep(token);
  }

  async function graph(wish: TokenWish): Promise<AccessToken> {
    const token = await silently('graph', wish);
    if (token !== null) return token;
    if (wish.isSilent || wish.isFresh) throw signInRequired();
    return browser.forCall(wish);
  }

  async function azure(wish: TokenWish): Promise<AccessToken> {
    // Whoever is not signed in signs in for both at once, in the one window that Graph opens.
    await graph({ ...wish, refused: undefined, isFresh: false });
    const token = await silently('arm', wish);
    if (token === null) throw signInRequired();
    return token;
  }

  async function beyond(demanded: Demanded, wish: TokenWish): Promise<AccessToken> {
    if (demanded.challenge === null && !wish.isSilent)
      await graph({ ...wish, refused: undefined, isFresh: false });
    return further.token(demanded, wish);
  }

  return {
    get storage() {
      return session.storage;
    },
    tokensFrom: [],
    remembered: session.remembered,
    accounts: session.accounts,
    declined() {
      for (const one of [browser, further]) one.declined();
    },
    signOut(whom) {
      recent.forget();
      further.forget();
      return session.forget(whom);
    },
    async signIn({ withAzure, ...call } = {}) {
      const token = await browser.anew(call);
      const isAsked = withAzure ?? !isAzureApart(settings);
      if (isAsked) await unlessCancelled(browser.allowAzure(call), call);
      return token;
    },
    async token(wish = {}) {
      note(options.log, wish);
      const demanded = demandedBy(wish);
      // Beyond what silence can bring: that a refreshed token carries more is for nobody to promise.
      if (demanded !== null) return beyond(demanded, wish);
      return further.known(await (wish.resource === 'arm' ? azure(wish) : graph(wish)));
    },
  };
}
