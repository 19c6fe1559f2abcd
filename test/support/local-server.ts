import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import { onTestFinished } from 'vitest';

export interface LocalServer {
  readonly origin: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: () => number;
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}

async function listening(server: Server): Promise<LocalServer> {
  let count = 0;
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    count += 1;
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const port = portOf(server);
  return { origin: `http://127.0.0.1:${port}`, port, connections: () => count };
}

/** A server on loopback, gone when the test is over. */
export function localServer(listener: RequestListener): Promise<LocalServer> {
  return listening(createServer(listener));
}

/** A proxy that connects every host to the given port of this machine and notes who was asked for. */
export async function localProxy(targetPort: number): Promise<LocalServer & { asked: string[] }> {
  const asked: string[] = [];
  const server = createServer();
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    asked.push(request.url ?? '');
    const upstream = connect(targetPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  return { ...(await listening(server)), asked };
}
