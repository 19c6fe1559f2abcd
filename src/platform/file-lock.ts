import { randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { PimError } from '../domain/errors.ts';
import type { Held } from '../domain/ports.ts';
import { errnoOf, tolerating } from './errno.ts';

/** A holder that is alive touches its lock this often. */
const REFRESH_MS = 5000;
/** A lock that nobody touched for this long has lost its holder. */
const STALE_MS = 15_000;
/** For one holder, longer than a stale lock can stand in the way. */
const PATIENCE_MS = 30_000;
const LONGEST_PAUSE_MS = 50;
/** How often is looked whether somebody holds it. */
const WATCH_MS = 250;

/** The last part of an owner's name: no two are alike. */
const TOKEN = /[0-9a-f]+$/u;

/** On Windows also: it is being deleted right now. Elsewhere that means that nobody can have it. */
const BUSY = process.platform === 'win32' ? ['EPERM', 'EBUSY', 'EACCES'] : [];
const TAKEN = ['EEXIST', ...BUSY];

async function contentOf(path: string): Promise<string | null> {
  return tolerating(['ENOENT', ...BUSY], null, () => readFile(path, 'utf8'));
}

/**
 * Where a pid means what it means here: a container may have the name of its host, and pids of its
 * own. Source: pid_namespaces(7).
 */
function here(): string {
  try {
    return `${hostname()}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function isDead(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}

/** Locks that were seen here, and since when nobody touched them, by the running time of this process. */
const seen = new Map<string, { readonly mark: string; readonly since: number }>();

function untouchedMs(path: string, mark: string): number {
  const now = performance.now();
  const known = seen.get(path);
  if (known?.mark === mark) return now - known.since;
  seen.set(path, { mark, since: now });
  return 0;
}

/**
 * A holder of here that is alive may have slept, with this machine or by itself: it has lost its lock
 * only when it was watched for so long and did not touch it. Its pid may be somebody else's by now.
 */
function lostItsHolder(path: string, owner: string, touchedMs: number): boolean {
  const [pid, place] = owner.split(' ');
  const number = Number(pid);
  const isKnown = place === here() && Number.isInteger(number) && number > 0;
  if (!isKnown) return Date.now() - touchedMs > STALE_MS;
  return isDead(number) || untouchedMs(path, `${owner} ${touchedMs}`) > STALE_MS;
}

interface Holder {
  readonly owner: string;
  readonly isLost: boolean;
}

/** `null` when the lock is gone. */
async function holderOf(path: string): Promise<Holder | null> {
  const owner = await contentOf(path);
  const touched = await tolerating(['ENOENT', ...BUSY], null, () => stat(path));
  if (owner === null || touched === null) return null;
  return { owner, isLost: lostItsHolder(path, owner, touched.mtimeMs) };
}

/** A name for the lock that has to be held to remove the lock of this owner. */
function breakersLock(path: string, owner: string): string {
  return `${path}.${TOKEN.exec(owner)?.[0] ?? 'unknown'}`;
}

/**
 * Removes the lock of a lost holder. No file system removes a file only if it still has some content,
 * so whoever removes it holds a lock for doing so, and looks once more: then nobody but its holder,
 * who is dead, could have removed it, and a lock that was taken meanwhile stays. Should the breaker
 * die before, its lock is broken in the same way.
 * @returns whether the lock may be tried again at once
 */
async function breakLock(path: string, owner: string): Promise<boolean> {
  const held = await tryFileLock(breakersLock(path, owner));
  if (held === null) return false;
  try {
    const holder = await holderOf(path);
    if (holder?.owner === owner && holder.isLost) await rm(path, { force: true });
    return true;
  } finally {
    await held.release();
  }
}

/** Who holds it; `null` when the lock is gone and may be tried again at once. */
async function livingHolder(path: string): Promise<string | null> {
  const holder = await holderOf(path);
  if (holder === null) return null;
  return holder.isLost && (await breakLock(path, holder.owner)) ? null : holder.owner;
}

async function tryTake(path: string, owner: string): Promise<boolean> {
  return tolerating(TAKEN, false, async () => {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(owner);
    } finally {
      await file.close();
    }
    return true;
  });
}

function hold(path: string, owner: string): Held {
  const refresh = setInterval(() => {
    const now = new Date();
    // A lock that was broken meanwhile is noticed at release.
    utimes(path, now, now).catch(() => undefined);
  }, REFRESH_MS).unref();
  return {
    async release() {
      clearInterval(refresh);
      if ((await contentOf(path)) === owner) await rm(path, { force: true });
    },
  };
}

function ownerName(): string {
  return `${process.pid} ${here()} ${randomBytes(8).toString('hex')}`;
}

/** Whether somebody who is alive holds the lock file. */
export async function isLocked(path: string): Promise<boolean> {
  return (await livingHolder(path)) !== null;
}

/** Resolves when `isHeld` says so. Looks again and again, as not every file system tells. */
export async function untilHeld(
  isHeld: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  while (!(await isHeld())) await delay(WATCH_MS, undefined, { signal });
}

/** Takes the lock file if nobody who is alive holds it; else `null`, at once. */
export async function tryFileLock(path: string): Promise<Held | null> {
  const owner = ownerName();
  if (await tryTake(path, owner)) return hold(path, owner);
  const isFree = (await livingHolder(path)) === null && (await tryTake(path, owner));
  return isFree ? hold(path, owner) : null;
}

/**
 * Takes the lock file, waiting with growing pauses. The file says who holds it (pid, where, a token).
 * @throws PimError `timeout` when one other process holds it for half a minute. Many that take turns
 * are only slow.
 */
export async function takeFileLock(path: string): Promise<Held> {
  const owner = ownerName();
  let end = Date.now() + PATIENCE_MS;
  let last: string | null = null;
  for (let attempt = 1; Date.now() < end; attempt += 1) {
    if (await tryTake(path, owner)) return hold(path, owner);
    const holder = await livingHolder(path);
    const isFreed = holder === null && last !== null;
    if (holder !== last) end = Date.now() + PATIENCE_MS;
    last = holder;
    if (isFreed) continue;
    await delay(1 + Math.random() * Math.min(LONGEST_PAUSE_MS, 4 * attempt));
  }
  throw new PimError('timeout', `Another process holds ${path}.`, {
    fix: 'End the other entra-pim process, or try again.',
  });
}
