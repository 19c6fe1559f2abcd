import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ConfigFile, ConfigFiles } from '../domain/config-files.ts';
import { isPimError, PimError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports.ts';
import { errnoOf, tolerating } from './errno.ts';
import { renamePatiently } from './private-files.ts';

const PRIVATE_FILE = 0o600;
const MODES = 0o777;
/** In one second. */
const MOST_BACKUPS = 20;

function refuse(file: string, what: string, cause?: unknown): PimError {
  return new PimError('configuration', `${file} ${what}.`, {
    fix: 'Nothing was changed. The command "config" prints what to add by hand.',
    cause,
  });
}

/** Where a link leads; the path itself where nothing is yet. */
async function targetOf(file: string): Promise<string> {
  if (await tolerating(['ENOENT', 'ENOTDIR'], null, () => lstat(file)))
    return tolerating(['ENOENT'], null, () => realpath(file)).then((found) => {
      if (found === null) throw refuse(file, 'is a link that leads nowhere');
      return found;
    });
  return file;
}

async function demandOwnFile(file: string): Promise<void> {
  const stats = await stat(file);
  if (!stats.isFile()) throw refuse(file, 'is not a plain file');
  const own = process.getuid?.();
  if (own !== undefined && stats.uid !== own) throw refuse(file, 'belongs to another user');
}

async function textOf(target: string): Promise<string | null> {
  const bytes = await tolerating(['ENOENT', 'ENOTDIR'], null, async () => {
    await demandOwnFile(target);
    return readFile(target);
  });
  if (bytes === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw refuse(target, 'is not written in UTF-8', error);
  }
}

/** A new file beside the other, for this user only until its mode is set. */
async function written(file: string, text: string, mode: number): Promise<void> {
  const handle = await open(file, 'wx', PRIVATE_FILE);
  try {
    await handle.writeFile(text);
    if (mode !== PRIVATE_FILE) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function stampOf(now: Date): string {
  return now.toISOString().replaceAll(/[-:]|\.\d+/gu, '');
}

/** Runs with what the file system said in our words. */
async function explained<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = isPimError(error) ? undefined : errnoOf(error);
    throw code === undefined ? error : refuse(file, `cannot be used (${code})`, error);
  }
}

async function backedUp({ target, text }: ConfigFile, now: Date): Promise<string | null> {
  if (text === null) return null;
  const first = `${target}.entra-pim-backup-${stampOf(now)}`;
  // Another run in the same second has one of its own.
  for (let count = 1; count <= MOST_BACKUPS; count += 1) {
    const backup = count === 1 ? first : `${first}-${count}`;
    const isWritten = await tolerating(['EEXIST'], false, async () => {
      await written(backup, text, PRIVATE_FILE);
      return true;
    });
    if (isWritten) return backup;
  }
  throw refuse(first, 'exists already');
}

async function replaced(file: ConfigFile, text: string, now: Date): Promise<string | null> {
  const { target } = file;
  await mkdir(path.dirname(target), { recursive: true });
  const mode = file.text === null ? PRIVATE_FILE : (await stat(target)).mode & MODES;
  const temporary = `${target}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await written(temporary, text, mode);
    const backup = await backedUp(file, now);
    // The last look before the exchange: what somebody wrote meanwhile is not overwritten.
    if ((await textOf(target)) !== file.text) {
      if (backup !== null) await rm(backup, { force: true });
      throw refuse(target, 'was changed by another program meanwhile');
    }
    await renamePatiently(temporary, target);
    return backup;
  } finally {
    await rm(temporary, { force: true });
  }
}

export function createConfigFiles(clock: Clock): ConfigFiles {
  return {
    read: (file) =>
      explained(file, async () => {
        const target = await targetOf(file);
        return { path: file, target, text: await textOf(target) };
      }),
    replace: (file, text) => explained(file.path, () => replaced(file, text, clock.now())),
    exists: async (file) => (await stat(file).catch(() => null)) !== null,
  };
}
