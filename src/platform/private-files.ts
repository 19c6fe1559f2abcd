import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import {
  lstat,
  mkdir,
  chmod,
  open,
  readdir,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PimError } from '../domain/errors.ts';
import { errnoOf, tolerating } from './errno.ts';

const PRIVATE_DIRECTORY = 0o700;
const PRIVATE_FILE = 0o600;
const OTHERS = 0o077;
const IS_WINDOWS = process.platform === 'win32';

/** Windows keeps a file busy for a moment while a scanner or another process looks at it. */
const BUSY = ['EPERM', 'EBUSY', 'EACCES'];
const RENAME_ATTEMPTS = 10;

function refuse(path: string, what: string): PimError {
  return new PimError('configuration', `${path} ${what}.`, {
    fix: 'Move it away, or set ENTRA_PIM_STATE_DIR to a folder of your own.',
  });
}

function demandOwner(path: string, { uid }: Stats): void {
  const own = process.getuid?.();
  if (own !== undefined && uid !== own) throw refuse(path, 'belongs to another user');
}

async function demandPrivateDirectory(path: string): Promise<void> {
  const stats = await lstat(path);
  if (!stats.isDirectory()) throw refuse(path, 'is not a plain folder');
  if (IS_WINDOWS) return;
  demandOwner(path, stats);
  if ((stats.mode & OTHERS) !== 0) await chmod(path, PRIVATE_DIRECTORY);
}

/**
 * Creates the folder and what is missing above it, one by one: Node's own `recursive` never returns
 * where a file system refuses new folders with ENOENT, as /proc does.
 */
async function makeDirectory(path: string): Promise<void> {
  if (await tolerating(['ENOENT'], null, () => stat(path))) return;
  const parent = dirname(path);
  if (parent !== path) await makeDirectory(parent);
  // Another process may have been faster.
  await tolerating(['EEXIST'], undefined, () => mkdir(path, { mode: PRIVATE_DIRECTORY }));
}

/** Creates the folder if need be. Refuses links and other people's folders; repairs loosened modes. */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  await makeDirectory(path);
  await demandPrivateDirectory(path);
}

/** False when there is no such folder. */
export async function isPrivateDirectory(path: string): Promise<boolean> {
  return tolerating(['ENOENT'], false, async () => {
    await demandPrivateDirectory(path);
    return true;
  });
}

async function demandPrivateFile(path: string, file: FileHandle): Promise<void> {
  const stats = await file.stat();
  if (!stats.isFile()) throw refuse(path, 'is not a plain file');
  if (IS_WINDOWS) return;
  demandOwner(path, stats);
  if ((stats.mode & OTHERS) !== 0) await file.chmod(PRIVATE_FILE);
}

async function withPrivateFile<T>(
  path: string,
  flags: number,
  work: (file: FileHandle) => Promise<T>,
): Promise<T> {
  // O_NOFOLLOW is absent on Windows, where a link needs rights that could do worse. Without
  // O_NONBLOCK a pipe in place of the file would be waited for.
  const how = flags | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, how, PRIVATE_FILE).catch((error: unknown) => {
    throw errnoOf(error) === 'ELOOP' ? refuse(path, 'is a link') : error;
  });
  try {
    await demandPrivateFile(path, file);
    return await work(file);
  } finally {
    await file.close();
  }
}

export async function readPrivateFile(path: string): Promise<Uint8Array | null> {
  return tolerating(['ENOENT'], null, () =>
    withPrivateFile(path, constants.O_RDONLY, (file) => file.readFile()),
  );
}

export async function appendPrivateFile(path: string, bytes: Uint8Array): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
  await withPrivateFile(path, flags, (file) => file.appendFile(bytes));
}

export async function renamePatiently(from: string, to: string, attempt = 1): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (attempt === RENAME_ATTEMPTS || !BUSY.includes(errnoOf(error) ?? '')) throw error;
    await delay(10 * attempt);
    await renamePatiently(from, to, attempt + 1);
  }
}

/** What a killed process left half written. Its own temporary files are never that old. */
const LEFT_BEHIND_MS = 60_000;

async function removeIfLeftBehind(file: string): Promise<void> {
  await tolerating(['ENOENT', ...BUSY], undefined, async () => {
    const { mtimeMs } = await lstat(file);
    if (Date.now() - mtimeMs > LEFT_BEHIND_MS) await rm(file, { force: true });
  });
}

async function sweep(path: string): Promise<void> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  const left = names.filter((name) => name.startsWith(prefix) && name.endsWith('.tmp'));
  await Promise.all(left.map((name) => removeIfLeftBehind(join(dirname(path), name))));
}

/** A killed process leaves the old content or the new one, never a part. */
export async function writePrivateFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', PRIVATE_FILE);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await renamePatiently(temporary, path);
    await sweep(path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
