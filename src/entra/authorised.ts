import type { AccessToken, Call, Clock, Http, SignIn } from '../domain/ports.ts';
import { isRefusedToken, unreadable } from './errors.ts';
import { send, type Attempt, type Outgoing } from './http/send.ts';

export interface GraphOptions {
  readonly http: Http;
  readonly signIn: SignIn;
  readonly clock: Clock;
  readonly graphOrigin: string;
  /** 0 (included) to 1 (excluded), for the jitter of retries. */
  readonly random: () => number;
  readonly userAgent: string;
}

/** A request before it has a token. `path` may be a whole address, as in a link to the next page. */
interface Unsigned extends Omit<Outgoing, 'url' | 'headers'> {
  readonly path: string;
}

function headers(token: AccessToken, userAgent: string): Record<string, string> {
  return {
    authorization: `Bearer ${token.value}`,
    accept: 'application/json',
    // Without it, Node's fetch sends `*`, which PIM answers with CultureNotFoundException.
    'accept-language': 'en-US',
    'client-request-id': globalThis.crypto.randomUUID(),
    'user-agent': userAgent,
  };
}

/** The API that every path of ours, and each link to a next page, belongs to. */
const API = '/v1.0/';

/** @throws PimError `malformed` for an address elsewhere: the token goes to that API of Graph only. */
function addressOf(path: string, graphOrigin: string): string {
  const { origin } = new URL(graphOrigin);
  const url = URL.canParse(path, origin) ? new URL(path, origin) : undefined;
  if (url?.origin !== origin)
    throw unreadable('it points to another host, which must not get the sign-in');
  if (!url.pathname.startsWith(API)) throw unreadable('it points out of the API that was asked');
  return url.href;
}

/**
 * Sends a request with the caller's token: the one place where an address meets a token. A refused
 * token (401: nothing was done) is renewed once, and the request sent once more.
 * @throws PimError `cancelled`, those of the sign-in, `malformed` for an address elsewhere
 */
export async function sendAuthorised(
  options: GraphOptions,
  call: Call,
  prepare: () => Unsigned,
): Promise<Attempt> {
  const { signIn, graphOrigin, userAgent } = options;
  const attempt = (token: AccessToken) => {
    const { path, ...rest } = prepare();
    const content = rest.body === undefined ? {} : { 'content-type': 'application/json' };
    return send(options, {
      ...rest,
      url: addressOf(path, graphOrigin),
      headers: { ...headers(token, userAgent), ...content },
      signal: call.signal,
    });
  };
  const token = await signIn.token(call);
  const first = await attempt(token);
  const isRefused = first.kind === 'answered' && isRefusedToken(first.answer);
  return isRefused ? attempt(await signIn.token({ ...call, refused: token.value })) : first;
}
