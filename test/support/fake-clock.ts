import type { Clock } from '../../src/domain/ports.ts';

export const TEST_START = new Date('2026-01-15T09:00:00Z');

export interface FakeClock extends Clock {
  /** Moves time on and wakes everybody whose sleep ends by then, in the order of their ends. */
  advance(milliseconds: number): void;
  /** How many sleeps are going on. */
  readonly sleeping: number;
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** Time that stands still until `advance`. */
export function fakeClock(start: Date = TEST_START): FakeClock {
  let time = start.getTime();
  const sleepers = new Set<Sleeper>();
  return {
    now: () => new Date(time),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(reasonOf(signal));
        const sleeper = { until: time + milliseconds, wake: settle };
        const abort = () => {
          sleepers.delete(sleeper);
          reject(reasonOf(signal));
        };
        function settle(): void {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', abort);
          resolve();
        }
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.add(sleeper);
      }),
    advance(milliseconds) {
      time += milliseconds;
      const due = [...sleepers].filter(({ until }) => until <= time);
      for (const { wake } of due.toSorted((a, b) => a.until - b.until)) wake();
    },
    get sleeping() {
      return sleepers.size;
    },
  };
}

function reasonOf(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new Error('aborted', { cause: reason });
}
