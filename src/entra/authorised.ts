import { signInFurther } from '../domain/further.ts';
import { ofCaller } from '../domain/of-caller.ts';
import type { AccessToken, Call, Clock, Http, Resource, SignIn } from '../domain/ports.ts';
import { challengeIn } from './challenge.ts';
import { isRefusedToken, unreadable } from './errors.ts';
import { send, type Attempt, type Outgoing } from './http/send.ts';

/** Whose API it is: where requests may go, and what the token must be for. */
interface ServiceAddress {
  readonly resource: Resource;
  readonly origin: string;
  /** Every path of ours, and each link to a next page, begins with one of these (in lower case). */
  readonly apis: readonly string[];
}

/** How requests get to Microsoft, whichever API they are for. */
export interface Connection {
  readonly http: Http;
  readonly signIn: SignIn;
  readonly clock: Clock;
  /** 0 (included) to 1 (excluded), for the jitter of retries. */
  readonly random: () => number;
  readonly userAgent: string;
}

export interface ServiceOptions extends Connection {
  readonly address: ServiceAddress;
}

/** A request before it has a token. `path` may be a whole address, as in a link to the next page. */
interface Unsigned extends Omit<Outgoing, 'url' | 'headers'> {
  readonly path: string;
}

/** What is sent, and for whom. */
interface Sending {
  /** Whose tokens, and how long a person may be waited for. */
  readonly call: Call;
  /** Made anew each time it is sent. */
  readonly prepare: () => Unsigned;
  /** What of the answer counts, where it is inside another one. */
  readonly answerOf?: ((attempt: Attempt) => Attempt) | undefined;
  /** Called after a person signed in: their time is not the service's. */
  readonly signedIn?: () => void;
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

/** @throws PimError `malformed` for an address elsewhere: the token goes to that API only. */
function addressOf(wanted: string, address: ServiceAddress): string {
  const { origin } = new URL(address.origin);
  const url = URL.canParse(wanted, origin) ? new URL(wanted, origin) : undefined;
  if (url?.origin !== origin)
    throw unreadable('it points to another host, which must not get the sign-in');
  const path = url.pathname.toLowerCase(); // Azure does not tell cases apart.
  if (!address.apis.some((api) => path.startsWith(api)))
    throw unreadable('it points out of the API that was asked');
  return url.href;
}

/** A refresh, then a person. */
const MOST_ROUNDS = 2;

/** One attempt, and the token that it was made with. */
interface Tried {
  readonly attempt: Attempt;
  readonly token: AccessToken;
}

function isRefused({ attempt }: Tried): boolean {
  return attempt.kind === 'answered' && isRefusedToken(attempt.answer);
}

/**
 * Sends a request with the caller's token: the one place where an address meets a token. A refused
 * token (401: nothing was done) is renewed once, and the request sent once more. Where the answer
 * demands a further sign-in (nothing was done either), the person is asked once, and the request is
 * sent once more with the token which that brought; what is refused then stays refused. Where a
 * refresh may do, and did not, there is one round more, for the person.
 * @throws PimError `cancelled`, those of the sign-in, `malformed` for an address elsewhere
 */
export async function sendAuthorised(
  options: ServiceOptions,
  { call, prepare, answerOf = (attempt) => attempt, signedIn }: Sending,
): Promise<Attempt> {
  const { signIn, address, userAgent } = options;
  const wish = { ...call, resource: address.resource };
  const tryWith = async (token: AccessToken): Promise<Tried> => {
    const { path, ...rest } = prepare();
    const content = rest.body === undefined ? {} : { 'content-type': 'application/json' };
    const attempt = await send(options, {
      ...rest,
      url: addressOf(path, address),
      headers: { ...headers(token, userAgent), ...content },
    });
    return { attempt: answerOf(attempt), token };
  };
  const first = await tryWith(await ofCaller(signIn.token(wish), call));
  let tried = isRefused(first)
    ? await tryWith(await ofCaller(signIn.token({ ...wish, refused: first.token.value }), call))
    : first;
  let wasPersonAsked = false;
  for (let round = 1; round <= MOST_ROUNDS && !wasPersonAsked; round += 1) {
    const challenge = challengeIn(tried.attempt);
    if (challenge === null) break;
    wasPersonAsked = challenge.isForPerson;
    const refused = tried.token.value;
    const token = await signInFurther(signIn, { ...wish, challenge, refused });
    if (token.value === refused) break;
    signedIn?.();
    tried = await tryWith(token);
  }
  return tried.attempt;
}
