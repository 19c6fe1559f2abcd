import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import {
  startSimulator,
  type RunningSimulator,
  type SimulatorOptions,
} from '../../src/simulator/index.ts';
import { browse, submit } from './browser.ts';
import { OWN_APP } from './stack.ts';
import { temporaryFolder } from './temporary-folder.ts';

const DIST = path.resolve(import.meta.dirname, '../../dist');

export const SERVER = path.join(DIST, 'entra-pim-mcp-server.js');
export const COMMAND = path.join(DIST, 'entra-pim.js');

/** A tenant and a user's machine: what a process of ours finds around it. */
export interface World {
  readonly simulator: RunningSimulator;
  readonly folder: string;
  /** No PATH beyond Node's own folder: no test opens somebody's real browser. */
  readonly env: Readonly<Record<string, string>>;
  journal(): Promise<Record<string, unknown>[]>;
}

export async function openWorld(options: Partial<SimulatorOptions> = {}): Promise<World> {
  const simulator = await startSimulator({ clock: systemClock, signIn: 'automatic', ...options });
  onTestFinished(() => simulator.stop());
  const folder = await temporaryFolder();
  return {
    simulator,
    folder,
    env: {
      PATH: path.dirname(process.execPath),
      HOME: folder,
      ENTRA_PIM_STATE_DIR: path.join(folder, 'state'),
      // No test touches the keyring of whoever runs it.
      ENTRA_PIM_TOKEN_STORE: 'file',
      // Nor does it depend on where the test runs.
      ENTRA_PIM_AUTH: 'browser',
      ...simulator.environment,
      AZURE_CLIENT_ID: OWN_APP,
    },
    async journal() {
      const text = await readFile(path.join(folder, 'state/simulator/activity.jsonl'), 'utf8');
      return text
        .trim()
        .split('\n')
        .map((line): Record<string, unknown> => JSON.parse(line));
    },
  };
}

/** Who signs in on another device. */
const ADA = 'ada.lindgren@contoso.example';

/** Sits at the browser: goes to the sign-in address as soon as the process names it. */
export function signInFrom(stderr: Readable): { readonly text: () => string } {
  let text = '';
  let visited = 0;
  let typed = 0;
  stderr.setEncoding('utf8');
  stderr.on('data', (chunk: string) => {
    text += chunk;
    const urls = [...text.matchAll(/open this address: (\S+)\s/gu)].map(([, url = '']) => url);
    for (const url of urls.slice(visited)) void browse(url);
    visited = urls.length;
    const codes = [...text.matchAll(/open (\S+) on any device and enter the code (\w+)/gu)];
    for (const [, url = '', code = ''] of codes.slice(typed)) void submit(url, { code, user: ADA });
    typed = codes.length;
  });
  return { text: () => text };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `entra-pim` to its end. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { text } = signInFrom(child.stderr);
  let stdout = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    stdout += chunk;
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, stdout, stderr: text() };
}
