import { expect, onTestFinished } from 'vitest';
import type {
  AccessToken,
  Http,
  HttpRequest,
  HttpResponse,
  SignIn,
  SurfaceClient,
  TokenWish,
} from '../../../src/domain/ports.ts';
import type { Surface } from '../../../src/domain/target.ts';
import { createSurfaces } from '../../../src/entra/surfaces.ts';
import { fakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { ME } from './samples.ts';

export const ORIGIN = 'https://graph.microsoft.com';
export const ARM_ORIGIN = 'https://management.azure.com';
export const START = new Date('2026-11-23T08:30:00Z');

/** What the stand-in for the network does with a request. */
export type Reply = (request: HttpRequest) => Promise<HttpResponse>;

function respond(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): HttpResponse {
  const all = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    status,
    headers: { get: (name) => all.get(name.toLowerCase()) ?? null },
    text: () => Promise.resolve(body),
  };
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return () => Promise.resolve(respond(status, body, headers));
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return text(status, JSON.stringify(body), headers);
}

export function rows(...value: readonly unknown[]): Reply {
  return json(200, { value });
}

/** A connection that breaks the way undici reports it: the code sits in the cause. */
export function broken(code: string): Reply {
  const cause = Object.assign(new Error(code), { code });
  return () => Promise.reject(new TypeError('fetch failed', { cause }));
}

/** No answer, not even to an abort. */
export const silence: Reply = () => new Promise(() => undefined);

interface SentRequest extends HttpRequest {
  /** Method and decoded path with query. */
  readonly line: string;
}

interface Stub {
  readonly line: string;
  readonly replies: Reply[];
}

function lineOf(method: string, url: string): string {
  const address = url.startsWith(ORIGIN) ? url.slice(ORIGIN.length) : url;
  return `${method} ${decodeURIComponent(address)}`;
}

interface FakeSignIn extends SignIn {
  readonly wishes: TokenWish[];
}

const NO_CLAIMS = { wids: null, groups: null };

/** Hands out `token-1`; the next one when that was refused. */
function fakeSignIn({ scopes = [], claims = NO_CLAIMS }: TenantOptions): FakeSignIn {
  const wishes: TokenWish[] = [];
  let issued = 1;
  const token = (wish: TokenWish = {}): Promise<AccessToken> => {
    wishes.push(wish);
    if (wish.refused === `token-${issued}`) issued += 1;
    const account = { objectId: ME, tenantId: 't', username: 'ida@contoso.com', displayName: null };
    const told = wish.isFresh === true ? claims : NO_CLAIMS;
    return Promise.resolve({ value: `token-${issued}`, account, scopes, claims: told });
  };
  return {
    wishes,
    token,
    storage: 'nowhere',
    remembered: () => Promise.resolve(null),
    signIn: () => token(),
    accounts: () => Promise.resolve([]),
    signOut: () => Promise.resolve([]),
    declined: () => undefined,
    tokensFrom: [],
  };
}

export interface Tenant {
  readonly clock: FakeClock;
  readonly sent: readonly SentRequest[];
  readonly signIn: FakeSignIn;
  /** Answers that request, in order; each answer must be used. */
  readonly on: (line: string, ...replies: readonly Reply[]) => void;
  readonly surface: (name: Surface) => SurfaceClient;
  /** Lets time pass until the work is over. */
  readonly drive: <T>(work: Promise<T>) => Promise<T>;
}

interface TenantOptions {
  readonly scopes?: readonly string[];
  /** What a fresh token says; older ones say nothing. */
  readonly claims?: AccessToken['claims'];
  readonly signIn?: SignIn;
  readonly random?: () => number;
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Microsoft Graph as recorded answers: a request nobody foresaw and an answer nobody used both fail. */
export function tenant(options: TenantOptions = {}): Tenant {
  const clock = fakeClock(START);
  const stubs: Stub[] = [];
  const sent: SentRequest[] = [];
  const unforeseen: string[] = [];
  const signIn = fakeSignIn(options);

  const http: Http = (url, request) => {
    const line = lineOf(request.method, url);
    sent.push({ ...request, line });
    const reply = stubs.find((stub) => stub.line === line)?.replies.shift();
    if (reply) return reply(request);
    unforeseen.push(line);
    return Promise.reject(new Error(`unforeseen: ${line}`));
  };
  const surfaces = createSurfaces({
    http,
    clock,
    signIn: options.signIn ?? signIn,
    endpoints: { graphOrigin: ORIGIN, armOrigin: ARM_ORIGIN },
    random: options.random ?? (() => 0),
    userAgent: 'entra-pim/test',
  });

  onTestFinished(() => {
    expect(unforeseen).toEqual([]);
    expect(stubs.filter(({ replies }) => replies.length > 0).map(({ line }) => line)).toEqual([]);
  });

  return {
    clock,
    sent,
    signIn,
    on(line, ...replies) {
      stubs.push({ line, replies: [...replies] });
    },
    surface(name) {
      const found = surfaces.find(({ surface }) => surface === name);
      if (!found) throw new Error(`no surface ${name}`);
      return found;
    },
    async drive(work) {
      let isOver = false;
      const watched = work.finally(() => {
        isOver = true;
      });
      watched.catch(() => undefined);
      for (let steps = 0; steps < 10_000; steps += 1) {
        await tick();
        if (isOver) return watched;
        clock.advance(250);
      }
      throw new Error('the work never ended');
    },
  };
}
