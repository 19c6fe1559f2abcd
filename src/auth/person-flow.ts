import { contextLabel } from '../domain/challenge.ts';
import { PimError } from '../domain/errors.ts';
import type { AccessToken } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { signInWithBrowser, tooLate, type BrowserFlow } from './browser-flow.ts';
import type { Invitation } from './invitation.ts';
import { RefusedByEntra } from './msal.ts';
import type { Terminal } from './paste.ts';
import { isAboutConsent, isDeclined, refused, upstreamOf, type StsRefusal } from './sts-refusal.ts';

/** How a person signs in. `nobody`: there is none, as in a pipeline. */
export type Way = 'browser' | 'device-code' | 'paste' | 'nobody';

/** One sign-in of a person, whichever way. */
export interface PersonFlow extends Omit<BrowserFlow, 'terminal'> {
  readonly way?: Way;
  readonly readLine?: Terminal['readLine'];
  readonly notify: (message: string) => void;
  /** Authentication contexts that it is for: they get lost on the way over another device. */
  readonly contexts?: readonly string[];
  /** Shows the person where to sign in on another machine or device. */
  readonly showElsewhere: (invitation: Invitation) => void;
}

const IN_TERMINAL = 'Run `entra-pim login` in a terminal on this machine; the sign-in is shared.';

/** A login does not bring a context, and what an operation brought is for that operation. */
function contextNeedsTerminal(contexts: readonly string[]): PimError {
  const what = `The sign-in for ${contextLabel(contexts)} needs a browser, or a terminal to paste its answer into.`;
  return new PimError('step-up-required', what, {
    fix: 'Run the same as an `entra-pim` command in a terminal on this machine; `entra-pim login` is not enough.',
    next: 'portal',
  });
}

/** A browser on another machine: its answer comes back through the terminal, or a forwarded port. */
async function byPaste(flow: PersonFlow): Promise<AccessToken> {
  const { readLine, notify, showElsewhere: show, contexts = [] } = flow;
  if (readLine === undefined && contexts.length > 0) throw contextNeedsTerminal(contexts);
  if (readLine === undefined)
    throw new PimError('sign-in-required', 'The sign-in has to be pasted into a terminal.', {
      fix: IN_TERMINAL,
    });
  // A form cannot reach a machine that the browser is not on; an address can be copied.
  const terminal = { readLine, notify };
  return signInWithBrowser({ ...flow, show, terminal, responseMode: 'query' });
}

/**
 * Policies about devices refuse a sign-in that shows none; an app that is no public client refuses it
 * as well. Source: Microsoft Learn, "Block authentication flows with Conditional Access policy".
 */
const FORBIDDING = [
  'AADSTS53000',
  'AADSTS53001',
  'AADSTS53003',
  'AADSTS50097',
  'AADSTS530036',
  'AADSTS7000218',
];

function isForbidden({ codes }: StsRefusal): boolean {
  return codes.some((code) => FORBIDDING.includes(code));
}

function forbidden(refusal: StsRefusal): PimError {
  const what = 'Signing in with a device code is not allowed here.';
  return new PimError('sign-in-failed', what, { ...upstreamOf(refusal), fix: IN_TERMINAL });
}

function failed(refusal: StsRefusal, settings: Settings): PimError {
  const isLate = refusal.error === 'expired_token';
  if (!isLate && !isDeclined(refusal)) return refused(refusal, settings);
  const what = isLate
    ? 'Nobody signed in with the code in time.'
    : 'The sign-in was declined on the other device.';
  return new PimError('sign-in-failed', what, {
    ...upstreamOf(refusal),
    fix: 'Start again. Enter a code only if you asked for it yourself.',
  });
}

/** `null` where what the code brought is of no use. */
async function withCode(flow: PersonFlow): Promise<AccessToken | null> {
  const { identity, scopes, second, claims, timeoutMs, accept, showElsewhere } = flow;
  const over = new AbortController();
  const round = { scopes, claims, timeoutMs, signal: over.signal, show: showElsewhere };
  try {
    const signedIn = identity
      .byDeviceCode(round)
      .then(async (result) => ((await second?.isNeeded(result)) ? null : accept(result)));
    return await Promise.race([signedIn, tooLate(flow, over.signal)]);
  } finally {
    over.abort();
  }
}

async function byDeviceCode(flow: PersonFlow): Promise<AccessToken> {
  const { second, readLine, notify } = flow;
  try {
    const token = await withCode(flow);
    if (token !== null) return token;
  } catch (error) {
    if (!(error instanceof RefusedByEntra)) throw error;
    const { refusal } = error;
    if (isForbidden(refusal)) {
      if (readLine === undefined) throw forbidden(refusal);
      notify('Signing in with a device code is not allowed here. Another way:');
      return byPaste(flow);
    }
    const mayTryAgain = isAboutConsent(refusal) && !isDeclined(refusal);
    if (second === null || !mayTryAgain) throw failed(refusal, flow.settings);
  }
  notify('This program needs permissions that were not granted yet. Asking for them.');
  return byDeviceCode({ ...flow, scopes: second?.scopes ?? [], second: null });
}

async function byNobody(): Promise<AccessToken> {
  throw new PimError('sign-in-required', 'Nobody can sign in here: this looks like a pipeline.', {
    fix: 'Set ENTRA_PIM_GRAPH_TOKEN (and ENTRA_PIM_ARM_TOKEN for Azure) to tokens made elsewhere, or ENTRA_PIM_AUTH to browser, device-code or paste.',
  });
}

const WAYS: Readonly<Record<Way, (flow: PersonFlow) => Promise<AccessToken>>> = {
  browser: signInWithBrowser,
  'device-code': byDeviceCode,
  paste: byPaste,
  nobody: byNobody,
};

/** Signs a person in, the way that this machine allows. @throws PimError */
export function signInPerson(flow: PersonFlow): Promise<AccessToken> {
  const { way = 'browser', contexts = [] } = flow;
  const isLostOnTheWay = way === 'device-code' && contexts.length > 0;
  return WAYS[isLostOnTheWay ? 'paste' : way](flow);
}
