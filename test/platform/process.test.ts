import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';

const SCRIPT = path.join(import.meta.dirname, 'process-user.ts');

interface Child {
  readonly stdout: Readable;
  readonly stderr: Readable;
  tell(task: string): void;
  kill(signal: NodeJS.Signals): void;
  /** Code and signal that it ended with. */
  readonly ended: Promise<unknown[]>;
}

function start(): Child {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  return {
    stdout: child.stdout.setEncoding('utf8'),
    stderr: child.stderr.setEncoding('utf8'),
    tell: (task) => void child.stdin.write(`${task}\n`),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

async function said(stream: Readable): Promise<string> {
  const [text]: unknown[] = await once(stream, 'data');
  return String(text).trim();
}

async function hangUp(stream: Readable): Promise<void> {
  stream.destroy();
  await once(stream, 'close');
}

describe('output that nobody reads any more', () => {
  it('does not end the process on standard error', async () => {
    const child = start();
    expect(await said(child.stdout)).toBe('ready');
    await hangUp(child.stderr);
    child.tell('err lost');
    child.tell('err lost');
    child.tell('out alive');
    expect(await said(child.stdout)).toBe('alive');
    child.tell('end 0');
    expect(await child.ended).toEqual([0, null]);
  });

  it('does not end the process on standard output', async () => {
    const child = start();
    expect(await said(child.stdout)).toBe('ready');
    await hangUp(child.stdout);
    child.tell('out lost');
    child.tell('out lost');
    child.tell('err alive');
    expect(await said(child.stderr)).toBe('alive');
    child.tell('end 0');
    expect(await child.ended).toEqual([0, null]);
  });
});

it.runIf(process.platform === 'linux')(
  'goes on when a result cannot be written, but does not end as if it was',
  async () => {
    const full = await open('/dev/full', 'w');
    onTestFinished(() => full.close());
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT], {
      stdio: ['pipe', full.fd, 'pipe'],
    });
    const ended = once(child, 'exit');
    child.stdin?.write('err alive\n');
    if (child.stderr === null) throw new Error('no standard error');
    expect(await said(child.stderr)).toBe('alive');
    child.stdin?.write('end 0\n');
    expect(await ended).toEqual([1, null]);
  },
);

describe.runIf(process.platform !== 'win32')('signals', () => {
  it.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])(
    'let the process finish after %s; the next one, of any kind, ends it at once',
    async (first) => {
      const child = start();
      expect(await said(child.stdout)).toBe('ready');
      child.kill(first);
      expect(await said(child.stdout)).toBe('interrupted');
      child.tell('out finishing');
      expect(await said(child.stdout)).toBe('finishing');
      const second = first === 'SIGTERM' ? 'SIGINT' : 'SIGTERM';
      child.kill(second);
      expect(await child.ended).toEqual([null, second]);
    },
  );
});
