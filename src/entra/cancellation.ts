import { isPimError } from '../domain/errors.ts';
import type { Call } from '../domain/ports.ts';
import type { PimRequest } from '../domain/request.ts';
import { acknowledgementOf, reconcile, sendWrite, UNSTOPPABLE, type Sender } from './write.ts';

interface Cancellation {
  readonly path: string;
  /** Looks at the request that is to be cancelled. */
  readonly look: (call: Call) => Promise<PimRequest>;
}

/**
 * Withdraws a request. An unclear answer is reconciled by looking at the request.
 * Source: "unifiedRoleAssignmentScheduleRequest: cancel"; what may not be cancelled is answered 400.
 * @throws PimError `outcome-unknown` when it cannot be told whether it was cancelled.
 */
export async function cancelRequest(
  sender: Sender,
  { path, look }: Cancellation,
  call: Call,
): Promise<void> {
  const { clock } = sender;
  const sending = { method: 'POST', path, body: () => null } as const;
  const { attempt } = await sendWrite(sender, sending, call);
  const result = acknowledgementOf(attempt, clock.now());
  if (!isPimError(result)) return;
  const isCanceled = async () => {
    const { status } = await look(UNSTOPPABLE);
    return status.toLowerCase() === 'canceled' ? true : undefined;
  };
  await reconcile(clock, isCanceled, result);
}
