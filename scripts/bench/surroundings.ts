import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { browse } from '../../test/support/browser.ts';
import { introduce, startLines, type LineClient } from '../../test/support/line-client.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const DIST = path.join(ROOT, 'dist');
export const SERVER = path.join(DIST, 'entra-pim-mcp-server.js');
const COMMAND = path.join(DIST, 'entra-pim.js');

type Env = Readonly<Record<string, string>>;

export interface Bench {
  readonly runs: number;
  /** Of this run, deleted afterwards. */
  readonly folder: string;
  /**
   * For every child. Nothing is inherited: `NODE_EXTRA_CA_CERTS` alone costs a Node 20 process more
   * than its own start, and without a PATH no real browser opens.
   */
  readonly env: Env;
}

const round = z.object({ sequentialRounds: z.number(), requests: z.array(z.unknown()) });

export interface Tenant {
  readonly env: Env;
  control(path: string, body?: unknown): Promise<unknown>;
  /** Every answer of Graph takes that long until the next call. */
  slow(milliseconds: number): Promise<void>;
  /** Forgets what was asked so far, does the work, and counts what was asked meanwhile. */
  count(work: () => Promise<unknown>): Promise<z.output<typeof round>>;
  stop(): Promise<void>;
}

const MANY = 100_000;

/** The simulator as a process of its own, so that it does not share a thread with the stop-watch. */
export async function startTenant(env: Env, flags: readonly string[] = []): Promise<Tenant> {
  const command = [COMMAND, 'simulator', '--sign-in', 'automatic', ...flags];
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  // A server ends with its input; this one would outlive a benchmark that failed.
  process.once('exit', () => child.kill());
  const settings: Record<string, string> = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name = '', value = ''] = /^export (\w+)=(\S+)$/u.exec(line) ?? [];
    settings[name] = value;
    if (name === 'AZURE_TENANT_ID') break;
  }
  const origin = settings['AZURE_AUTHORITY_HOST'] ?? '';
  const control = async (route: string, body?: unknown): Promise<unknown> => {
    const headers = { 'content-type': 'application/json' };
    const post = { method: 'POST', headers, body: JSON.stringify(body ?? {}) };
    const isRead = route === 'requests';
    const response = await fetch(`${origin}/simulator/${route}`, isRead ? {} : post);
    if (!response.ok) throw new Error(`the simulator refuses ${route}: ${await response.text()}`);
    return response.json();
  };
  return {
    env: { ...env, ...settings },
    control,
    slow: async (milliseconds) => {
      await control('faults/clear');
      if (milliseconds > 0)
        await control('faults', { times: MANY, action: { kind: 'delay', milliseconds } });
    },
    count: async (work) => {
      await control('requests/clear');
      await work();
      return round.parse(await control('requests'));
    },
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}

/** The most memory that a process had until now; `null` where the system has no /proc. */
export function peakMegabytes(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const [, kilobytes] = /^VmHWM:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}

/** Sits at the browser: opens the address that the server names, once. */
function signInWhenAsked(stderr: Readable): void {
  createInterface({ input: stderr }).on('line', (line) => {
    const [url] = /https?:\/\/\S+\/authorize\?\S+/u.exec(line) ?? [];
    if (url !== undefined) void browse(url);
  });
}

/** Signs in, as a person does in a shell: what is measured finds it remembered. */
export async function signInOnce(env: Env): Promise<void> {
  const child = spawn(process.execPath, [COMMAND, 'login'], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  signInWhenAsked(child.stderr);
  const [code]: unknown[] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the sign-in ended with ${String(code)}`);
}

/** A server that has told a client its tools. */
export async function openServer(env: Env, flags: readonly string[] = []): Promise<LineClient> {
  const client = startLines([...flags, SERVER], env);
  await introduce(client);
  return client;
}
