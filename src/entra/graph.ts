import type { Call, Clock } from '../domain/ports.ts';
import { sendAuthorised, type GraphOptions } from './authorised.ts';
import { parseJson } from './error-body.ts';
import { failureOf, unreadable } from './errors.ts';
import { ALL_PAGES, readPages, type PageLimit } from './http/page.ts';
import { persist } from './http/retry.ts';
import { createServerClock, type ServerClock } from './http/server-clock.ts';
import type { Answer, Attempt } from './http/send.ts';

/** Microsoft Graph with the caller's token. */
export interface Graph {
  /** @throws PimError */
  get(path: string, call: Call): Promise<unknown>;
  /** The rows of all pages. @throws PimError */
  list(path: string, call: Call, limit?: PageLimit): Promise<readonly unknown[]>;
  /**
   * Sends a body once; twice when the first token was refused (then nothing had happened). The body
   * is made anew each time. Not cancellable. @throws PimError of the sign-in only.
   */
  post(path: string, body: () => string): Promise<Attempt>;
  /** That moment of ours on Graph's clock; `null` while none of its answers had a date. */
  serverTime(moment: Date): Date | null;
  /** The delegated permissions in the token, in lower case. */
  permissions(call: Call): Promise<ReadonlySet<string>>;
}

const READ_LIMIT_SECONDS = 20;
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

interface Context extends GraphOptions {
  readonly serverClock: ServerClock;
}

async function get(context: Context, path: string, call: Call): Promise<unknown> {
  const { clock, signIn, serverClock } = context;
  await signIn.token(call); // A first sign-in takes a person's time, which is not Graph's.
  const deadline = new Date(clock.now().getTime() + TOTAL_LIMIT_SECONDS * 1000);
  const attempt = () =>
    sendAuthorised(context, call, () => ({
      path,
      method: 'GET',
      timeLimitSeconds: Math.min(READ_LIMIT_SECONDS, secondsUntil(deadline, clock)),
    }));
  const result = await persist(attempt, deadline, context, call);
  const body = bodyOf(result, clock.now());
  serverClock.note(result, clock.now()); // After the body proved to be Graph's, not a proxy's.
  return body;
}

function post(options: GraphOptions, path: string, body: () => string): Promise<Attempt> {
  return sendAuthorised(options, {}, () => ({
    path,
    method: 'POST',
    body: body(),
    timeLimitSeconds: WRITE_LIMIT_SECONDS,
  }));
}

async function permissions(options: GraphOptions, call: Call): Promise<ReadonlySet<string>> {
  const { scopes } = await options.signIn.token(call);
  return new Set(scopes.map((scope) => scope.toLowerCase()));
}

export function createGraph(options: GraphOptions): Graph {
  const context = { ...options, serverClock: createServerClock() };
  return {
    get: (path, call) => get(context, path, call),
    list: (path, call, limit = ALL_PAGES) =>
      readPages((each) => get(context, each, call), path, limit),
    serverTime: (moment) => context.serverClock.at(moment),
    post: (path, body) => post(options, path, body),
    permissions: (call) => permissions(options, call),
  };
}
