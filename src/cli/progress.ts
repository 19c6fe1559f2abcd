import type { Clock, Report } from '../domain/ports.ts';

const QUIET_FOR_MS = 1000;

export interface Progress {
  readonly report: Report;
  stop(): void;
}

/** Says on stderr what is going on, once it takes longer than a second. */
export function startProgress(clock: Clock, say: (line: string) => void): Progress {
  const over = new AbortController();
  const { signal } = over;
  let latest: string | null = null;
  let isLoud = false;
  const wait = async (): Promise<void> => {
    try {
      await clock.sleep(QUIET_FOR_MS, signal);
    } catch {
      // Over before it became worth a word.
      return;
    }
    isLoud = true;
    if (latest !== null) say(latest);
  };
  void wait();
  return {
    report(message) {
      if (message === latest) return;
      latest = message;
      if (isLoud) say(message);
    },
    stop() {
      over.abort();
    },
  };
}
