import type { AuthenticationResult } from '@azure/msal-node';
import { randomBytes } from 'node:crypto';
import { isPimError, PimError } from '../domain/errors.ts';
import type { AccessToken, Clock, Http } from '../domain/ports.ts';
import { EXPLANATIONS } from '../domain/reasons.ts';
import type { Settings } from '../domain/settings.ts';
import { quoted } from '../domain/text.ts';
import type { Invitation } from './invitation.ts';
import { openLoopback, type Listener } from './loopback.ts';
import { RefusedByEntra, type Identity, type Round } from './msal.ts';
import type { Page } from './pages.ts';
import { takePasted, type Terminal } from './paste.ts';
import { refusalBeforehand } from './preflight.ts';
import { isAboutConsent, isDeclined, refusalInAnswer, refused } from './sts-refusal.ts';

/** A second try, where the consent to the first was refused, or what it brought is of no use. */
interface Second {
  readonly scopes: string[];
  /** May reject: somebody answered who is not welcome. */
  readonly isNeeded: (result: AuthenticationResult) => Promise<boolean>;
}

export interface BrowserFlow {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly http: Http;
  readonly clock: Clock;
  readonly responseMode: Round['responseMode'];
  readonly loginHint: string | null;
  readonly scopes: string[];
  /** What is asked for next, in the same tab; `null` = nothing else will do. */
  readonly second: Second | null;
  /** What the token must carry, as JSON; `null`: nothing in particular. */
  readonly claims: string | null;
  readonly timeoutMs: number;
  /** Ends it, with its reason. */
  readonly replaced?: AbortSignal;
  /** Makes what was redeemed last. Part of the sign-in: without it the tab does not say "complete". */
  readonly accept: (result: AuthenticationResult) => Promise<AccessToken>;
  /** Shows the person where to sign in. Must not throw, nor wait for the sign-in. */
  readonly show: (invitation: Invitation) => void;
  /** Where the answer may be pasted, when the browser is on another machine. */
  readonly terminal?: Terminal | undefined;
}

interface Outcome {
  readonly succeed: (token: AccessToken) => void;
  readonly fail: (error: unknown) => void;
}

/** 256 bit each. */
function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** What one round asks for, of whom, and what follows where that does not do. */
interface Asked {
  readonly scopes: string[];
  readonly loginHint: string | null;
  readonly secondChance: SecondChance;
}

async function newRound(
  { identity, responseMode, claims }: BrowserFlow,
  { redirectUri }: Listener,
  { scopes, loginHint }: Asked,
): Promise<Round> {
  const codes = await identity.pkce();
  return {
    ...codes,
    scopes,
    redirectUri,
    responseMode,
    loginHint,
    claims,
    state: secret(),
    nonce: secret(),
  };
}

function donePage({ account }: AccessToken): Page {
  return {
    tone: 'good',
    title: 'Authentication complete',
    lines: [
      `You are signed in as ${quoted(account.username)}.`,
      'You can close this tab and go back to where you came from.',
    ],
  };
}

function adviceFor({ details }: PimError): string[] {
  const [reason] = details.reasons ?? [];
  const fix = details.fix ?? (reason === undefined ? undefined : EXPLANATIONS[reason].fix);
  return fix === undefined ? [] : [fix];
}

function failedPage(error: PimError): Page {
  const { upstream } = error.details;
  const words = upstream === undefined ? [] : [`Microsoft said: ${quoted(upstream.message)}`];
  return {
    tone: 'bad',
    title: 'Sign-in failed',
    lines: [error.message, ...adviceFor(error), ...words],
  };
}

function asPimError(error: unknown, settings: Settings): PimError {
  if (isPimError(error)) return error;
  if (error instanceof RefusedByEntra) return refused(error.refusal, settings);
  return new PimError('sign-in-failed', 'The sign-in failed for a reason of our own.', {
    cause: error,
  });
}

async function redeem(
  { identity }: BrowserFlow,
  round: Round,
  answer: URLSearchParams,
): Promise<AuthenticationResult> {
  const refusal = refusalInAnswer(answer);
  if (refusal !== null) throw new RefusedByEntra(refusal);
  return identity.redeem(round, answer);
}

/** The page that leads on to the second try, as whom; `null` when there is none, or it was made. */
type SecondChance = ((loginHint: string | null) => Promise<Page>) | null;

/** What a failed round shows, and whether that is the end. */
async function afterFailure(
  error: unknown,
  settings: Settings,
  secondChance: SecondChance,
): Promise<{ readonly page: Page; readonly failure: PimError | null }> {
  const refusal = error instanceof RefusedByEntra ? error.refusal : null;
  const isConsent = refusal !== null && isAboutConsent(refusal) && !isDeclined(refusal);
  if (isConsent && secondChance !== null) return { page: await secondChance(null), failure: null };
  const failure = asPimError(error, settings);
  return { page: failedPage(failure), failure };
}

const NOTHING = (): void => undefined;

/** Begins one round; returns where the browser has to go. */
async function ask(
  flow: BrowserFlow,
  listener: Listener,
  outcome: Outcome,
  asked: Asked,
): Promise<string> {
  const { secondChance } = asked;
  const round = await newRound(flow, listener, asked);
  listener.expect(round.state, async (answer) => {
    try {
      const result = await redeem(flow, round, answer);
      if (secondChance !== null && (await flow.second?.isNeeded(result))) {
        return { page: await secondChance(result.account?.username ?? null), shown: NOTHING };
      }
      const token = await flow.accept(result);
      return { page: donePage(token), shown: () => outcome.succeed(token) };
    } catch (error) {
      const { page, failure } = await afterFailure(error, flow.settings, secondChance);
      return { page, shown: () => failure && outcome.fail(failure) };
    }
  });
  return flow.identity.authorizeUrl(round);
}

/**
 * Claims are in no address that is logged or shown to a model. On another machine only the whole
 * address leads anywhere: there a person reads it from their own terminal.
 */
function visible({ claims, terminal }: BrowserFlow, listener: Listener, url: string): string {
  return claims === null || terminal !== undefined ? url : listener.leadTo(url);
}

function leadOn(next: string): Page {
  return {
    tone: 'neutral',
    title: 'One more step',
    lines: ['This program needs permissions that were not granted yet. Asking for them.'],
    next,
  };
}

/**
 * Asks once, and once more in the same tab where that does not do. What the tab says is true: it is
 * shown after the code was redeemed.
 */
async function begin(
  flow: BrowserFlow,
  listener: Listener,
  outcome: Outcome,
  over: AbortSignal,
): Promise<void> {
  const { settings, scopes, second, http, loginHint } = flow;
  // Nobody could come back to one that has ended meanwhile.
  const show = (url: string): void => {
    if (!over.aborted) flow.show({ url });
  };
  const askAgain =
    second &&
    ((hint: string | null) =>
      ask(flow, listener, outcome, {
        scopes: second.scopes,
        loginHint: hint ?? loginHint,
        secondChance: null,
      }));
  const url = await ask(flow, listener, outcome, {
    scopes,
    loginHint,
    secondChance: askAgain && (async (hint) => leadOn(await askAgain(hint))),
  });
  const refusal = await refusalBeforehand(http, url);
  if (refusal === null) show(visible(flow, listener, url));
  else if (askAgain !== null && isAboutConsent(refusal)) {
    const other = await askAgain(null);
    // Nothing will be granted at all: said before a window opens that could only show the same.
    const again = await refusalBeforehand(http, other);
    if (again !== null) throw refused(again, settings);
    show(other);
  } else throw refused(refusal, settings);
}

function minutesOf(milliseconds: number): number {
  return Math.round(milliseconds / 60_000);
}

export async function tooLate(
  { clock, timeoutMs, replaced }: Pick<BrowserFlow, 'clock' | 'timeoutMs' | 'replaced'>,
  over: AbortSignal,
): Promise<never> {
  const signal = replaced === undefined ? over : AbortSignal.any([over, replaced]);
  await clock.sleep(timeoutMs, signal).catch((error: unknown) => {
    throw replaced?.aborted ? replaced.reason : error;
  });
  throw new PimError('sign-in-failed', `Nobody signed in within ${minutesOf(timeoutMs)} minutes.`, {
    fix: 'Start again, and finish signing in in the browser. If the browser shows an AADSTS error, that is why.',
  });
}

/**
 * Signs in through the browser. The wait is that of the process, not of a call.
 * @throws PimError
 */
export async function signInWithBrowser(flow: BrowserFlow): Promise<AccessToken> {
  const listener = await openLoopback();
  const over = new AbortController();
  try {
    const signedIn = new Promise<AccessToken>((succeed, fail) => {
      begin(flow, listener, { succeed, fail }, over.signal)
        .then(() => flow.terminal && takePasted(flow.terminal, listener, over.signal))
        .catch(fail);
    });
    return await Promise.race([signedIn, tooLate(flow, over.signal)]);
  } finally {
    over.abort();
    listener.close();
  }
}
