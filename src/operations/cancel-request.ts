import * as z from 'zod';
import { isOpen, requestStateOf } from '../domain/status.ts';
import type { PimRequest } from '../domain/request.ts';
import type { Refusal } from '../domain/refusal.ts';
import { orFault } from './unread.ts';
import { isPimError, PimError } from '../domain/errors.ts';
import { defineOperation, done, type Context } from './operation.ts';
import { permit } from './permit.ts';
import { signedIn } from './signed-in.ts';
import { answered } from './answered.ts';
import { findRequests, noSuchRequest, readMine, severalRequests } from './request-book.ts';
import { describeRequest, requestShape, stateText, toRequestRow } from './request-view.ts';
import { refuse } from './select.ts';

const input = z.strictObject({
  request: z.string().min(1).max(100).describe('Id or handle from list_requests'),
});

const output = z.object({
  message: z.string(),
  request: requestShape,
  notes: z.array(z.string()),
});

/** An unknown state may still be one that can be cancelled: Microsoft decides. */
function refusalFor(request: PimRequest, now: Date): Refusal | null {
  const state = requestStateOf(request, now);
  if (isOpen(state) || state === 'unknown') return null;
  const { status } = request;
  return refuse([
    {
      code: 'not-cancellable',
      message: `The ${describeRequest(request)} is ${stateText({ state, status })}; there is nothing left to cancel.`,
      fix: 'What is active is ended with deactivate.',
    },
  ]);
}

/** What Microsoft calls it now; where that cannot be read, what it confirmed. */
async function lookAgain(request: PimRequest, context: Context): Promise<PimRequest> {
  const { kind } = request.target;
  const seen = await orFault(kind, context.catalogue.client(kind).request(request, context.call));
  return isPimError(seen) ? { ...request, status: 'Canceled' } : seen;
}

/** What is decided meanwhile is refused with a code of no meaning: the likely cause is worth a word. */
async function send(request: PimRequest, context: Context): Promise<void> {
  try {
    await context.catalogue.client(request.target.kind).cancel(request, context.call);
  } catch (error) {
    if (!isPimError(error) || error.code !== 'rejected' || error.details.reasons) throw error;
    throw new PimError('rejected', `Microsoft did not cancel the ${describeRequest(request)}.`, {
      fix: 'Only what waits or is scheduled can be canceled: look at your requests again.',
      ...error.details,
    });
  }
}

export const cancelRequest = defineOperation({
  name: 'cancel_request',
  title: 'Cancel a PIM request',
  description: "Withdraw the user's own request that is pending or scheduled.",
  effect: 'write',
  needs: ['requests', 'activate'],
  isTool: true,
  command: {
    name: 'cancel',
    argument: { field: 'request', isRequired: true, summary: 'id or handle, as in requests' },
    flags: {},
  },
  input,
  output,
  async run(asked, entrance) {
    const context = await signedIn(entrance);
    const mine = await readMine(context);
    const [request, ...others] = findRequests(mine, asked.request);
    if (!request) return noSuchRequest(asked.request, mine.unread);
    if (others.length > 0) return severalRequests(asked.request, others.length + 1);
    const refusal = refusalFor(request, context.clock.now());
    if (refusal) return refusal;
    await permit([request.target.kind], 'activate', context);
    await answered(context, {
      operation: 'cancel_request',
      target: request.target,
      facts: { requestId: request.id },
      send: () => send(request, context),
      factsOf: () => ({}),
    });
    context.catalogue.forgetLists();
    const row = toRequestRow(await lookAgain(request, context), context.clock.now());
    const isGone = !isOpen(row.state);
    const what = describeRequest(request);
    if (isGone) return done({ message: `Canceled: ${what}.`, request: row, notes: [] });
    const message = `NOT CANCELED as far as can be seen: Microsoft took the cancellation of the ${what}, and still shows it as ${stateText(row)}.`;
    const notes = ['Its lists lag: look again in a minute.'];
    return done({ message, request: row, notes }, 'not-yet');
  },
  view: ({ message, request, notes }) => ({
    headline: message,
    facts: [['request', request.handle]],
    notes,
    next: 'requests',
  }),
});
