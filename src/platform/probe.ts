import { isPimError, PimError } from '../domain/errors.ts';
import type { Call, Clock, Http, Obstacle, Reach } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';
import { proxyOnTheWay, type Environment } from './proxy.ts';

/** Longer than a connection may take to be made. */
const LIMIT_MS = 20_000;

const BY_CODE: Readonly<Record<string, Obstacle>> = {
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'refused',
  ENETUNREACH: 'refused',
  ETIMEDOUT: 'silent',
  UND_ERR_CONNECT_TIMEOUT: 'silent',
  // undici: the proxy answered CONNECT with something else than 200.
  UND_ERR_ABORTED: 'proxy',
  UND_ERR_PRX_TLS: 'proxy',
};

/** OpenSSL's and Node's names for certificates that are not accepted. */
const CERTIFICATE = /CERT|^ERR_TLS|^UNABLE_TO|SELF_SIGNED|^HOSTNAME_MISMATCH/u;

function obstacleOf(code: string | null, proxy: string | null): Obstacle {
  const known = BY_CODE[code ?? ''];
  // Behind a proxy, names are its business: what was not found or refused is the proxy itself.
  if (proxy !== null && (known === 'name' || known === 'refused')) return 'proxy';
  return known ?? (CERTIFICATE.test(code ?? '') ? 'certificate' : 'broken');
}

function dateIn(header: string | null): Date | null {
  const date = new Date(header ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date;
}

export interface ProbeOptions {
  readonly env: Environment;
  readonly http: Http;
  readonly clock: Clock;
}

async function ask({ http, env }: ProbeOptions, url: string, signal: AbortSignal): Promise<Reach> {
  const proxy = proxyOnTheWay(env, url);
  try {
    const response = await http(url, { method: 'GET', headers: {}, signal });
    // Read to its end: a connection in use would be waited for.
    await response.text();
    const date = dateIn(response.headers.get('date'));
    return { kind: 'answered', proxy, status: response.status, date };
  } catch (error) {
    if (isPimError(error)) throw error;
    const code = errnoOf(error) ?? null;
    return { kind: obstacleOf(code, proxy), proxy, code };
  }
}

async function timeUp({ clock, env }: ProbeOptions, url: string, over: AbortSignal) {
  await clock.sleep(LIMIT_MS, over).catch(() => undefined);
  return { kind: 'silent', proxy: proxyOnTheWay(env, url), code: null } as const;
}

function cancellation(signal: AbortSignal, over: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const cancel = (): void => reject(new PimError('cancelled', 'The call was cancelled.'));
    if (signal.aborted) cancel();
    else signal.addEventListener('abort', cancel, { once: true, signal: over });
  });
}

/** One GET without a token: whether the host answers at all, whatever it says. */
export async function probe(options: ProbeOptions, url: string, { signal }: Call): Promise<Reach> {
  const over = new AbortController();
  try {
    return await Promise.race([
      ask(options, url, over.signal),
      timeUp(options, url, over.signal),
      ...(signal === undefined ? [] : [cancellation(signal, over.signal)]),
    ]);
  } finally {
    over.abort();
  }
}
