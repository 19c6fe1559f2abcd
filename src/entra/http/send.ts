import { isPimError, PimError } from '../../domain/errors.ts';
import type { Clock, Http, HttpRequest } from '../../domain/ports.ts';

/** A whole HTTP answer. */
export interface Answer {
  readonly status: number;
  readonly header: (name: string) => string | null;
  readonly body: string;
}

/**
 * What became of one attempt. `lost` = no answer; `mayHaveArrived` is false only when we know that
 * the server never saw the request.
 */
export type Attempt =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'lost'; readonly error: PimError; readonly mayHaveArrived: boolean };

interface Wire {
  readonly http: Http;
  readonly clock: Clock;
}

export interface Outgoing extends Omit<HttpRequest, 'signal'> {
  readonly url: string;
  readonly timeLimitSeconds: number;
  /** The caller's; absent for a write, which nobody may abort. */
  readonly signal?: AbortSignal | undefined;
}

/** Failures of the transport that come before the first byte of the request. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

export function cancelled(): PimError {
  return new PimError('cancelled', 'The call was cancelled.');
}

/** The system's codes behind a failure: transports wrap them once or twice. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  if (error instanceof AggregateError) {
    const errors: readonly unknown[] = error.errors;
    return errors.flatMap(codesOf);
  }
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [...own, ...codesOf(error.cause)];
}

function lost(error: unknown): Attempt {
  const codes = codesOf(error);
  const [code] = codes;
  return {
    kind: 'lost',
    mayHaveArrived: codes.length === 0 || !codes.every((each) => NEVER_SENT.has(each)),
    error: new PimError(
      'network',
      `The connection to Microsoft failed${code === undefined ? '' : ` (${code})`}.`,
    ),
  };
}

async function exchange(http: Http, outgoing: Outgoing, signal: AbortSignal): Promise<Attempt> {
  const { url, method, headers, body } = outgoing;
  try {
    const response = await http(url, {
      method,
      headers,
      signal,
      ...(body === undefined ? {} : { body }),
    });
    const answer = {
      status: response.status,
      header: (name: string) => response.headers.get(name),
      body: await response.text(),
    };
    return { kind: 'answered', answer };
  } catch (error) {
    // Ours, from before anything was sent: another host, or a process that is ending.
    if (isPimError(error)) throw error;
    return lost(error);
  }
}

function timeOut(seconds: number): Attempt {
  return {
    kind: 'lost',
    mayHaveArrived: true,
    error: new PimError(
      'timeout',
      `Microsoft did not answer within ${Math.ceil(seconds)} seconds.`,
    ),
  };
}

async function timeUp(clock: Clock, seconds: number, over: AbortSignal): Promise<Attempt> {
  await clock.sleep(seconds * 1000, over).catch(() => undefined);
  return timeOut(seconds);
}

function cancellation(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(cancelled()), { once: true, signal: over });
  });
}

/**
 * Sends one request, once. Ends by itself at the time limit, also when the transport does not.
 * @throws PimError `cancelled` when the caller's signal aborts; what `http` refuses before it sends.
 */
export async function send({ http, clock }: Wire, outgoing: Outgoing): Promise<Attempt> {
  const { signal, timeLimitSeconds } = outgoing;
  if (signal?.aborted) throw cancelled();
  const over = new AbortController();
  try {
    return await Promise.race([
      exchange(http, outgoing, over.signal),
      timeUp(clock, timeLimitSeconds, over.signal),
      ...(signal === undefined ? [] : [cancellation(signal, over.signal)]),
    ]);
  } finally {
    over.abort();
  }
}
