import { spawnSync } from 'node:child_process';
import { readFile, readdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { takeFileLock, tryFileLock } from '../../src/platform/file-lock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { pid: DEAD } = spawnSync(process.execPath, ['--version']);
const WORKERS = 20;
const TIMES = 20;

/** What a killed holder leaves: its lock, with the pid of a process that is no more. */
async function dieHolding(lock: string): Promise<void> {
  const [, ...rest] = (await readFile(lock, 'utf8')).split(' ');
  const left = `${lock}-left-behind`;
  await writeFile(left, [DEAD, ...rest].join(' '));
  await rename(left, lock);
}

it('is held by one at a time, also while many find that its holder has died', async () => {
  const folder = await temporaryFolder();
  const lock = path.join(folder, 'x.lock');
  let inside = 0;
  const together: number[] = [];

  async function work(): Promise<void> {
    for (let done = 0; done < TIMES; done += 1) {
      await takeFileLock(lock);
      inside += 1;
      together.push(inside);
      for (let looks = 0; looks < 5; looks += 1) await readFile(lock);
      inside -= 1;
      await dieHolding(lock);
    }
  }

  await Promise.all(Array.from({ length: WORKERS }, work));
  expect(together).toEqual(Array.from({ length: WORKERS * TIMES }, () => 1));
  expect(await readdir(folder)).toEqual(['x.lock']);
});

/** Where nobody may make files, not even root. */
it.runIf(process.platform === 'linux')(
  'says that it cannot be taken where it cannot be made',
  async () => {
    const code = expect.stringMatching(/^(?:EACCES|EPERM|EROFS)$/u);
    await expect(takeFileLock('/sys/x.lock')).rejects.toMatchObject({ code });
    await expect(tryFileLock('/sys/x.lock')).rejects.toMatchObject({ code });
  },
);

it('is not had where a link leads nowhere', async () => {
  const lock = path.join(await temporaryFolder(), 'x.lock');
  await symlink('/nowhere/at/all', lock);
  expect(await tryFileLock(lock)).toBeNull();
});
