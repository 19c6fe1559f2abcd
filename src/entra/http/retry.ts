import type { Call, Clock } from '../../domain/ports.ts';
import { cancelled, type Answer, type Attempt } from './send.ts';

export const MAX_TRIES = 3;
const TRANSIENT = new Set([429, 500, 502, 503, 504]);
const FIRST_PAUSE_SECONDS = 0.5;

/** `Retry-After` in seconds from now: a number, or an HTTP date. `undefined` when absent or odd. */
export function retryAfterSeconds(answer: Answer, now: Date): number | undefined {
  const text = answer.header('retry-after')?.trim() ?? '';
  if (/^\d+$/u.test(text)) return Number(text);
  const time = /[a-z]/iu.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, Math.ceil((time - now.getTime()) / 1000));
}

/** 0.25 to 0.5 s before the second try, twice that before the third: callers do not march in step. */
function backOffSeconds(tried: number, random: () => number): number {
  return FIRST_PAUSE_SECONDS * 2 ** (tried - 1) * (0.5 + random() / 2);
}

export interface Patience {
  readonly clock: Clock;
  readonly random: () => number;
}

/** How long to wait before the next try: what the server asked for, else the back-off. */
export function pauseAfter(attempt: Attempt, tried: number, patience: Patience): number {
  const { clock, random } = patience;
  const asked =
    attempt.kind === 'answered' ? retryAfterSeconds(attempt.answer, clock.now()) : undefined;
  return asked ?? backOffSeconds(tried, random);
}

/** @throws PimError `cancelled` */
export async function pause(clock: Clock, seconds: number, call: Call): Promise<void> {
  if (seconds >= 1) call.report?.(`Microsoft is busy; trying again in ${Math.ceil(seconds)} s.`);
  try {
    await clock.sleep(seconds * 1000, call.signal);
  } catch (error) {
    throw call.signal?.aborted ? cancelled() : error;
  }
}

/**
 * Worth another try: throttling, passing faults, dropped connections. Not a time-out: it has used
 * the patience of whoever waits already.
 */
function isTransient(attempt: Attempt): boolean {
  return attempt.kind === 'answered'
    ? TRANSIENT.has(attempt.answer.status)
    : attempt.error.code === 'network';
}

/**
 * Tries a harmless request until it is answered for good: at most 3 times, never waiting past the
 * deadline. Gives the last attempt, whatever it was.
 */
export async function persist(
  attempt: () => Promise<Attempt>,
  deadline: () => Date,
  patience: Patience,
  call: Call,
): Promise<Attempt> {
  for (let tried = 1; ; tried += 1) {
    const result = await attempt();
    if (tried >= MAX_TRIES || !isTransient(result)) return result;
    const seconds = pauseAfter(result, tried, patience);
    if (patience.clock.now().getTime() + seconds * 1000 >= deadline().getTime()) return result;
    await pause(patience.clock, seconds, call);
  }
}
