import type { Dispatcher } from 'undici';
import { PimError } from '../domain/errors.ts';
import type { Http, HttpRequest } from '../domain/ports.ts';
import { proxySettings, type Environment } from './proxy.ts';

export type { Environment };

/** Between two tool calls a minute passes easily; undici's own 4 s would mean a handshake each time. */
const KEEP_ALIVE_MS = 90_000;
const CONNECT_MS = 15_000;
/** In bytes. No answer of these services comes near; whatever sends more is something else. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/** Without this header the transport sends `*`, which Graph's PIM answers with CultureNotFoundException. */
const LANGUAGE = { 'accept-language': 'en-US' };

type Send = (url: string, request: HttpRequest) => ReturnType<Http>;

export interface ClosableHttp extends Http {
  /**
   * Ends every connection at once, also under a request: a server that does not answer keeps nobody.
   * Whoever closes has waited for the writes to be settled before. Later requests reject with
   * PimError `cancelled`.
   */
  close(): Promise<void>;
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

async function connect(env: Environment): Promise<{ send: Send; dispatcher: Dispatcher }> {
  const proxies = proxySettings(env);
  // Loaded on first use: it costs start-up time that answering `initialize` does not need.
  const { EnvHttpProxyAgent, fetch } = await import('./undici.ts');
  const dispatcher = new EnvHttpProxyAgent({
    ...proxies,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: CONNECT_MS },
    maxResponseSize: LARGEST_ANSWER,
  });
  return {
    dispatcher,
    send: (url, { method, headers, body, signal }) =>
      fetch(url, {
        method,
        headers: { ...LANGUAGE, ...lowerCased(headers) },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
        // A 3xx comes back as it is; whoever follows one by mistake would carry a token along.
        redirect: 'manual',
        dispatcher,
      }),
  };
}

/**
 * HTTP for the whole process. Extra certificate authorities are Node's business
 * (`NODE_EXTRA_CA_CERTS`, `--use-system-ca`).
 * @throws PimError `configuration` on first use when a proxy variable makes no sense; `cancelled` after
 * `close`.
 */
export function createHttp(options: { readonly env: Environment }): ClosableHttp {
  let connection: ReturnType<typeof connect> | undefined;
  let isClosed = false;
  const http: Http = async (url, request) => {
    if (isClosed) throw new PimError('cancelled', 'The process is ending: nothing was sent.');
    connection ??= connect(options.env);
    const { send } = await connection;
    return send(url, request);
  };
  return Object.assign(http, {
    async close() {
      isClosed = true;
      const opened = await connection?.catch(() => undefined);
      await opened?.dispatcher.destroy();
    },
  });
}
