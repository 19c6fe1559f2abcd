import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { PimError } from '../domain/errors.ts';
import { PAGE_HEADERS, renderPage, type Page } from './pages.ts';

const BODY_LIMIT = 64 * 1024;
const HOST = /^(?:localhost|127\.0\.0\.1|\[::1\]):\d+$/u;
const FORM = /^application\/x-www-form-urlencoded\b/iu;

/** What the tab shows, and what happens once it was shown. */
interface Shown {
  readonly page: Page;
  readonly shown: () => void;
}

/** Handles the answer that belongs to the state it was registered for. */
type Answered = (answer: URLSearchParams) => Promise<Shown>;

/** Listens on this machine only, for the browser to come back from signing in. */
export interface Listener {
  /** `localhost`, as app registrations have it: the port is free for that name only. */
  readonly redirectUri: string;
  /** Each state is good for one answer; a new one replaces the old one. */
  expect(state: string, answered: Answered): void;
  /**
   * An answer that came on another way than the browser's: what its tab would have shown; `null` when
   * it does not belong to the sign-in in progress.
   */
  take(answer: URLSearchParams): Promise<Page | null>;
  /** An address of this listener's that leads there, and tells nobody where. */
  leadTo(url: string): string;
  close(): void;
}

interface Reply {
  readonly status: number;
  readonly page: Page;
  readonly location?: string;
  readonly shown?: () => void;
}

/** Path and where it leads. */
interface Lead {
  readonly path: string;
  readonly url: string;
}

const WAITING: Reply = {
  status: 200,
  page: { tone: 'neutral', title: 'Signing in', lines: ['Finish signing in in the other tab.'] },
};
const NOT_FOUND: Reply = {
  status: 404,
  page: { tone: 'neutral', title: 'Nothing here', lines: [] },
};
const UNKNOWN: Reply = {
  status: 400,
  page: {
    tone: 'bad',
    title: 'Sign-in not recognised',
    lines: ['This answer does not belong to the sign-in in progress. Start it again.'],
  },
};

function refusal(status: number): Reply {
  return { status, page: { tone: 'bad', title: 'Not accepted', lines: [] } };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Takes the same time whatever is wrong. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** `null` when it is longer than any answer of Entra's. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  request.setEncoding('utf8');
  let body = '';
  for await (const part of request) {
    body += String(part);
    if (body.length > BODY_LIMIT) return null;
  }
  return body;
}

function elsewhere(pathname: string, lead: Lead | null): Reply {
  const isLead = lead !== null && isSame(pathname, lead.path);
  return isLead ? { status: 302, page: WAITING.page, location: lead.url } : NOT_FOUND;
}

/** The parameters that came back, in either response mode; or what is wrong with the request. */
async function answerIn(
  request: IncomingMessage,
  lead: Lead | null,
): Promise<URLSearchParams | Reply> {
  // A web page that had its name resolve to this machine still sends its own name.
  if (!HOST.test(request.headers.host?.toLowerCase() ?? '')) return refusal(421);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname !== '/') return elsewhere(pathname, lead);
  if (request.method === 'GET') return searchParams.has('state') ? searchParams : WAITING;
  if (request.method !== 'POST') return refusal(405);
  if (!FORM.test(request.headers['content-type'] ?? '')) return refusal(415);
  const body = await bodyOf(request);
  return body === null ? refusal(413) : new URLSearchParams(body);
}

/** The page has left, or nobody is there to see it any more. */
function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve).on('error', () => resolve());
  });
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

function newServer(handle: Handle): Server {
  const limits = {
    headersTimeout: 5000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 5000,
  };
  const server = createServer(limits, handle);
  // Connections that a browser opens in advance do not keep the process.
  return server.on('connection', (socket) => socket.unref());
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** A few times any free port. */
const ANY_PORTS = [0, 0, 0, 0, 0];

/**
 * On ::1 as well where there is one, since browsers may try it first: on a port that another program
 * has there, that program would get the answer.
 */
async function openServers(ports: readonly number[], handle: Handle) {
  for (const wanted of ports) {
    const servers = [newServer(handle), newServer(handle)] as const;
    const port = await listen(servers[0], wanted, '127.0.0.1');
    const isOurs = await listen(servers[1], port, '::1').then(
      () => true,
      (error: unknown) => !isTaken(error),
    );
    if (isOurs) return { servers, port };
    servers[0].close();
  }
  throw new PimError('sign-in-failed', 'No port is free for the browser to come back to.', {
    fix: 'End programs that listen on many ports of this machine, then try again.',
  });
}

/**
 * Opens the listener on the first of these ports that is free for IPv4 and IPv6; 0 is any.
 * @throws PimError `sign-in-failed` when none is.
 */
export async function openLoopback(ports: readonly number[] = ANY_PORTS): Promise<Listener> {
  let expected: { readonly state: string; readonly answered: Answered } | null = null;

  let lead: Lead | null = null;

  async function settle(answer: URLSearchParams): Promise<Reply> {
    const states = answer.getAll('state');
    if (expected === null || states.length !== 1) return UNKNOWN;
    if (!isSame(states[0] ?? '', expected.state)) return UNKNOWN;
    const { answered } = expected;
    expected = null;
    return { status: 200, ...(await answered(answer)) };
  }

  async function reply(request: IncomingMessage): Promise<Reply> {
    const answer = await answerIn(request, lead);
    return answer instanceof URLSearchParams ? settle(answer) : answer;
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // From the start: the tab may be closed while the answer is still being redeemed.
    const over = closed(response);
    const { status, page, location, shown } = await reply(request);
    const headers = location === undefined ? PAGE_HEADERS : { ...PAGE_HEADERS, location };
    response.writeHead(status, headers).end(renderPage(page));
    await over;
    shown?.();
  }

  const { servers, port } = await openServers(ports, (request, response) => {
    respond(request, response).catch(() => response.destroy());
  });

  return {
    redirectUri: `http://localhost:${port}`,
    expect(state, answered) {
      expected = { state, answered };
    },
    async take(answer) {
      const settled = await settle(answer);
      settled.shown?.();
      return settled === UNKNOWN ? null : settled.page;
    },
    leadTo(url) {
      lead = { path: `/${randomBytes(16).toString('base64url')}`, url };
      return `http://localhost:${port}${lead.path}`;
    },
    close() {
      for (const server of servers) {
        server.close();
        server.closeIdleConnections();
      }
    },
  };
}
