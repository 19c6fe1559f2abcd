import type { Context } from './operation.ts';

/** Whoever called is gone before the answer: what was begun goes on without them. */
export const LATE: unique symbol = Symbol('late');

/**
 * Waits for a write no longer than whoever called. It is never broken off: it goes on, is recorded,
 * and the process does not end before it has.
 */
export async function inTime<T>(
  { clock, call: { answerBy } }: Context,
  work: Promise<T>,
): Promise<T | typeof LATE> {
  if (answerBy === undefined) return work;
  // When it fails after all, the journal says so; nobody else is there to hear it.
  work.catch(() => undefined);
  const over = new AbortController();
  const wait = Math.max(0, answerBy.getTime() - clock.now().getTime());
  const tell = (): typeof LATE => LATE;
  const late = clock.sleep(wait, over.signal).then(tell, tell);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

export const GOES_ON =
  'Microsoft has not answered yet. The request goes on; it is not sent again, and your requests show what became of it.';
