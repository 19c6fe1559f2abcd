import { isPimError, PimError } from '../domain/errors.ts';
import type { Call, Clock } from '../domain/ports.ts';
import type { ActivationOrder, ActivationRequest } from '../domain/request.ts';
import { parseJson } from './error-body.ts';
import { failureOf } from './errors.ts';
import { isSuccess, type Graph } from './graph.ts';
import { MAX_TRIES, pause, pauseAfter, type Patience } from './http/retry.ts';
import type { Answer, Attempt } from './http/send.ts';
import { isOurs } from './recognition.ts';

/** What sending an activation needs from a surface. */
interface ActivationWire {
  readonly path: string;
  readonly body: (now: Date) => unknown;
  /** Reads the answer of a POST; `undefined` when it is not a request. */
  readonly read: (body: unknown) => ActivationRequest | undefined;
  /** The caller's own requests, newest first. */
  readonly requests: (call: Call) => Promise<readonly ActivationRequest[]>;
}

export interface Sender extends Patience {
  readonly graph: Graph;
}

const LONGEST_PAUSE_SECONDS = 60;
const LOOK_AFTER_SECONDS = [2, 3, 5];
/** Nobody may stop a write that is under way. */
const UNSTOPPABLE: Call = {};

/** The answer says for sure whether the request was taken. */
function isClear({ status }: Answer): boolean {
  return status < 500 && status !== 408;
}

function isThrottled(attempt: Attempt): boolean {
  return attempt.kind === 'answered' && attempt.answer.status === 429;
}

interface Sent {
  readonly attempt: Attempt;
  /** The moment before the last sending. */
  readonly sentAt: Date;
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

/**
 * Sends; again only after 429, which says that nothing was done. The body is made anew each time,
 * so that the start does not fall into the past while we wait.
 */
async function post(sender: Sender, wire: ActivationWire, call: Call): Promise<Sent> {
  const { graph, clock } = sender;
  let sentAt = clock.now();
  const body = () => {
    sentAt = clock.now();
    return JSON.stringify(wire.body(sentAt));
  };
  for (let tried = 1; ; tried += 1) {
    const attempt = await graph.post(wire.path, body);
    if (tried >= MAX_TRIES || !isThrottled(attempt)) return { attempt, sentAt };
    const seconds = pauseAfter(attempt, tried, sender);
    if (seconds > LONGEST_PAUSE_SECONDS) return { attempt, sentAt };
    await pauseUnsent(clock, seconds, call);
  }
}

async function look(
  graph: Graph,
  wire: ActivationWire,
  order: ActivationOrder,
  sentAt: Date,
): Promise<ActivationRequest | undefined> {
  const requests = await wire.requests(UNSTOPPABLE);
  const sent = { order, sentAt, sentAtTheirs: graph.serverTime(sentAt) };
  return requests.find((request) => isOurs(request, sent));
}

function outcomeUnknown(why: PimError): PimError {
  return new PimError(
    'outcome-unknown',
    `The activation may or may not have arrived, and looking for it did not tell. ${why.message}`,
    { ...why.details, fix: 'Look at the list and at your requests before you try again.' },
  );
}

/** Looks whether a request that got no clear answer exists. Never sends it again. */
async function reconcile(
  clock: Clock,
  find: () => Promise<ActivationRequest | undefined>,
  why: PimError,
): Promise<ActivationRequest> {
  try {
    for (const seconds of LOOK_AFTER_SECONDS) {
      await pause(clock, seconds, UNSTOPPABLE);
      const found = await find();
      if (found !== undefined) return found;
    }
  } catch (error) {
    if (!isPimError(error)) throw error;
  }
  throw outcomeUnknown(why);
}

/** The request as answered; or why the answer does not tell; or a clear failure, thrown. */
function resultOf(attempt: Attempt, wire: ActivationWire, now: Date): ActivationRequest | PimError {
  if (attempt.kind === 'lost') {
    if (!attempt.mayHaveArrived) throw attempt.error;
    return attempt.error;
  }
  const { answer } = attempt;
  if (isSuccess(answer))
    return (
      wire.read(parseJson(answer.body)) ??
      new PimError('malformed', "Microsoft Graph's answer could not be read.", {
        status: answer.status,
      })
    );
  const failure = failureOf(answer, now);
  if (isClear(answer)) throw failure;
  return failure;
}

/**
 * Sends one activation. A lost or unclear answer is reconciled by looking at the caller's requests:
 * the same privilege is never asked for twice. The call may end the pauses after a 429, nothing else.
 * @throws PimError `cancelled` in such a pause
 * @throws PimError `outcome-unknown` when it cannot be told whether the request arrived.
 */
export async function activate(
  sender: Sender,
  wire: ActivationWire,
  order: ActivationOrder,
  call: Call,
): Promise<ActivationRequest> {
  const { clock, graph } = sender;
  const { attempt, sentAt } = await post(sender, wire, call);
  const result = resultOf(attempt, wire, clock.now());
  if (!isPimError(result)) return result;
  return reconcile(clock, () => look(graph, wire, order, sentAt), result);
}
