import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isPimError, PimError } from '../domain/errors.ts';
import type { StateDirectory } from '../domain/ports.ts';
import { errnoOf } from './errno.ts';
import { isLocked, takeFileLock, tryFileLock, untilHeld } from './file-lock.ts';
import {
  appendPrivateFile,
  ensurePrivateDirectory,
  isPrivateDirectory,
  readPrivateFile,
  writePrivateFile,
} from './private-files.ts';

/** Calls of this process that wait for a lock, by the lock's path. */
const queues = new Map<string, Promise<unknown>>();

function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const turn = (queues.get(key) ?? Promise.resolve()).then(work);
  const over = turn.then(
    () => undefined,
    () => undefined,
  );
  queues.set(key, over);
  void over.then(() => queues.get(key) === over && queues.delete(key));
  return turn;
}

function explain(directory: string, error: unknown): unknown {
  const code = errnoOf(error);
  if (isPimError(error) || code === undefined) return error;
  return new PimError('configuration', `The folder ${directory} cannot be used (${code}).`, {
    fix: 'Make it a private folder of your own, or set ENTRA_PIM_STATE_DIR to another one.',
    cause: error,
  });
}

/** Runs work in the folder, which is made first; once more where somebody removed it since. */
function preparing(root: string) {
  let ready: Promise<void> | undefined;

  async function prepare(): Promise<void> {
    ready ??= ensurePrivateDirectory(root);
    try {
      await ready;
    } catch (error) {
      ready = undefined;
      throw error;
    }
  }

  return async <T>(work: () => Promise<T>): Promise<T> => {
    await prepare();
    try {
      return await work();
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      ready = undefined;
      await prepare();
      return work();
    }
  };
}

/**
 * Opens the private folder. Nothing is touched before the first use, and reading creates nothing.
 * Every method throws PimError `configuration` when the folder or a file in it is a link, belongs to
 * another user, or cannot be used. `locked` must not be nested for the same name.
 */
export function openStateDirectory(directory: string): StateDirectory {
  const root = path.resolve(directory);
  const prepared = preparing(root);
  function fileOf(name: string): string {
    if (name === '' || name.startsWith('.') || path.basename(name) !== name) {
      throw new TypeError(`not a file name: ${name}`);
    }
    return path.join(root, name);
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explain(root, error);
    }
  }

  const writing = <T>(work: () => Promise<T>): Promise<T> => guarded(() => prepared(work));
  const lockOf = (name: string): string => fileOf(`${name}.lock`);

  const isHeld = (name: string): Promise<boolean> => guarded(() => isLocked(lockOf(name)));

  return {
    path: root,
    read: (name) =>
      guarded(async () =>
        (await isPrivateDirectory(root)) ? readPrivateFile(fileOf(name)) : null,
      ),
    write: (name, bytes) => writing(() => writePrivateFile(fileOf(name), bytes)),
    append: (name, bytes) => writing(() => appendPrivateFile(fileOf(name), bytes)),
    remove: (name) =>
      guarded(async () => {
        if (await isPrivateDirectory(root)) await rm(fileOf(name), { force: true });
      }),
    locked(name, work) {
      const lock = lockOf(name);
      return inTurn(lock, async () => {
        const held = await writing(() => takeFileLock(lock));
        try {
          return await work();
        } finally {
          await held.release();
        }
      });
    },
    seize: (name) => writing(() => tryFileLock(lockOf(name))),
    isHeld,
    untilHeld: (name, signal) => untilHeld(() => isHeld(name), signal),
  };
}
