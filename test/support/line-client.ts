import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as z from 'zod';

const answerLine = z.object({
  id: z.number(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.unknown().optional(),
});

export type Result = Readonly<Record<string, unknown>>;

/** What a client of the 2026-07-28 protocol sends with every request. */
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'lines', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'lines', version: '1' },
};

export type Era = 'legacy' | 'modern';

/** A server process and a client that speaks bare lines, with nothing of an SDK in between. */
export interface LineClient {
  readonly pid: number;
  readonly stderr: Readable;
  /** @throws Error when the answer is an error. */
  request(method: string, params?: object): Promise<Result>;
  notify(method: string): void;
  /** Hangs up and waits for the process to end. */
  close(): Promise<number | null>;
}

export function startLines(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  era: Era = 'legacy',
): LineClient {
  const child = spawn(process.execPath, command, { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Map<number, Waiter>();
  const closed = once(child, 'close').then((): number | null => {
    for (const { reject } of waiting.values()) reject(new Error('the server has ended'));
    return child.exitCode;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result, error } = answerLine.parse(JSON.parse(line));
    const asked = waiting.get(id);
    waiting.delete(id);
    if (result) asked?.resolve(result);
    else asked?.reject(new Error(`refused: ${JSON.stringify(error)}`));
  });
  const send = (message: object): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  let last = 0;
  return {
    pid: child.pid ?? 0,
    stderr: child.stderr,
    notify: (method) => {
      send({ method });
    },
    request: (method, params = {}) => {
      last += 1;
      const id = last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({
          id,
          method,
          params: era === 'modern' ? { ...params, _meta: ENVELOPE } : params,
        });
      });
    },
    close: () => {
      child.stdin.end();
      return closed;
    },
  };
}

interface Waiter {
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

/** What a client asks first: who are you, what can you do? */
export async function introduce(
  client: LineClient,
  era: Era = 'legacy',
): Promise<{ readonly first: Result; readonly tools: Result }> {
  const first =
    era === 'modern'
      ? await client.request('server/discover')
      : await client.request('initialize', INITIALIZE);
  if (era === 'legacy') client.notify('notifications/initialized');
  return { first, tools: await client.request('tools/list') };
}
