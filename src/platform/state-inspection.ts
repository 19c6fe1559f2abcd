import { constants } from 'node:fs';
import { access, lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { PimError } from '../domain/errors.ts';
import type { StateDirectory, StorageState } from '../domain/ports.ts';
import { errnoOf, tolerating } from './errno.ts';

const OTHERS = 0o077;
const PERMISSIONS = 0o777;
const IS_WINDOWS = process.platform === 'win32';

const PROBE = 'doctor.probe';

/** `tokens.file.bin (0644)` where others have rights as well. */
async function exposure(file: string, name: string): Promise<string[]> {
  const stats = await tolerating(['ENOENT'], null, () => lstat(file));
  const mode = (stats?.mode ?? 0) & PERMISSIONS;
  if (IS_WINDOWS || (mode & OTHERS) === 0) return [];
  return [`${name} (0${mode.toString(8)})`];
}

async function exposedIn(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const found = await Promise.all([
    exposure(root, 'the folder'),
    ...files.map((name) => exposure(path.join(root, name), name)),
  ]);
  return found.flat();
}

/** The folder that the first use would create it in. */
async function demandRoomFor(root: string): Promise<void> {
  const parent = path.dirname(root);
  const isThere = await tolerating(['ENOENT'], false, async () => {
    await access(parent, constants.W_OK);
    return true;
  });
  if (!isThere && parent !== root) await demandRoomFor(parent);
}

function unusable(root: string, cause: unknown): PimError {
  return new PimError(
    'configuration',
    `The folder ${root} cannot be used (${errnoOf(cause) ?? 'unknown'}).`,
    {
      fix: 'Make it a private folder of your own, or set ENTRA_PIM_STATE_DIR to another one.',
      cause,
    },
  );
}

async function look(root: string): Promise<StorageState> {
  try {
    const isThere = (await tolerating(['ENOENT'], null, () => lstat(root))) !== null;
    if (!isThere) await demandRoomFor(root);
    return { path: root, isThere, exposed: isThere ? await exposedIn(root) : [] };
  } catch (error) {
    throw unusable(root, error);
  }
}

/**
 * The folder as it is, before its first use repairs what is too open. One that exists is written to;
 * one that does not is not created.
 * @throws PimError `configuration`
 */
export async function inspectState(state: StateDirectory): Promise<StorageState> {
  const found = await look(state.path);
  if (found.isThere) {
    await state.write(PROBE, new Uint8Array());
    await state.remove(PROBE);
  }
  return found;
}
