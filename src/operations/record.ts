import { isPimError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/explanation.ts';
import { handleOf, type Target } from '../domain/target.ts';
import type { Context } from './operation.ts';

/** One line of the journal: what was written, about what, and how it went. */
export async function recordWrite(
  { journal, clock }: Context,
  operation: string,
  target: Target,
  facts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const at = clock.now().toISOString();
  await journal.record({ at, operation, handle: handleOf(target), target, ...facts });
}

/** Only a clear "no" is a refusal. */
function nameOf(code: ErrorCode | 'internal'): string {
  if (code === 'outcome-unknown' || code === 'internal') return 'unknown';
  const isUnsent = code === 'network' || code === 'cancelled' || code.startsWith('sign-in');
  return isUnsent ? 'not-sent' : 'refused';
}

/** What the journal says of a failure. */
function stepAfter(error: unknown): { readonly step: string; readonly code: string } {
  const code = isPimError(error) ? error.code : 'internal';
  return { step: nameOf(code), code };
}

/** A write together with what the journal keeps of it. */
export interface RecordedWrite<T> {
  readonly operation: string;
  readonly target: Target;
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly send: () => Promise<T>;
  /** What of the answer belongs in the journal. */
  readonly factsOf: (answer: T) => Readonly<Record<string, unknown>>;
}

/** Sends and records as one piece of work that neither a cancel nor the end of input breaks up. */
export function sendRecorded<T>(context: Context, write: RecordedWrite<T>): Promise<T> {
  const { operation, target, facts, send, factsOf } = write;
  const record = (more: Readonly<Record<string, unknown>>): Promise<void> =>
    recordWrite(context, operation, target, { ...facts, ...more });
  return context.writes.track(async () => {
    await record({ step: 'sending' });
    try {
      const answer = await send();
      await record({ step: 'sent', ...factsOf(answer) });
      return answer;
    } catch (error) {
      await record(stepAfter(error));
      throw error;
    }
  });
}
