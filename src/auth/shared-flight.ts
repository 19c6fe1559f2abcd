import { isPimError, PimError } from '../domain/errors.ts';
import type { Call, Clock } from '../domain/ports.ts';

/** How long a caller waits, and what it is told when that is over. */
export interface Patience {
  /** Resolves when the caller has waited long enough; rejects when the signal aborts. */
  readonly over: (signal: AbortSignal) => Promise<void>;
  readonly error: () => PimError;
}

/** After that a failure is an old story: better to try again than to tell it. */
const NEWS_MS = 120_000;

interface Flight<T> {
  readonly promise: Promise<T>;
  readonly abandoned: AbortController;
  waiting: number;
}

/** One piece of work that several calls wait for, each as long as it likes. */
export interface SharedFlight<T> {
  /** Starts the work, or joins it, and waits. The signal aborts when nobody waits any longer. */
  join(
    work: (abandoned: AbortSignal) => Promise<T>,
    call: Call,
    patience: Patience | null,
  ): Promise<T>;
  /** A failure of the last two minutes that nobody was there to hear; told once. */
  takeFailure(): unknown;
  /** How many have ended so far, well or badly. */
  readonly ended: number;
}

/** No failure: whoever left was told the same. */
function isPending(error: unknown): boolean {
  return isPimError(error) && error.code === 'sign-in-pending';
}

export function cancelled(): PimError {
  return new PimError('cancelled', 'Cancelled.');
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(cancelled());
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

/** The result, or PimError `cancelled` as soon as the caller gives up. The work goes on. */
export async function unlessCancelled<T>(work: Promise<T>, { signal }: Call): Promise<T> {
  if (signal === undefined) return work;
  const over = new AbortController();
  try {
    return await Promise.race([work, untilAborted(AbortSignal.any([signal, over.signal]))]);
  } finally {
    over.abort();
  }
}

async function impatient({ over, error }: Patience, signal: AbortSignal): Promise<never> {
  await over(signal);
  throw error();
}

async function wait<T>(flight: Flight<T>, call: Call, patience: Patience | null): Promise<T> {
  const left = new AbortController();
  const limits = patience === null ? [] : [impatient(patience, left.signal)];
  flight.waiting += 1;
  try {
    return await unlessCancelled(Promise.race([flight.promise, ...limits]), call);
  } finally {
    flight.waiting -= 1;
    if (flight.waiting === 0) flight.abandoned.abort();
    left.abort();
  }
}

export function createSharedFlight<T>(clock: Clock): SharedFlight<T> {
  let current: Flight<T> | null = null;
  let unheard: { readonly error: unknown; readonly at: number } | null = null;
  let ended = 0;

  const now = (): number => clock.now().getTime();

  function land(flight: Flight<T>): void {
    if (current === flight) current = null;
    ended += 1;
  }

  function start(work: (abandoned: AbortSignal) => Promise<T>): Flight<T> {
    const abandoned = new AbortController();
    const flight: Flight<T> = { promise: work(abandoned.signal), abandoned, waiting: 0 };
    unheard = null;
    // Before anybody who waits hears of it: who calls again at once begins anew.
    flight.promise.then(
      () => land(flight),
      (error: unknown) => {
        land(flight);
        if (flight.waiting === 0 && !isPending(error)) unheard = { error, at: now() };
      },
    );
    return flight;
  }

  return {
    async join(work, call, patience) {
      current ??= start(work);
      return wait(current, call, patience);
    },
    get ended() {
      return ended;
    },
    takeFailure() {
      const failure = unheard;
      unheard = null;
      return failure !== null && now() - failure.at < NEWS_MS ? failure.error : undefined;
    },
  };
}

/** Work that somebody does already is waited for, not done again. */
export function createSharing<T>(): (key: string, work: () => Promise<T>) => Promise<T> {
  const underWay = new Map<string, Promise<T>>();
  return (key, work) => {
    const current = underWay.get(key) ?? work().finally(() => underWay.delete(key));
    underWay.set(key, current);
    return current;
  };
}
