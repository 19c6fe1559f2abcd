import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConfigFiles } from '../../src/platform/config-files.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const files = createConfigFiles(fakeClock());
const BACKUP = 'a.json.entra-pim-backup-20260115T090000Z';

async function fileWith(text: string | Uint8Array): Promise<{ folder: string; file: string }> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'a.json');
  await writeFile(file, text);
  return { folder, file };
}

describe('a configuration file of another program', () => {
  it('is replaced with its mode, after a private copy was made', async () => {
    const { folder, file } = await fileWith('\uFEFFold\r\n');
    await chmod(file, 0o640);
    const read = await files.read(file);
    expect(read.text).toBe('\uFEFFold\r\n');
    expect(await files.replace(read, 'new')).toBe(path.join(folder, BACKUP));
    expect(await readFile(file, 'utf8')).toBe('new');
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(await readFile(path.join(folder, BACKUP), 'utf8')).toBe('\uFEFFold\r\n');
    expect((await stat(path.join(folder, BACKUP))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).toSorted()).toEqual(['a.json', BACKUP]);
  });

  it('is made with its folder, for this user only, where there is none', async () => {
    const file = path.join(await temporaryFolder(), 'x', 'y', 'a.json');
    const read = await files.read(file);
    expect(read.text).toBeNull();
    expect(await files.exists(path.dirname(file))).toBe(false);
    expect(await files.replace(read, 'new')).toBeNull();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is copied each time, also twice in a second', async () => {
    const { folder, file } = await fileWith('first');
    await files.replace(await files.read(file), 'second');
    const second = await files.replace(await files.read(file), 'third');
    expect(second).toBe(path.join(folder, `${BACKUP}-2`));
    expect(await readFile(path.join(folder, BACKUP), 'utf8')).toBe('first');
    expect(await readFile(path.join(folder, `${BACKUP}-2`), 'utf8')).toBe('second');
  });

  it('is found behind a link, which stays', async () => {
    const { folder, file } = await fileWith('old');
    const link = path.join(await temporaryFolder(), 'link.json');
    await symlink(file, link);
    await files.replace(await files.read(link), 'new');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('new');
    expect(await readdir(folder)).toContain(BACKUP);
  });

  it('that somebody changed meanwhile stays as it is', async () => {
    const { folder, file } = await fileWith('old');
    const read = await files.read(file);
    await writeFile(file, 'theirs');
    await expect(files.replace(read, 'new')).rejects.toThrow('changed by another program');
    expect(await readFile(file, 'utf8')).toBe('theirs');
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it('that somebody made meanwhile stays as it is', async () => {
    const folder = await temporaryFolder();
    const read = await files.read(path.join(folder, 'a.json'));
    await writeFile(path.join(folder, 'a.json'), 'theirs');
    await expect(files.replace(read, 'new')).rejects.toThrow('changed by another program');
    expect(await readdir(folder)).toEqual(['a.json']);
  });

  it('is refused when it is none', async () => {
    const { folder, file } = await fileWith(new Uint8Array([0x7b, 0xff, 0x7d]));
    await expect(files.read(file)).rejects.toThrow('not written in UTF-8');
    await mkdir(path.join(folder, 'b'));
    await expect(files.read(path.join(folder, 'b'))).rejects.toThrow('not a plain file');
    await symlink(path.join(folder, 'gone'), path.join(folder, 'link'));
    await expect(files.read(path.join(folder, 'link'))).rejects.toThrow('leads nowhere');
    await symlink('circle', path.join(folder, 'circle'));
    await expect(files.read(path.join(folder, 'circle'))).rejects.toThrow('ELOOP');
  });
});
