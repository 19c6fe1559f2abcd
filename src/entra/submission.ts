import { isPimError } from '../domain/errors.ts';
import type { Call } from '../domain/ports.ts';
import type { PimRequest } from '../domain/request.ts';
import type { Moment } from './recognition.ts';
import { reconcile, resultOf, sendWrite, UNSTOPPABLE, type Sender } from './write.ts';

/** True when that request can only be the one that was sent at that moment. */
export type IsOurs = (request: PimRequest, moment: Moment) => boolean;

/** A request to be made, and how to find it again. */
interface Submission {
  readonly path: string;
  readonly body: (now: Date) => unknown;
  /** Reads the answer of a POST; `undefined` when it is not a request. */
  readonly read: (body: unknown) => PimRequest | undefined;
  /** The caller's own requests, newest first. */
  readonly requests: (call: Call) => Promise<readonly PimRequest[]>;
  readonly isOurs: IsOurs;
}

/**
 * Makes one request of PIM. A lost or unclear answer is reconciled by looking at the caller's requests:
 * the same thing is never asked for twice. The call may end the pauses after a 429, and
 * the wait for a further sign-in; nothing else.
 * @throws PimError `cancelled` in such a pause
 * @throws PimError `outcome-unknown` when it cannot be told whether the request arrived.
 */
export async function submit(
  sender: Sender,
  submission: Submission,
  call: Call,
): Promise<PimRequest> {
  const { clock, service } = sender;
  const { path, body, read, requests, isOurs } = submission;
  const { attempt, sentAt } = await sendWrite(sender, { method: 'POST', path, body }, call);
  const result = resultOf(attempt, read, clock.now());
  if (!isPimError(result)) return result;
  const look = async (): Promise<PimRequest | undefined> => {
    const found = await requests(UNSTOPPABLE);
    const moment = { sentAt, sentAtTheirs: service.serverTime(sentAt) };
    return found.find((request) => isOurs(request, moment));
  };
  return reconcile(clock, look, result);
}
