import { PimError } from '../domain/errors.ts';
import type { AccessToken, Call, SignIn } from '../domain/ports.ts';
import type { Round } from './msal.ts';
import { createRecentToken } from './recent-token.ts';
import { openSession, type SessionOptions } from './session.ts';
import { createSharedFlight, unlessCancelled, type Patience } from './shared-flight.ts';

/** AI clients give a call up after 60 s. */
const PATIENCE_MS = 40_000;
const TIMEOUT_MS = 300_000;

export interface SignInOptions extends SessionOptions {
  /** Starts the browser; may reject. The address is passed to `notify` as well. */
  readonly openBrowser: (url: string) => Promise<void>;
  /** How long `token` waits for the person before it says so. */
  readonly patienceMs?: number;
  /** How long the person has. */
  readonly timeoutMs?: number;
  /** `query` where a browser warns about forms that leave https. */
  readonly responseMode?: Round['responseMode'];
}

function pending(byHand: string | null): PimError {
  if (byHand === null) {
    return new PimError('sign-in-pending', 'Finish signing in in the browser, then call again.');
  }
  return new PimError(
    'sign-in-pending',
    'No browser could be opened. Sign in at the address given, then call again.',
    { signInUrl: byHand },
  );
}

/**
 * The sign-in of this process: silent where it can be, else through the browser. Who signed in last
 * with the same settings is who one is.
 */
export function createSignIn(options: SignInOptions): SignIn {
  const { clock, openBrowser, notify, patienceMs = PATIENCE_MS, timeoutMs = TIMEOUT_MS } = options;
  const { responseMode = 'form_post' } = options;
  const session = openSession(options);
  const interactive = createSharedFlight<AccessToken>(clock);
  const recent = createRecentToken(clock);
  /** Where to sign in by hand: no browser could be opened. */
  let byHand: string | null = null;
  /** Silent once more when a sign-in ended meanwhile: its result is newer than our look. */
  async function silently(refused: string | undefined): Promise<AccessToken | null> {
    const before = interactive.ended;
    const token = await session.silent(refused);
    return token === null && interactive.ended !== before ? session.silent(refused) : token;
  }

  function show(url: string): void {
    notify(`Sign in to Microsoft Entra in the browser. If none opens, open this address: ${url}`);
    openBrowser(url).catch(() => {
      byHand = url;
      notify('No browser could be opened; use the address above.');
    });
  }

  const patience: Patience = {
    over: (signal) => clock.sleep(patienceMs, signal),
    error: () => pending(byHand),
  };

  function signInAs(whom: 'remembered' | 'somebody', call: Call, limit: Patience | null) {
    call.report?.('Waiting for you to sign in in the browser');
    const work = (): Promise<AccessToken> => {
      byHand = null;
      return session.browser({ whom, responseMode, timeoutMs, show });
    };
    return interactive.join(work, call, limit).then(recent.keep);
  }

  return {
    storage: session.storage,
    remembered: session.remembered,
    signOut() {
      recent.forget();
      return session.forget();
    },
    signIn: (call = {}) => signInAs('somebody', call, null),

    async token(wish = {}) {
      const known = recent.get(wish.refused);
      if (known !== null && !wish.signal?.aborted) return known;
      const keep = recent.lookingUp();
      const token = await unlessCancelled(silently(wish.refused), wish);
      if (token !== null) return keep(token);
      if (wish.isSilent) throw new PimError('sign-in-required', 'The sign-in has ended.');
      const failure = interactive.takeFailure();
      if (failure !== undefined) throw failure;
      return signInAs('remembered', wish, patience);
    },
  };
}
