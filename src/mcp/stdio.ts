import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { createServer, type ServerOptions } from './server.ts';

/** Serves one client over standard input and output until the input ends. */
export function serveOverStdio(
  options: ServerOptions & { readonly warn: (message: string) => void },
): void {
  serveStdio(() => createServer(options), {
    onerror: (error) => {
      options.warn(`entra-pim: ${error.name} in the protocol layer`);
    },
  });
}
