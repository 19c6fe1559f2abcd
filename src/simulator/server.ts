import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { PimError } from '../domain/errors.ts';
import { SERVICE_NAMES, serviceNamed } from './services.ts';
import type { SimClock, SimRequest, SimResponse } from './world.ts';

const HOST = '127.0.0.1';
const BODY_LIMIT = 1024 * 1024;
/** Longer than any client keeps a connection: the client decides when to drop it. */
const KEEP_ALIVE_MS = 120_000;
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/iu;
const NAMED_HOST = /^[\w.-]+(?::\d+)?$/u;

/** `null` = cut the connection. `gone` resolves when the client is no longer there. */
export type Respond = (request: SimRequest, gone: Promise<void>) => Promise<SimResponse | null>;

export interface ListenOptions {
  readonly port: number;
  readonly clock: SimClock;
  /** Key and certificate of the server, PEM: HTTPS, under Microsoft's names as well. */
  readonly tls?: string | undefined;
}

export interface LocalServer {
  /** `http://127.0.0.1:PORT`; with TLS `https://localhost:PORT`. */
  readonly origin: string;
  /** Must be called right away: nobody answers before. */
  serve(respond: Respond): void;
  /** Cuts what is open and stops listening. */
  readonly stop: () => Promise<void>;
}

/** What the simulator says in its own name. */
export function problem(status: number, code: string, message: string): SimResponse {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: JSON.stringify({ error: { code, message } }) };
}

/** `null` = larger than one megabyte. */
async function readBody(message: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    // Read to the end all the same: a client that still sends does not hear the answer.
    if (size <= BODY_LIMIT) chunks.push(bytes);
  }
  return size > BODY_LIMIT ? null : Buffer.concat(chunks).toString('utf8');
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const entries = Object.entries(message.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return Object.fromEntries(entries);
}

function send(response: ServerResponse, answer: SimResponse | null, clock: SimClock): void {
  if (answer === null) {
    response.destroy();
    return;
  }
  response.writeHead(answer.status, { date: clock.now().toUTCString(), ...answer.headers });
  response.end(answer.body);
}

function goneOf(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
  });
}

/** The origin that a Host header stands for, which links then name too; else why there is none. */
type Addressed = (host: string) => string | SimResponse;

/** One origin. A web page that makes its own name point here (DNS rebinding) cannot forge this header. */
function onLoopback(origin: string): Addressed {
  return (host) =>
    LOOPBACK_HOST.test(host)
      ? origin
      : problem(403, 'HostNotAllowed', 'The simulator only answers to loopback names.');
}

/** As many origins as names, each as the client wrote it. */
const byName: Addressed = (host) => {
  const isOurs = NAMED_HOST.test(host) && serviceNamed(host) !== null;
  if (isOurs || LOOPBACK_HOST.test(host)) return `https://${host.toLowerCase()}`;
  const names = SERVICE_NAMES.join(', ');
  return problem(421, 'MisdirectedRequest', `This is a simulator, which answers to ${names} only.`);
};

async function answerTo(
  addressed: Addressed,
  message: IncomingMessage,
  { respond, gone }: { readonly respond: Respond; readonly gone: Promise<void> },
): Promise<SimResponse | null> {
  const origin = addressed(message.headers.host ?? '');
  if (typeof origin !== 'string') return origin;
  const target = message.url ?? '/';
  if (!target.startsWith('/') || !URL.canParse(origin + target)) {
    return problem(400, 'BadRequest', 'The address cannot be read.');
  }
  const body = await readBody(message);
  if (body === null) return problem(413, 'RequestTooLarge', 'The body is larger than 1 MB.');
  const url = new URL(origin + target);
  const method = message.method ?? 'GET';
  return respond({ method, url, headers: headersOf(message), body }, gone);
}

/** The port that the system gave. */
async function bind(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP address.');
  return address.port;
}

function open(tls: string | undefined): Server {
  const options = { keepAliveTimeout: KEEP_ALIVE_MS };
  if (tls === undefined) return createServer(options);
  return createSecureServer({ ...options, key: tls, cert: tls });
}

/**
 * Listens on loopback only: plain HTTP, or HTTPS where there is a certificate.
 * @throws PimError `configuration` when the port cannot be had.
 */
export async function listen({ port, clock, tls }: ListenOptions): Promise<LocalServer> {
  const server = open(tls);
  const bound = await bind(server, port).catch((cause: unknown) => {
    throw new PimError('configuration', `Port ${port} cannot be used.`, {
      fix: 'Choose another port, or none for any free one. Some systems keep those below 1024 for administrators.',
      cause,
    });
  });
  const base = tls === undefined ? `http://${HOST}` : 'https://localhost';
  const { origin } = new URL(`${base}:${bound}`);
  const addressed = tls === undefined ? onLoopback(origin) : byName;
  return {
    origin,
    serve: (respond) => {
      server.on('request', (message, response) => {
        answerTo(addressed, message, { respond, gone: goneOf(response) }).then(
          (answer) => send(response, answer, clock),
          (error: unknown) => {
            // A bug of the simulator's: said out loud, since nobody reads its log.
            send(response, problem(500, 'SimulatorFault', String(error)), clock);
          },
        );
      });
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}
