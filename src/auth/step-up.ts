import type { Challenge } from '../domain/challenge.ts';
import type { AccessToken, Call, TokenWish } from '../domain/ports.ts';
import { PATIENCE_MS, showing, TIMEOUT_MS, type SignInOptions } from './browser-sign-in.ts';
import { createDoor, type Door } from './invitation.ts';
import type { RecentTokens } from './recent-token.ts';
import type { Demanded, Session } from './session.ts';
import { cancelled, createSharedFlight, type SharedFlight } from './shared-flight.ts';

/** A further sign-in that worked: what it was for, and the token that it brought. */
interface Given extends Demanded {
  readonly value: string;
}

/** At most one for each demand, and how it shows itself. */
interface Window {
  readonly flight: SharedFlight<AccessToken>;
  readonly door: Door;
}

export interface StepUps {
  /**
   * A token that carries what is demanded: of a sign-in in the browser, shared by all who wait for
   * the same; without one where such a sign-in ended meanwhile.
   * @throws PimError as `SignIn.token`
   */
  readonly token: (demanded: Demanded, wish: TokenWish) => Promise<AccessToken>;
  /** That token with what is known of it: an access token is not for us to read. */
  readonly known: (token: AccessToken) => AccessToken;
  forget(): void;
}

function keyOf({ resource, challenge }: Demanded): string {
  return `${resource} ${challenge.label}`;
}

/** Told in time to whoever called, who will not listen for longer. */
const TELL_MS = 2000;

function waitMs({ answerBy }: Call, now: Date, patienceMs: number): number {
  if (answerBy === undefined) return patienceMs;
  const left = answerBy.getTime() - now.getTime() - TELL_MS;
  return Math.max(0, Math.min(patienceMs, left));
}

function carries({ contexts = [] }: AccessToken, challenge: Challenge): boolean {
  return challenge.contexts.every((context) => contexts.includes(context));
}

/** Work in the order in which it was given: two windows at once confuse. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work, work);
    last = done;
    return done;
  };
}

/** What further sign-ins have brought in this process. */
function createMemory() {
  const given = new Map<string, Given>();
  return {
    add(demanded: Demanded, { value }: AccessToken): void {
      given.set(keyOf(demanded), { ...demanded, value });
    },
    isFor: (demanded: Demanded, { value }: AccessToken) =>
      given.get(keyOf(demanded))?.value === value,
    /** Somebody signed in for the same, for the other API. */
    hasElsewhere: ({ resource, challenge }: Demanded) =>
      [...given.values()].some(
        (one) => one.resource !== resource && one.challenge.label === challenge.label,
      ),
    known(token: AccessToken): AccessToken {
      const more = [...given.values()]
        .filter(({ value }) => value === token.value)
        .flatMap(({ challenge }) => challenge.contexts);
      if (more.length === 0) return token;
      return { ...token, contexts: [...new Set([...(token.contexts ?? []), ...more])] };
    },
    forget(): void {
      given.clear();
    },
  };
}

/** Further sign-ins of somebody who is signed in. */
export function createStepUps(
  options: SignInOptions,
  session: Session,
  recent: RecentTokens,
): StepUps {
  const { clock, responseMode = 'form_post' } = options;
  const { patienceMs = PATIENCE_MS, timeoutMs = TIMEOUT_MS } = options;
  const memory = createMemory();
  const windows = new Map<string, Window>();
  const inTurn = createQueue();

  function windowFor(key: string): Window {
    const flight = createSharedFlight<AccessToken>(clock);
    const window = windows.get(key) ?? {
      flight,
      door: createDoor({ isAttended: true, ...options }),
    };
    windows.set(key, window);
    return window;
  }

  /** For the other API the session may carry a context over without a person. */
  async function carriedOver(demanded: Demanded): Promise<AccessToken | null> {
    const { challenge } = demanded;
    if (challenge.contexts.length === 0 || !memory.hasElsewhere(demanded)) return null;
    const token = await session.silentStepUp(demanded);
    return token !== null && carries(token, challenge) ? token : null;
  }

  async function obtain(demanded: Demanded, { door }: Window): Promise<AccessToken> {
    const silent = await carriedOver(demanded);
    const shows = showing(door, `Sign in once more (${demanded.challenge.label})`);
    const wish = { responseMode, timeoutMs, ...shows };
    const token = silent ?? (await session.stepUp(demanded, wish));
    memory.add(demanded, token);
    return memory.known(recent.renewed(demanded.resource, token));
  }

  function inBrowser(demanded: Demanded, call: Call): Promise<AccessToken> {
    const window = windowFor(keyOf(demanded));
    const { flight, door } = window;
    const failure = flight.takeFailure();
    if (failure !== undefined) throw failure;
    const { label } = demanded.challenge;
    call.report?.(`Waiting for you to sign in: Microsoft demands ${label}`);
    const patience = door.patience(() => waitMs(call, clock.now(), patienceMs));
    return flight.join(() => inTurn(() => obtain(demanded, window)), call, patience);
  }

  return {
    known: (token) => memory.known(token),
    async token(demanded, wish) {
      if (wish.signal?.aborted) throw cancelled();
      const current = recent.get(demanded.resource, wish);
      const isForThis = current !== null && memory.isFor(demanded, current);
      return isForThis ? memory.known(current) : inBrowser(demanded, wish);
    },
    forget: () => memory.forget(),
  };
}
