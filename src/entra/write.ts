import { isPimError, PimError } from '../domain/errors.ts';
import type { Call, Clock } from '../domain/ports.ts';
import { parseJson } from './error-body.ts';
import { failureOf } from './errors.ts';
import { MAX_TRIES, pause, pauseAfter, type Patience } from './http/retry.ts';
import type { Answer, Attempt } from './http/send.ts';
import { isSuccess, type Service, type Write } from './service.ts';

export interface Sender extends Patience {
  readonly service: Service;
}

/** What to send; the body is made anew each time, so that no time in it falls into the past. */
export interface Sending extends Pick<Write, 'method' | 'path' | 'answerOf'> {
  /** `null` for none. */
  readonly body: (now: Date) => unknown;
}

export interface Sent {
  readonly attempt: Attempt;
  /** The moment before the last sending. */
  readonly sentAt: Date;
}

const LONGEST_PAUSE_SECONDS = 60;
const LOOK_AFTER_SECONDS = [2, 3, 5];
/** Nobody may stop a write that is under way. */
export const UNSTOPPABLE: Call = {};

/** The answer says for sure whether the request was taken. */
function isClear({ status }: Answer): boolean {
  return status < 500 && status !== 408;
}

function isThrottled(attempt: Attempt): boolean {
  return attempt.kind === 'answered' && attempt.answer.status === 429;
}

/** Nobody is told of a write that begins after they are gone. */
function longestPause({ answerBy }: Call, clock: Clock): number {
  if (answerBy === undefined) return LONGEST_PAUSE_SECONDS;
  const left = (answerBy.getTime() - clock.now().getTime()) / 1000;
  return Math.min(LONGEST_PAUSE_SECONDS, left);
}

/** Between two tries there is nothing under way, so here a cancel counts. */
async function pauseUnsent(clock: Clock, seconds: number, call: Call): Promise<void> {
  try {
    await pause(clock, seconds, call);
  } catch (error) {
    if (!call.signal?.aborted) throw error;
  }
  if (call.signal?.aborted)
    throw new PimError(
      'cancelled',
      'Cancelled. Microsoft had refused for now (429); nothing was sent.',
    );
}

/** Sends; again only after 429, which says that nothing was done. */
export async function sendWrite(sender: Sender, sending: Sending, call: Call): Promise<Sent> {
  const { service, clock } = sender;
  const { method, path, answerOf } = sending;
  let sentAt = clock.now();
  const body = (): string | null => {
    sentAt = clock.now();
    const content = sending.body(sentAt);
    return content === null ? null : JSON.stringify(content);
  };
  for (let tried = 1; ; tried += 1) {
    const attempt = await service.send({ method, path, body, answerOf, call });
    if (tried >= MAX_TRIES || !isThrottled(attempt)) return { attempt, sentAt };
    const seconds = pauseAfter(attempt, tried, sender);
    if (seconds > longestPause(call, clock)) return { attempt, sentAt };
    await pauseUnsent(clock, seconds, call);
  }
}

/**
 * What the service answered, as `read` understands it; or why the answer does not tell (then look
 * whether it arrived). A clear failure is thrown.
 */
export function resultOf<T>(
  attempt: Attempt,
  read: (body: unknown) => T | undefined,
  now: Date,
): T | PimError {
  if (attempt.kind === 'lost') {
    if (!attempt.mayHaveArrived) throw attempt.error;
    return attempt.error;
  }
  const { answer } = attempt;
  if (isSuccess(answer))
    return (
      read(parseJson(answer.body)) ??
      new PimError('malformed', "Microsoft's answer could not be read.", { status: answer.status })
    );
  const failure = failureOf(answer, now);
  if (isClear(answer)) throw failure;
  return failure;
}

/**
 * The same for what is answered with a status alone. A page that is not Microsoft's is no such answer.
 */
export function acknowledgementOf(attempt: Attempt, now: Date): true | PimError {
  const isBare = attempt.kind === 'answered' && attempt.answer.body.trim() === '';
  return resultOf<true>(attempt, (body) => (isBare || body !== undefined ? true : undefined), now);
}

export function outcomeUnknown(why: PimError): PimError {
  return new PimError(
    'outcome-unknown',
    `The request may or may not have arrived, and looking for it did not tell. ${why.message}`,
    { ...why.details, fix: 'See what is active, and look at your requests, before you try again.' },
  );
}

/**
 * Looks a few times, with pauses before each. `undefined`: every look said that it is not there.
 * @throws what `find` throws
 */
export async function lookFor<T>(
  clock: Clock,
  find: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const seconds of LOOK_AFTER_SECONDS) {
    await pause(clock, seconds, UNSTOPPABLE);
    const found = await find();
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Looks whether something that got no clear answer was done. Never sends it again.
 * @throws PimError `outcome-unknown`
 */
export async function reconcile<T>(
  clock: Clock,
  find: () => Promise<T | undefined>,
  why: PimError,
): Promise<T> {
  try {
    const found = await lookFor(clock, find);
    if (found !== undefined) return found;
  } catch (error) {
    if (!isPimError(error)) throw error;
  }
  throw outcomeUnknown(why);
}
