import { describeFault, type Fault } from './fault.ts';
import type { Context } from './operation.ts';

/** Why one of several was not begun. */
export type NotBegun = 'cancelled' | 'late';

/** What is done for each of several, and what is said where it was not. */
interface Parts<Job, Item> {
  readonly work: (job: Job) => Promise<Item>;
  readonly failed: (job: Job, fault: Fault) => Item;
  readonly notBegun: (job: Job, why: NotBegun) => Item;
}

/** A write may take so long; one that begins later would be answered to nobody. */
const MARGIN_MS = 16_000;

function hindrance({ clock, call }: Context): NotBegun | null {
  if (call.signal?.aborted) return 'cancelled';
  const { answerBy } = call;
  const isLate = answerBy && clock.now().getTime() + MARGIN_MS > answerBy.getTime();
  return isLate ? 'late' : null;
}

/**
 * Each for itself: one that fails is an answer among the others, and none is begun once the call is
 * cancelled or its time is up.
 */
export function apart<Job, Item>(
  context: Context,
  { work, failed, notBegun }: Parts<Job, Item>,
): (job: Job) => Promise<Item> {
  return async (job) => {
    const why = hindrance(context);
    if (why !== null) return notBegun(job, why);
    try {
      return await work(job);
    } catch (error) {
      return failed(job, describeFault(error));
    }
  };
}

/** `as the call was cancelled`, for sentences about what was not begun. */
export function becauseText(why: NotBegun): string {
  return why === 'cancelled' ? 'as the call was cancelled' : 'as the time of this call was up';
}
