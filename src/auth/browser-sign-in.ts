import { isPimError } from '../domain/errors.ts';
import type { AccessToken, Call, TokenWish } from '../domain/ports.ts';
import type { Round } from './msal.ts';
import type { SessionOptions } from './people.ts';
import { createDoor, type Door, type DoorOptions } from './invitation.ts';
import type { BrowserWish, Demanded } from './further-sign-in.ts';
import type { Session } from './session.ts';
import { createSharedFlight, type Patience, type SharedFlight } from './shared-flight.ts';
import { createTurns } from './turn.ts';

/** AI clients give a call up after 60 s. */
export const PATIENCE_MS = 40_000;
export const TIMEOUT_MS = 300_000;
const AZURE: Demanded = {
  resource: 'arm',
  challenge: null,
  permissions: ['user_impersonation'],
};
/** Somebody who signed in a moment ago sits in front of the browser. */
const AZURE_TIMEOUT_MS = 120_000;

export interface SignInOptions extends SessionOptions, Pick<DoorOptions, 'openBrowser'> {
  /** Somebody reads what `notify` says, as in a shell. Unless it is said, somebody does. */
  readonly isAttended?: boolean;
  /** How long `token` waits for the person before it says so. */
  readonly patienceMs?: number;
  /** How long the person has. */
  readonly timeoutMs?: number;
  /** `query` where a browser warns about forms that leave https. */
  readonly responseMode?: Round['responseMode'];
}

/** The sign-in that needs a person: one at a time, however many wait for it. */
export interface BrowserSignIn extends Pick<SharedFlight<AccessToken>, 'ended' | 'takeFailure'> {
  /** For a call that has other things to do: as the account remembered, and not for ever. */
  readonly forCall: (wish: TokenWish) => Promise<AccessToken>;
  /** For somebody who asked for it: lets them pick the account, and waits until it is over. */
  readonly anew: (call: Call) => Promise<AccessToken>;
  /** Asks for Azure as well. Never rejects: the person is signed in, whatever happens here. */
  readonly allowAzure: (call: Call) => Promise<void>;
  readonly declined: () => void;
}

/** Each flow shows itself in its own way, of which the door knows two. */
export function showing(door: Door, purpose: string): Pick<BrowserWish, 'show' | 'showElsewhere'> {
  return { show: door.byBrowser(purpose), showElsewhere: door.elsewhere(purpose) };
}

export function createBrowserSignIn(
  options: SignInOptions,
  session: Session,
  signedIn: (token: AccessToken) => AccessToken,
): BrowserSignIn {
  const { clock, notify, patienceMs = PATIENCE_MS, timeoutMs = TIMEOUT_MS } = options;
  const { responseMode = 'form_post' } = options;
  const flight = createSharedFlight<AccessToken>(clock);
  const door = createDoor({ isAttended: true, ...options });
  const patience = door.patience(() => patienceMs);
  const turns = createTurns(options.state, clock);

  function open(whom: 'remembered' | 'somebody', replaced: AbortSignal): Promise<AccessToken> {
    const shows = showing(door, 'Sign in to Microsoft Entra');
    return session
      .first({ responseMode, timeoutMs, ...shows, replaced }, whom)
      .finally(() => door.shut());
  }

  function inTurn({ refused }: TokenWish, abandoned: AbortSignal): Promise<AccessToken> {
    return turns.take({
      look: () => session.silent('graph', { refused }),
      open: (replaced) => open('remembered', replaced),
      waiting: door.afterAnother,
      abandoned,
    });
  }

  function join(
    work: (abandoned: AbortSignal) => Promise<AccessToken>,
    call: Call,
    limit: Patience | null,
  ) {
    call.report?.('Waiting for you to sign in');
    return flight.join((abandoned) => work(abandoned).then(signedIn), call, limit);
  }

  return {
    get ended() {
      return flight.ended;
    },
    takeFailure: () => flight.takeFailure(),
    declined: door.tellAgain,
    forCall: (wish) => join((abandoned) => inTurn(wish, abandoned), wish, patience),
    anew: (call) =>
      join(() => turns.takeAtOnce((replaced) => open('somebody', replaced)), call, null),

    async allowAzure({ report }) {
      report?.('Asking for Azure resource roles as well');
      const shows = showing(door, 'Allow Azure resource roles');
      const limit = Math.min(timeoutMs, AZURE_TIMEOUT_MS);
      const wish = { responseMode, timeoutMs: limit, ...shows };
      try {
        const silent = await session.permissionsInSilence(AZURE);
        if (silent === null)
          await turns.takeAtOnce((replaced) => session.onceMore(AZURE, { ...wish, replaced }));
      } catch (error) {
        const why = isPimError(error) ? error.message : 'something unexpected happened.';
        notify(`You are signed in, but not for Azure resource roles: ${why}`);
      } finally {
        door.shut();
      }
    },
  };
}
