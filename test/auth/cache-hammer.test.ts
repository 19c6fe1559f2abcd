import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { createTokenStore } from '../../src/auth/token-store.ts';
import { newState, person, tenant } from './fixture.ts';

const SCRIPT = path.join(import.meta.dirname, 'cache-hammer.ts');
const PROCESSES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
/** These are killed once they have said so much: in the middle of whatever comes next. */
const KILLED_AFTER: Readonly<Record<string, number>> = { b: 3, d: 6, g: 11 };

interface Worker {
  readonly said: readonly string[];
  readonly signal: unknown;
}

async function worker(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  killedAfter = Number.POSITIVE_INFINITY,
): Promise<Worker> {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, ...args], {
    env: { ...process.env, ENTRA_PIM_TOKEN_STORE: 'file', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    if (said.length >= killedAfter) child.kill('SIGKILL');
  });
  const [, signal]: unknown[] = await once(child, 'close');
  return { said, signal };
}

describe('eight processes on one cache, three of them killed', () => {
  it('lose nothing of what was done', { timeout: 120_000 }, async () => {
    const state = await newState();
    const workers = await Promise.all(
      PROCESSES.map((name) => worker([state.path, 'entries', name, '15'], {}, KILLED_AFTER[name])),
    );
    expect(workers.filter(({ signal }) => signal === 'SIGKILL')).toHaveLength(3);
    const store = createTokenStore({
      state,
      keyring: null,
      tokenStore: { value: 'file', source: 'test' },
      notify: (message) => expect.unreachable(message),
    });
    const kept: unknown = JSON.parse((await store.read()) ?? '[]');
    const done = workers.flatMap(({ said }) => said);
    expect(done.filter((line) => line.startsWith('notice'))).toEqual([]);
    expect(done.length).toBeGreaterThan(5 * 15);
    expect(kept).toEqual(expect.arrayContaining(done));
    // What was written and not said any more is at most the last one of each that was killed.
    expect(kept).toHaveProperty(
      'length',
      expect.toSatisfy((n: number) => n <= done.length + 3),
    );
  });

  it('keep the sign-in: nobody is asked again', { timeout: 120_000 }, async () => {
    const simulator = await tenant();
    const first = await person(simulator.environment);
    await first.signIn.token();
    const { state } = first;
    const workers = await Promise.all(
      PROCESSES.map((name) =>
        worker([state.path, 'refresh', '15'], simulator.environment, KILLED_AFTER[name]),
      ),
    );
    expect(workers.filter(({ signal }) => signal === 'SIGKILL')).toHaveLength(3);
    const whole = workers.filter(({ signal }) => signal === null);
    expect(whole.map(({ said }) => said.length)).toEqual([15, 15, 15, 15, 15]);
    const again = await person(simulator.environment, { state });
    const { value } = await again.signIn.token();
    await again.signIn.token({ refused: value });
    expect(again.browser.urls).toEqual([]);
    expect(again.notices).toEqual([]);
    expect((await readdir(state.path)).filter((name) => name.endsWith('.bin'))).toEqual([
      'tokens.file.bin',
    ]);
  });
});
