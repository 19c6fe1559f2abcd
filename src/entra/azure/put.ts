import { isPimError, type PimError } from '../../domain/errors.ts';
import type { Call } from '../../domain/ports.ts';
import type { PimRequest } from '../../domain/request.ts';
import type { AzureTarget } from '../../domain/target.ts';
import {
  lookFor,
  outcomeUnknown,
  reconcile,
  resultOf,
  sendWrite,
  UNSTOPPABLE,
  type Sender,
  type Sending,
} from '../write.ts';
import { requestAt } from './paths.ts';
import { readRequest } from './wire.ts';

interface Put {
  readonly target: AzureTarget;
  readonly body: (now: Date) => unknown;
}

/** The request of that name: ours for sure, as nobody else knows the name. `undefined` = not there. */
async function atAddress({ service }: Sender, address: string): Promise<PimRequest | undefined> {
  try {
    return readRequest(await service.get(address, UNSTOPPABLE));
  } catch (error) {
    if (isPimError(error) && error.details.status === 404) return undefined;
    throw error;
  }
}

async function sendTo(
  sender: Sender,
  sending: Sending,
  call: Call,
): Promise<PimRequest | PimError> {
  const { attempt } = await sendWrite(sender, sending, call);
  return resultOf(attempt, readRequest, sender.clock.now());
}

/**
 * Once more under the same name, which cannot make a second request. A refusal says little then: it
 * may be the first one that stands in the way. So we look, whatever came.
 */
async function sendAgain(sender: Sender, sending: Sending, call: Call): Promise<PimRequest> {
  // Not to be stopped any more; still nobody else's.
  const result = await sendTo(sender, sending, { account: call.account }).catch(
    (error: unknown) => {
      if (isPimError(error)) return error;
      throw error;
    },
  );
  if (!isPimError(result)) return result;
  return reconcile(sender.clock, () => atAddress(sender, sending.path), result);
}

async function settle(
  sender: Sender,
  sending: Sending,
  why: PimError,
  call: Call,
): Promise<PimRequest> {
  try {
    const found = await lookFor(sender.clock, () => atAddress(sender, sending.path));
    if (found !== undefined) return found;
  } catch (error) {
    throw isPimError(error) ? outcomeUnknown(why) : error;
  }
  return sendAgain(sender, sending, call);
}

/**
 * Makes one request under a name that is chosen once. A lost or unclear answer is settled by looking
 * at that name; where Azure knows no such request, it is sent once more under the same name.
 * @throws PimError `cancelled` in a pause after a 429 that came before anything was done
 * @throws PimError `outcome-unknown` when it cannot be told whether the request arrived.
 */
export async function put(sender: Sender, { target, body }: Put, call: Call): Promise<PimRequest> {
  const path = requestAt(target.scope, globalThis.crypto.randomUUID());
  const sending: Sending = { method: 'PUT', path, body };
  const result = await sendTo(sender, sending, call);
  return isPimError(result) ? settle(sender, sending, result, call) : result;
}
