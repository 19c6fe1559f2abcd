import type { INetworkModule, NetworkRequestOptions, NetworkResponse } from '@azure/msal-node';
import { isPimError, PimError } from '../domain/errors.ts';
import type { Http, HttpResponse } from '../domain/ports.ts';
import { refusalInBody, type StsRefusal } from './sts-refusal.ts';

const TIMEOUT_MS = 20_000;

/** What MSAL reads of an answer's headers. */
const HEADERS = ['content-type', 'retry-after', 'x-ms-request-id', 'x-ms-clitelem'];

export interface StsNetwork extends INetworkModule {
  /** What went wrong last. MSAL replaces the words of whatever a network module throws. */
  failure(): PimError | StsRefusal | null;
}

function hostOf(url: string): string {
  return new URL(url).host;
}

function unreachable(url: string, cause: unknown): PimError {
  if (isPimError(cause)) return cause;
  return new PimError('network', `The sign-in service ${hostOf(url)} cannot be reached.`, {
    fix: 'Check the network connection. Behind a proxy set HTTPS_PROXY.',
    cause,
  });
}

/**
 * One request to the sign-in service.
 * @throws PimError `network` when there is no answer within 20 s.
 */
export async function askSts(
  http: Http,
  method: 'GET' | 'POST',
  url: string,
  { headers = {}, body }: NetworkRequestOptions = {},
): Promise<{ readonly response: HttpResponse; readonly text: string }> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const post = method === 'POST' ? { body: body ?? '' } : {};
    const response = await http(url, { method, headers, signal, ...post });
    return { response, text: await response.text() };
  } catch (error) {
    throw unreachable(url, error);
  }
}

/** @throws PimError `throttled`, `upstream` */
function demandService({ status, headers }: HttpResponse, url: string): void {
  const host = hostOf(url);
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const wait = Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {};
  if (status === 429) {
    throw new PimError('throttled', `The sign-in service ${host} is busy.`, { status, ...wait });
  }
  if (status >= 500) {
    throw new PimError('upstream', `The sign-in service ${host} has trouble (status ${status}).`, {
      status,
      fix: 'Try again in a moment.',
    });
  }
}

/** @throws PimError `malformed` */
function parseObject(text: string, url: string, status: number): object {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body;
  } catch {
    // Said below.
  }
  throw new PimError(
    'malformed',
    `The sign-in service ${hostOf(url)} answered with something that is no JSON (status ${status}).`,
    {
      fix: 'A proxy or a captive portal may be in between: open a web page and try again.',
      status,
    },
  );
}

function headersOf({ headers }: HttpResponse): Record<string, string> {
  return Object.fromEntries(
    HEADERS.map((name) => [name, headers.get(name) ?? '']).filter(([, value]) => value !== ''),
  );
}

/** MSAL's network over our own: with a time-out, the proxy, and Microsoft's words kept. */
export function createStsNetwork(http: Http): StsNetwork {
  let failure: PimError | StsRefusal | null = null;

  async function send<T>(
    method: 'GET' | 'POST',
    url: string,
    options: NetworkRequestOptions | undefined,
  ): Promise<NetworkResponse<T>> {
    failure = null;
    try {
      const { response, text } = await askSts(http, method, url, options);
      demandService(response, url);
      failure = refusalInBody(parseObject(text, url, response.status));
      // MSAL's interface lets the caller name the type of a body that MSAL itself then looks into.
      const body: T = JSON.parse(text);
      return { status: response.status, headers: headersOf(response), body };
    } catch (error) {
      if (isPimError(error)) failure = error;
      throw error;
    }
  }

  return {
    failure: () => failure,
    sendGetRequestAsync: (url, options) => send('GET', url, options),
    sendPostRequestAsync: (url, options) => send('POST', url, options),
  };
}
