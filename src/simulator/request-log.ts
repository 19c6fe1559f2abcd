import { type SimulatedSurface, surfaceOf } from './surfaces.ts';
import type { SimRequest } from './world.ts';

/** Headers worth a look. `authorization` and cookies are never kept. */
const KEPT_HEADERS = [
  'accept',
  'accept-encoding',
  'accept-language',
  'client-request-id',
  'consistencylevel',
  'content-type',
  'prefer',
  'user-agent',
];

/** One request as the simulator saw it. Bodies are not kept: they hold codes and tokens. */
interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly surface: SimulatedSurface;
  readonly headers: Readonly<Record<string, string>>;
  /** Position among all arrivals and answers: requests that overlap were sent in parallel. */
  readonly arrived: number;
  /** `null` while it is in flight. */
  answered: number | null;
  /** `null` while it is in flight, or when the connection was cut. */
  status: number | null;
  /** Requests in flight when it came, itself included. */
  readonly inFlight: number;
}

export interface RequestLog {
  all(): readonly Readonly<LoggedRequest>[];
  readonly inFlight: number;
  clear(): void;
  /** Resolves as soon as that many requests are in flight together. */
  whenInFlight(count: number): Promise<void>;
  /**
   * Length of the longest chain of requests of which each came after the one before was answered.
   * Means something where answers are held or delayed: else a fast answer overtakes a parallel request.
   */
  sequentialRounds(): number;
  /** Writes down an arrival; call what it returns with the status, or `null` for a cut connection. */
  begin(request: SimRequest): (status: number | null) => void;
}

function kept(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => KEPT_HEADERS.includes(name)),
  );
}

function longestChain(requests: readonly LoggedRequest[]): number {
  const done: { readonly answered: number; readonly depth: number }[] = [];
  for (const { arrived, answered } of requests) {
    const before = done.filter((other) => other.answered < arrived).map((other) => other.depth);
    done.push({
      answered: answered ?? Number.POSITIVE_INFINITY,
      depth: Math.max(0, ...before) + 1,
    });
  }
  return Math.max(0, ...done.map(({ depth }) => depth));
}

export function createRequestLog(): RequestLog {
  let requests: LoggedRequest[] = [];
  let tick = 0;
  let inFlight = 0;
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  const wake = (): void => {
    for (const { count, resolve } of waiting) if (inFlight >= count) resolve();
    waiting = waiting.filter(({ count }) => inFlight < count);
  };

  return {
    all: () => [...requests],
    get inFlight() {
      return inFlight;
    },
    clear: () => {
      requests = [];
    },
    whenInFlight: (count) =>
      new Promise((resolve) => {
        waiting.push({ count, resolve });
        wake();
      }),
    sequentialRounds: () => longestChain(requests),
    begin: (request) => {
      inFlight += 1;
      tick += 1;
      const entry: LoggedRequest = {
        method: request.method,
        path: request.url.pathname,
        query: request.url.search.slice(1),
        surface: surfaceOf(request),
        headers: kept(request.headers),
        arrived: tick,
        answered: null,
        status: null,
        inFlight,
      };
      requests.push(entry);
      wake();
      return (status) => {
        inFlight -= 1;
        tick += 1;
        entry.answered = tick;
        entry.status = status;
      };
    },
  };
}
