import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { PimError } from '../domain/errors.ts';

/** A launcher that finds no browser ends within this time; one that started a browser may stay. */
const LAUNCH_MS = 1500;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function isOpenable(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

async function launched(launcher: ChildProcess): Promise<boolean> {
  if (launcher.exitCode !== null) return launcher.exitCode === 0;
  const waiting = new AbortController();
  const closed = once(launcher, 'close', { signal: waiting.signal }).then(
    ([code]: unknown[]) => code === 0,
  );
  const stayed = delay(LAUNCH_MS, true, { signal: waiting.signal });
  try {
    return await Promise.race([closed, stayed]);
  } finally {
    waiting.abort();
    await Promise.allSettled([closed, stayed]);
  }
}

/**
 * Opens the address in the default browser, without a shell.
 * @throws PimError `configuration` when it is no address for a browser, or no browser can be started.
 */
export async function openBrowser(url: string): Promise<void> {
  if (!isOpenable(url)) throw new PimError('configuration', 'Only https addresses are opened.');
  const { default: open } = await import('open');
  const isOpen = await open(url).then(launched, () => false);
  if (!isOpen) throw new PimError('configuration', 'No browser could be started on this machine.');
}
