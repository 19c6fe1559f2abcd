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

export interface BrowserFlow {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly http: Http;
  readonly clock: Clock;
  readonly responseMode: Round['responseMode'];
  readonly loginHint: string | null;
  readonly scopes: string[];
  /** To be content with when the consent to those is refused; `null` = nothing less will do. */
  readonly lesserScopes: string[] | null;
  /** What the token must carry, as JSON; `null`: nothing in particular. */
  readonly claims: string | null;
  readonly timeoutMs: number;
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

async function newRound(
  { identity, responseMode, loginHint, claims }: BrowserFlow,
  { redirectUri }: Listener,
  scopes: string[],
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
  { identity, accept }: BrowserFlow,
  round: Round,
  answer: URLSearchParams,
): Promise<AccessToken> {
  const refusal = refusalInAnswer(answer);
  if (refusal !== null) throw new RefusedByEntra(refusal);
  return accept(await identity.redeem(round, answer));
}

/** A second chance for a refused consent; `null` when there was one already. */
type SecondChance = (() => Promise<Page>) | null;

/** What a failed round shows, and whether that is the end. */
async function afterFailure(
  error: unknown,
  settings: Settings,
  secondChance: SecondChance,
): Promise<{ readonly page: Page; readonly failure: PimError | null }> {
  const refusal = error instanceof RefusedByEntra ? error.refusal : null;
  const isConsent = refusal !== null && isAboutConsent(refusal) && !isDeclined(refusal);
  if (isConsent && secondChance !== null) return { page: await secondChance(), failure: null };
  const failure = asPimError(error, settings);
  return { page: failedPage(failure), failure };
}

/** Begins one round; returns where the browser has to go. */
async function ask(
  flow: BrowserFlow,
  listener: Listener,
  outcome: Outcome,
  { scopes, secondChance }: { readonly scopes: string[]; readonly secondChance: SecondChance },
): Promise<string> {
  const round = await newRound(flow, listener, scopes);
  listener.expect(round.state, async (answer) => {
    try {
      const token = await redeem(flow, round, answer);
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

/**
 * Asks for everything; when the consent is refused, once more in the same tab for less, where less
 * will do. What the tab says is true: it is shown after the code was redeemed.
 */
async function begin(flow: BrowserFlow, listener: Listener, outcome: Outcome): Promise<void> {
  const { settings, scopes, lesserScopes, http } = flow;
  const askForLess =
    lesserScopes &&
    (() => ask(flow, listener, outcome, { scopes: lesserScopes, secondChance: null }));
  const url = await ask(flow, listener, outcome, {
    scopes,
    secondChance:
      askForLess &&
      (async () => ({
        tone: 'neutral',
        title: 'One more step',
        lines: ['Not every permission was granted. Signing in with those that are.'],
        next: await askForLess(),
      })),
  });
  const refusal = await refusalBeforehand(http, url);
  if (refusal === null) flow.show({ url: visible(flow, listener, url) });
  else if (askForLess !== null && isAboutConsent(refusal)) {
    const lesser = await askForLess();
    // Nothing was granted at all: said before a window opens that could only show the same.
    const again = await refusalBeforehand(http, lesser);
    if (again !== null) throw refused(again, settings);
    flow.show({ url: lesser });
  } else throw refused(refusal, settings);
}

function minutesOf(milliseconds: number): number {
  return Math.round(milliseconds / 60_000);
}

export async function tooLate(
  { clock, timeoutMs }: Pick<BrowserFlow, 'clock' | 'timeoutMs'>,
  signal: AbortSignal,
): Promise<never> {
  await clock.sleep(timeoutMs, signal);
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
      begin(flow, listener, { succeed, fail })
        .then(() => flow.terminal && takePasted(flow.terminal, listener, over.signal))
        .catch(fail);
    });
    return await Promise.race([signedIn, tooLate(flow, over.signal)]);
  } finally {
    over.abort();
    listener.close();
  }
}
