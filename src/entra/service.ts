import type { AccessToken, Account, Call, Clock, HttpRequest, TokenWish } from '../domain/ports.ts';
import { sendAuthorised, type ServiceOptions } from './authorised.ts';
import { parseJson } from './error-body.ts';
import { failureOf, unreadable } from './errors.ts';
import { ALL_PAGES, readPages, type PageLimit, type Pages } from './http/page.ts';
import { persist } from './http/retry.ts';
import { createServerClock, type ServerClock } from './http/server-clock.ts';
import type { Answer, Attempt } from './http/send.ts';

/** What changes something. */
export interface Write {
  readonly method: Exclude<HttpRequest['method'], 'GET'>;
  readonly path: string;
  /** Made anew each time it is sent; `null` for none. */
  readonly body: () => string | null;
  /** What of the answer counts, where it is inside another one, as in a batch. */
  readonly answerOf?: ((attempt: Attempt) => Attempt) | undefined;
  /** Whose write it is, and how long a further sign-in may be waited for. Never ends what was sent. */
  readonly call: Call;
}

/** One of Microsoft's APIs (Graph, Azure Resource Manager) with the caller's token. */
export interface Service {
  /** @throws PimError */
  get(path: string, call: Call): Promise<unknown>;
  /**
   * Asks with a body, changing nothing: retried like a GET. `undefined` for a success without a body.
   * @throws PimError
   */
  query(path: string, body: unknown, call: Call): Promise<unknown>;
  /** The rows of all pages. @throws PimError */
  list(path: string, call: Call, limit?: PageLimit): Promise<readonly unknown[]>;
  /**
   * As `list`, but of each page only what `take` makes of it is kept, so that a list of thousands
   * does not fill the memory. @throws PimError
   */
  listAs<T>(take: Pages<T>['take'], path: string, call: Call): Promise<readonly T[]>;
  /**
   * Sends once; again when the token was refused or a further sign-in demanded (then nothing had
   * happened). What was sent is not cancellable.
   * @throws PimError of the sign-in only; then nothing was done.
   */
  send(write: Write): Promise<Attempt>;
  /** That moment of ours on the service's clock; `null` while none of its answers had a date. */
  serverTime(moment: Date): Date | null;
  /** Now on the service's clock; on ours while that is not known. */
  now(): Date;
  /** The delegated permissions in the token, in lower case. */
  permissions(call: Call): Promise<ReadonlySet<string>>;
  /** Whose token it is. */
  caller(call: Call): Promise<Account>;
  /** What a token made just now says of the caller's roles and groups. @throws PimError */
  freshClaims(call: Call): Promise<AccessToken['claims']>;
}

const READ_LIMIT_SECONDS = 20;
/** Azure was seen to take 15 s before it answers an activation. */
const WRITE_LIMIT_SECONDS = 60;
/** For all tries of one read together. */
const TOTAL_LIMIT_SECONDS = 60;

export function isSuccess({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** The body of a success; everything else is thrown. */
function bodyOf(attempt: Attempt, now: Date): unknown {
  if (attempt.kind === 'lost') throw attempt.error;
  const { answer } = attempt;
  if (!isSuccess(answer)) throw failureOf(answer, now);
  const body = parseJson(answer.body);
  if (body === undefined) throw unreadable('it is not JSON');
  return body;
}

function secondsUntil(deadline: Date, clock: Clock): number {
  return Math.max(0, (deadline.getTime() - clock.now().getTime()) / 1000);
}

/** The end of all tries: not later than whoever called still listens. */
function deadlineOf({ answerBy }: Call, clock: Clock): Date {
  const limit = clock.now().getTime() + TOTAL_LIMIT_SECONDS * 1000;
  return new Date(Math.min(limit, answerBy?.getTime() ?? limit));
}

interface Context extends ServiceOptions {
  readonly serverClock: ServerClock;
}

type Question = Pick<HttpRequest, 'method' | 'body'> & { readonly path: string };

/** Only a question with a body may be answered by its status alone. */
function contentOf(attempt: Attempt, { method }: Question, now: Date): unknown {
  const isBare =
    attempt.kind === 'answered' && isSuccess(attempt.answer) && attempt.answer.body.trim() === '';
  return isBare && method !== 'GET' ? undefined : bodyOf(attempt, now);
}

async function ask(context: Context, question: Question, call: Call): Promise<unknown> {
  const { clock, signIn, serverClock, address } = context;
  // A first sign-in takes a person's time, which is not the service's.
  await signIn.token({ ...call, resource: address.resource });
  let deadline = deadlineOf(call, clock);
  const attempt = () =>
    sendAuthorised(context, {
      call,
      prepare: () => ({
        ...question,
        signal: call.signal,
        timeLimitSeconds: Math.min(READ_LIMIT_SECONDS, secondsUntil(deadline, clock)),
      }),
      signedIn: () => {
        deadline = deadlineOf(call, clock);
      },
    });
  const result = await persist(attempt, () => deadline, context, call);
  const body = contentOf(result, question, clock.now());
  serverClock.note(result, clock.now()); // After the body proved to be Microsoft's, not a proxy's.
  return body;
}

function sendOnce(options: ServiceOptions, write: Write): Promise<Attempt> {
  const { method, path, body, answerOf, call } = write;
  const prepare = () => {
    const text = body();
    return {
      path,
      method,
      ...(text === null ? {} : { body: text }),
      timeLimitSeconds: WRITE_LIMIT_SECONDS,
    };
  };
  return sendAuthorised(options, { call, prepare, answerOf });
}

export function createService(options: ServiceOptions): Service {
  const context = { ...options, serverClock: createServerClock() };
  const token = (wish: TokenWish) =>
    options.signIn.token({ ...wish, resource: options.address.resource });
  const get = (path: string, call: Call) => ask(context, { method: 'GET', path }, call);
  return {
    get,
    query: (path, body, call) =>
      ask(context, { method: 'POST', path, body: JSON.stringify(body) }, call),
    list: (path, call, limit = ALL_PAGES) =>
      readPages({ get: (each) => get(each, call), take: (rows) => rows }, path, limit),
    listAs: (take, path, call) =>
      readPages({ get: (each) => get(each, call), take }, path, ALL_PAGES),
    serverTime: (moment) => context.serverClock.at(moment),
    now: () => context.serverClock.at(options.clock.now()) ?? options.clock.now(),
    send: (write) => sendOnce(options, write),
    async permissions(call) {
      const { scopes } = await token(call);
      return new Set(scopes.map((scope) => scope.toLowerCase()));
    },
    async caller(call) {
      return (await token(call)).account;
    },
    async freshClaims(call) {
      return (await token({ ...call, isFresh: true })).claims;
    },
  };
}
