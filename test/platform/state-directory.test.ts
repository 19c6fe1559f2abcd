import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openMemoryDirectory } from '../../src/platform/memory-directory.ts';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (content: Uint8Array | null): string | null =>
  content === null ? null : new TextDecoder().decode(content);

function holder(folder: string, ...task: string[]): ChildProcess {
  const script = path.join(import.meta.dirname, 'lock-holder.ts');
  return spawn(process.execPath, ['--import', 'tsx', script, folder, ...task], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function modeOf(file: string): Promise<number> {
  return (await stat(file)).mode & 0o777;
}

it('touches nothing until it is used, and reading creates nothing', async () => {
  const parent = await temporaryFolder();
  const state = openStateDirectory(path.join(parent, 'state'));
  expect(await state.read('tokens')).toBeNull();
  await state.remove('tokens');
  expect(await readdir(parent)).toEqual([]);
});

it('keeps what was written, in a folder and files of this user only', async () => {
  const folder = path.join(await temporaryFolder(), 'deep', 'state');
  const state = openStateDirectory(folder);
  await state.write('tokens', bytes('one'));
  await state.write('tokens', bytes('two'));
  await state.append('journal', bytes('a'));
  await state.append('journal', bytes('b'));
  expect(text(await state.read('tokens'))).toBe('two');
  expect(text(await state.read('journal'))).toBe('ab');
  expect(await modeOf(folder)).toBe(0o700);
  expect(await modeOf(path.join(folder, 'tokens'))).toBe(0o600);
  expect(await modeOf(path.join(folder, 'journal'))).toBe(0o600);
  expect((await readdir(folder)).toSorted()).toEqual(['journal', 'tokens']);
  await state.remove('tokens');
  expect(await state.read('tokens')).toBeNull();
});

it('repairs modes that somebody loosened', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  await openStateDirectory(folder).write('tokens', bytes('one'));
  await chmod(folder, 0o755);
  await chmod(path.join(folder, 'tokens'), 0o644);
  expect(text(await openStateDirectory(folder).read('tokens'))).toBe('one');
  expect(await modeOf(folder)).toBe(0o700);
  expect(await modeOf(path.join(folder, 'tokens'))).toBe(0o600);
});

it('refuses a folder that is a link', async () => {
  const parent = await temporaryFolder();
  await mkdir(path.join(parent, 'elsewhere'));
  await symlink(path.join(parent, 'elsewhere'), path.join(parent, 'state'));
  const state = openStateDirectory(path.join(parent, 'state'));
  await expect(state.read('tokens')).rejects.toMatchObject({ code: 'configuration' });
  await expect(state.write('tokens', bytes('x'))).rejects.toMatchObject({ code: 'configuration' });
  expect(await readdir(path.join(parent, 'elsewhere'))).toEqual([]);
});

it('refuses a file that is a link, for reading and for appending', async () => {
  const parent = await temporaryFolder();
  const folder = path.join(parent, 'state');
  const state = openStateDirectory(folder);
  await state.write('other', bytes('x'));
  await writeFile(path.join(parent, 'target'), 'theirs');
  await symlink(path.join(parent, 'target'), path.join(folder, 'tokens'));
  await expect(state.read('tokens')).rejects.toMatchObject({
    code: 'configuration',
    message: `${path.join(folder, 'tokens')} is a link.`,
  });
  await expect(state.append('tokens', bytes('x'))).rejects.toMatchObject({ code: 'configuration' });
});

it('replaces a link by a file instead of writing through it', async () => {
  const parent = await temporaryFolder();
  const folder = path.join(parent, 'state');
  const state = openStateDirectory(folder);
  await state.write('other', bytes('x'));
  await writeFile(path.join(parent, 'target'), 'theirs');
  await symlink(path.join(parent, 'target'), path.join(folder, 'tokens'));
  await state.write('tokens', bytes('ours'));
  expect(text(await state.read('tokens'))).toBe('ours');
  expect(await stat(path.join(parent, 'target'))).toMatchObject({ size: 'theirs'.length });
});

it('explains a folder that cannot be made', async () => {
  const parent = await temporaryFolder();
  await writeFile(path.join(parent, 'file'), '');
  const state = openStateDirectory(path.join(parent, 'file', 'state'));
  await expect(state.write('tokens', bytes('x'))).rejects.toMatchObject({
    code: 'configuration',
    details: { fix: expect.stringContaining('ENTRA_PIM_STATE_DIR') },
  });
});

it.runIf(process.platform === 'linux')(
  'explains a place where no folder can be, instead of trying forever',
  async () => {
    const state = openStateDirectory('/proc/entra-pim/state');
    expect(await state.read('tokens')).toBeNull();
    await expect(state.write('tokens', bytes('x'))).rejects.toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('ENOENT'),
    });
  },
);

it('takes names of files only', async () => {
  const state = openStateDirectory(await temporaryFolder());
  await expect(state.read('../tokens')).rejects.toThrow(TypeError);
  await expect(state.write('a/b', bytes('x'))).rejects.toThrow(TypeError);
});

it('lets one call after the other have the lock, also when one fails', async () => {
  const state = openStateDirectory(path.join(await temporaryFolder(), 'state'));
  const order: string[] = [];
  const work = (name: string) => async () => {
    order.push(`${name} in`);
    await state.write('x', bytes(name));
    order.push(`${name} out`);
    if (name === 'b') throw new Error('b fails');
    return name;
  };
  const results = await Promise.allSettled(['a', 'b', 'c'].map((n) => state.locked('x', work(n))));
  expect(order).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await readdir(state.path)).toEqual(['x']);
});

it('loses nothing when several processes write at once', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const children = Array.from({ length: 3 }, () => holder(folder, 'count', '15'));
  const exits = await Promise.all(children.map((child) => once(child, 'exit')));
  expect(exits.map(([code]: unknown[]) => code)).toEqual([0, 0, 0]);
  expect(text(await openStateDirectory(folder).read('counter'))).toBe('45');
  expect(await readdir(folder)).toEqual(['counter']);
});

it('goes on when the holder of the lock was killed', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const child = holder(folder, 'hold');
  if (child.stdout === null) throw new Error('no output');
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readdir(folder)).toEqual(['counter.lock']);
  const state = openStateDirectory(folder);
  expect(await state.locked('counter', () => Promise.resolve('done'))).toBe('done');
  expect(await readdir(folder)).toEqual([]);
});

it('breaks a lock of another machine that nobody refreshed for a long time', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const state = openStateDirectory(folder);
  await state.write('x', bytes('1'));
  const lock = path.join(folder, 'x.lock');
  await writeFile(lock, '1 some-other-machine 00');
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  expect(await state.locked('x', () => Promise.resolve('done'))).toBe('done');
});

it('takes no pid of elsewhere for one that died here', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const state = openStateDirectory(folder);
  await state.write('x', bytes('1'));
  const held = await state.seize('x');
  const lock = path.join(folder, 'x.lock');
  const [, place = '', token = ''] = (await readFile(lock, 'utf8')).split(' ');
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(lock, `${pid} ${place}-elsewhere ${token}`);
  expect(await state.seize('x')).toBeNull();
  await writeFile(lock, `${pid} ${place} ${token}`);
  const next = await state.seize('x');
  expect(next).not.toBeNull();
  await held?.release();
  expect(await state.seize('x')).toBeNull();
  await next?.release();
});

it('goes on when somebody removed the folder meanwhile', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const state = openStateDirectory(folder);
  await state.write('x', bytes('1'));
  await rm(folder, { recursive: true });
  expect(await state.locked('x', async () => state.read('x'))).toBeNull();
  await rm(folder, { recursive: true });
  await state.write('x', bytes('2'));
  expect(text(await state.read('x'))).toBe('2');
  expect(await modeOf(folder)).toBe(0o700);
});

it.each([
  ['folder', async () => openStateDirectory(path.join(await temporaryFolder(), 'state'))],
  ['memory', async () => openMemoryDirectory()],
])('whoever lets go twice takes the lock from nobody: %s', async (_kind, open) => {
  const state = await open();
  const first = await state.seize('x');
  await first?.release();
  const second = await state.seize('x');
  await first?.release();
  expect(await state.isHeld('x')).toBe(true);
  await second?.release();
  expect(await state.isHeld('x')).toBe(false);
});

it('tells when another process holds a lock', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const [state, other] = [openStateDirectory(folder), openStateDirectory(folder)];
  const controller = new AbortController();
  expect(await state.isHeld('x')).toBe(false);
  const held = state.untilHeld('x', controller.signal);
  const lock = await other.seize('x');
  await held;
  expect(await state.isHeld('x')).toBe(true);
  await lock?.release();
  expect(await state.isHeld('x')).toBe(false);
  const never = state.untilHeld('x', controller.signal);
  controller.abort();
  await expect(never).rejects.toMatchObject({ name: 'AbortError' });
});

it('keeps the lock of somebody here who is alive, however long ago they touched it', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const state = openStateDirectory(folder);
  const held = await state.seize('x');
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(path.join(folder, 'x.lock'), longAgo, longAgo);
  expect(await state.seize('x')).toBeNull();
  await held?.release();
});

it.runIf(process.platform !== 'win32')('waits for no pipe in place of a file', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const state = openStateDirectory(folder);
  await state.write('other', bytes('x'));
  spawnSync('mkfifo', [path.join(folder, 'x')]);
  await expect(state.read('x')).rejects.toMatchObject({
    code: 'configuration',
    message: expect.stringContaining('is not a plain file'),
  });
});

it('sweeps up what killed processes left half written, and only that', async () => {
  const folder = path.join(await temporaryFolder(), 'state');
  const state = openStateDirectory(folder);
  await state.write('sign-in', bytes('a'));
  const long = new Date(Date.now() - 3_600_000);
  for (const name of ['sign-in.1.aa.tmp', 'sign-in.2.bb.tmp', 'other.3.cc.tmp'])
    await writeFile(path.join(folder, name), 'half');
  for (const name of ['sign-in.1.aa.tmp', 'other.3.cc.tmp'])
    await utimes(path.join(folder, name), long, long);
  await state.write('sign-in', bytes('b'));
  expect((await readdir(folder)).toSorted()).toEqual([
    'other.3.cc.tmp',
    'sign-in',
    'sign-in.2.bb.tmp',
  ]);
});
