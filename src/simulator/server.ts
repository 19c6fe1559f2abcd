import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { PimError } from '../domain/errors.ts';
import type { SimClock, SimRequest, SimResponse } from './world.ts';

const HOST = '127.0.0.1';
const BODY_LIMIT = 1024 * 1024;
/** Longer than any client keeps a connection: the client decides when to drop it. */
const KEEP_ALIVE_MS = 120_000;
const LOOPBACK_HOST = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/iu;

/** `null` = cut the connection. `gone` resolves when the client is no longer there. */
export type Respond = (request: SimRequest, gone: Promise<void>) => Promise<SimResponse | null>;

export interface LocalServer {
  readonly origin: string;
  /** Must be called right away: nobody answers before. */
  serve(respond: Respond): void;
  /** Cuts what is open and stops listening. */
  readonly stop: () => Promise<void>;
}

function problem(status: number, code: string, message: string): SimResponse {
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

async function answerTo(
  origin: string,
  message: IncomingMessage,
  { respond, gone }: { readonly respond: Respond; readonly gone: Promise<void> },
): Promise<SimResponse | null> {
  // A web page that makes its own name point here (DNS rebinding) cannot forge this header.
  if (!LOOPBACK_HOST.test(message.headers.host ?? '')) {
    return problem(403, 'HostNotAllowed', 'The simulator only answers to loopback names.');
  }
  const target = message.url ?? '/';
  if (!target.startsWith('/') || !URL.canParse(target, origin)) {
    return problem(400, 'BadRequest', 'The address cannot be read.');
  }
  const body = await readBody(message);
  if (body === null) return problem(413, 'RequestTooLarge', 'The body is larger than 1 MB.');
  const url = new URL(origin + target);
  const method = message.method ?? 'GET';
  return respond({ method, url, headers: headersOf(message), body }, gone);
}

/** The address that the system gave. */
async function bind(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('Not a TCP address.');
  return `http://${HOST}:${address.port}`;
}

/**
 * Listens on loopback only, plain HTTP.
 * @throws PimError `configuration` when the port cannot be had.
 */
export async function listen(port: number, clock: SimClock): Promise<LocalServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const origin = await bind(server, port).catch((cause: unknown) => {
    throw new PimError('configuration', `Port ${port} cannot be used.`, {
      fix: 'Choose another port, or none for any free one.',
      cause,
    });
  });
  return {
    origin,
    serve: (respond) => {
      server.on('request', (message, response) => {
        answerTo(origin, message, { respond, gone: goneOf(response) }).then(
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
