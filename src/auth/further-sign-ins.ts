import type { Challenge } from '../domain/challenge.ts';
import { isPimError, PimError } from '../domain/errors.ts';
import type { AccessToken, Call, TokenWish } from '../domain/ports.ts';
import { isAzureApart } from '../domain/settings.ts';
import { PATIENCE_MS, showing, TIMEOUT_MS, type SignInOptions } from './browser-sign-in.ts';
import type { BrowserWish, Demanded } from './further-sign-in.ts';
import { createDoor, type Door } from './invitation.ts';
import type { RecentTokens } from './recent-token.ts';
import type { Session } from './session.ts';
import {
  cancelled,
  createSharedFlight,
  createSharing,
  type SharedFlight,
} from './shared-flight.ts';
import { createTurns } from './turn.ts';

/** A further sign-in that worked: what it was for, and the token that it brought. */
interface Given extends Demanded {
  readonly value: string;
}

/** At most one for each demand, and how it shows itself. */
interface Window {
  readonly flight: SharedFlight<AccessToken>;
  readonly door: Door;
}

export interface FurtherSignIns {
  /**
   * A token that carries what is demanded: of a sign-in in the browser, shared by all who wait for
   * the same; without one where silence brings it, or such a sign-in ended meanwhile.
   * @throws PimError as `SignIn.token`
   */
  readonly token: (demanded: Demanded, wish: TokenWish) => Promise<AccessToken>;
  /** That token with what is known of it: an access token is not for us to read. */
  readonly known: (token: AccessToken) => AccessToken;
  forget(): void;
  declined(): void;
}

/** The same words are the same demand. */
function keyOf({ resource, challenge, permissions }: Demanded): string {
  return [resource, challenge?.label ?? '', ...permissions].join(' ');
}

/** What the person is told it is for, and those who wait are told of it. */
function wordsFor({ resource, challenge, permissions }: Demanded) {
  if (challenge !== null)
    return {
      purpose: `Sign in once more (${challenge.label})`,
      waiting: `Waiting for you to sign in: Microsoft demands ${challenge.label}`,
    };
  const what = resource === 'arm' ? 'Azure resource roles' : permissions.join(', ');
  return { purpose: `Allow ${what}`, waiting: `Waiting for you to allow ${what}` };
}

/** Told in time to whoever called, who will not listen for longer. */
const TELL_MS = 2000;

function waitMs({ answerBy }: Call, now: Date, patienceMs: number): number {
  if (answerBy === undefined) return patienceMs;
  const left = answerBy.getTime() - now.getTime() - TELL_MS;
  return Math.max(0, Math.min(patienceMs, left));
}

/** Mostly nobody has to do anything. */
function isRefresh({ challenge }: Demanded): boolean {
  return challenge?.isForPerson === false;
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
    hasElsewhere: ({ resource }: Demanded, { label }: Challenge) =>
      [...given.values()].some(
        (one) => one.resource !== resource && one.challenge?.label === label,
      ),
    known(token: AccessToken): AccessToken {
      const more = [...given.values()]
        .filter(({ value }) => value === token.value)
        .flatMap(({ challenge }) => challenge?.contexts ?? []);
      if (more.length === 0) return token;
      return { ...token, contexts: [...new Set([...(token.contexts ?? []), ...more])] };
    },
    forget(): void {
      given.clear();
    },
  };
}

type Memory = ReturnType<typeof createMemory>;

/** What comes without a person. */
function createSilence({ settings }: SignInOptions, session: Session, memory: Memory) {
  /** Tokens that no person signed in for, and the claims that they were brought for. */
  const silently = new Map<string, string>();
  const share = createSharing<AccessToken | null>();

  /**
   * A refresh with the claims. What it brought for the very same claims was not enough when they come
   * back for that token: then it takes the person.
   */
  async function claimed(
    demanded: Demanded,
    challenge: Challenge,
    { refused = '' }: TokenWish,
  ): Promise<AccessToken | null> {
    if (silently.get(refused) === challenge.claims()) return null;
    const token = await share(`${keyOf(demanded)} ${refused}`, () =>
      session.claimsInSilence(demanded),
    );
    if (token === null || token.value === refused || !carries(token, challenge)) return null;
    silently.delete(refused);
    silently.set(token.value, challenge.claims());
    return token;
  }

  /**
   * What the person signed in for at the other API, moments ago, the same session brings here without
   * them. Two apps have two sessions.
   */
  async function carriedOver(
    demanded: Demanded,
    challenge: Challenge,
    wish: TokenWish,
  ): Promise<AccessToken | null> {
    if (isAzureApart(settings) || !memory.hasElsewhere(demanded, challenge)) return null;
    return claimed(demanded, challenge, wish);
  }

  /** Another process may have brought it: what is remembered now says that it carries the contexts. */
  async function fromElsewhere(
    { resource }: Demanded,
    challenge: Challenge,
    { refused }: TokenWish,
  ): Promise<AccessToken | null> {
    if (challenge.contexts.length === 0) return null;
    try {
      const token = await session.silent(resource, {});
      const isIt = token !== null && token.value !== refused && carries(token, challenge);
      return isIt ? token : null;
    } catch (error) {
      // This was only a short cut: the sign-in that follows tells what is wrong.
      if (isPimError(error)) return null;
      throw error;
    }
  }

  async function inSilence(demanded: Demanded, wish: TokenWish): Promise<AccessToken | null> {
    const { challenge } = demanded;
    if (challenge === null) return session.permissionsInSilence(demanded);
    // Continuous access evaluation: a newer token will do.
    if (!challenge.isForPerson) return claimed(demanded, challenge, wish);
    const token = await fromElsewhere(demanded, challenge, wish);
    return token ?? carriedOver(demanded, challenge, wish);
  }

  return inSilence;
}

function createWindows(options: SignInOptions) {
  const windows = new Map<string, Window>();
  return {
    tellAgain() {
      for (const { door } of windows.values()) door.tellAgain();
    },
    get(demanded: Demanded): Window {
      const key = keyOf(demanded);
      const window = windows.get(key) ?? {
        flight: createSharedFlight<AccessToken>(options.clock),
        door: createDoor({ isAttended: true, ...options }),
      };
      windows.set(key, window);
      return window;
    },
  };
}

/** Shows itself when its turn has come: until then those who wait are told of another one. */
function opener(
  session: Session,
  demanded: Demanded,
  door: Door,
  limits: Pick<BrowserWish, 'responseMode' | 'timeoutMs'>,
) {
  return (replaced: AbortSignal): Promise<AccessToken> => {
    const shows = showing(door, wordsFor(demanded).purpose);
    return session.onceMore(demanded, { ...limits, ...shows, replaced }).finally(() => door.shut());
  };
}

/** Why nobody is asked. */
function notAsked({ challenge, permissions }: Demanded): PimError {
  if (challenge !== null)
    return new PimError('step-up-required', `Microsoft demands ${challenge.label}.`, {
      fix: 'Run what needs it, for example `entra-pim list`: it asks for that sign-in.',
    });
  return new PimError('consent-missing', 'The sign-in lacks a permission.', {
    missingScopes: permissions,
  });
}

async function orNotAsked(
  found: Promise<AccessToken | null>,
  demanded: Demanded,
): Promise<AccessToken> {
  const token = await found;
  if (token !== null) return token;
  throw notAsked(demanded);
}

/** Further sign-ins of somebody who is signed in. */
export function createFurtherSignIns(
  options: SignInOptions,
  session: Session,
  recent: RecentTokens,
): FurtherSignIns {
  const { clock, responseMode = 'form_post' } = options;
  const { patienceMs = PATIENCE_MS, timeoutMs = TIMEOUT_MS } = options;
  const memory = createMemory();
  const windows = createWindows(options);
  const inTurn = createQueue();
  const inSilence = createSilence(options, session, memory);
  const turns = createTurns(options.state, clock);

  function brought(demanded: Demanded, token: AccessToken): AccessToken {
    memory.add(demanded, token);
    return memory.known(recent.renewed(demanded.resource, token));
  }

  /** Whoever signs in elsewhere, or for something else, has nothing to do with a mere refresh. */
  async function refreshed(demanded: Demanded, wish: TokenWish): Promise<AccessToken | null> {
    const token = isRefresh(demanded) ? await inSilence(demanded, wish) : null;
    return token && brought(demanded, token);
  }

  async function obtain(
    demanded: Demanded,
    { door }: Window,
    asked: TokenWish,
    abandoned: AbortSignal,
  ): Promise<AccessToken> {
    const token = await turns.take({
      // Not again and again: it asks Microsoft.
      look: async (isOurs) => (isOurs ? inSilence(demanded, asked) : null),
      open: opener(session, demanded, door, { responseMode, timeoutMs }),
      waiting: door.afterAnother,
      abandoned,
    });
    return brought(demanded, token);
  }

  function inBrowser(demanded: Demanded, call: TokenWish): Promise<AccessToken> {
    const window = windows.get(demanded);
    const { flight, door } = window;
    const failure = flight.takeFailure();
    if (failure !== undefined) throw failure;
    const patience = door.patience(() => waitMs(call, clock.now(), patienceMs));
    const work = async (abandoned: AbortSignal): Promise<AccessToken> =>
      (await refreshed(demanded, call)) ?? inTurn(() => obtain(demanded, window, call, abandoned));
    // A refresh is not waited for, unless a window follows.
    if (!isRefresh(demanded)) call.report?.(wordsFor(demanded).waiting);
    return flight.join(work, call, patience);
  }

  return {
    known: (token) => memory.known(token),
    async token(demanded, wish) {
      if (wish.signal?.aborted) throw cancelled();
      if (wish.isSilent) return orNotAsked(refreshed(demanded, wish), demanded);
      const current = recent.get(demanded.resource, wish);
      const isForThis = current !== null && memory.isFor(demanded, current);
      return isForThis ? memory.known(current) : inBrowser(demanded, wish);
    },
    forget: () => memory.forget(),
    declined: () => windows.tellAgain(),
  };
}
