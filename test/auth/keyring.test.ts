import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTokenStore } from '../../src/auth/token-store.ts';
import type { Keyring } from '../../src/domain/ports.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createKeyring } from '../../src/platform/keyring.ts';
import { openMemoryDirectory } from '../../src/platform/memory-directory.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { failureOf, newState, person, tenant } from './fixture.ts';
import { ADA, as, MARCUS } from './two-accounts.ts';

/** A keyring of this test's own: a file, behind a process as the real one is. */
const KEEPS = `
let text = ''; process.stdin.on('data', (d) => { text += d; }).on('end', () => {
  const fs = require('node:fs'); const file = __filename + '.json';
  const all = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  const { action, account, secret } = JSON.parse(text);
  fs.appendFileSync(__filename + '.log', action + ' ' + Object.keys(process.env).filter((n) => n.endsWith('_TOKEN')) + '\\n');
  if (action === 'write') all[account] = secret;
  if (action === 'remove') delete all[account];
  fs.writeFileSync(file, JSON.stringify(all));
  console.log(JSON.stringify({ kind: 'done', secret: action === 'read' ? all[account] ?? null : null }));
});`;

const FORGETS = `process.stdin.resume().on('end', () => console.log('{"kind":"done","secret":null}'));`;

const USELESS = {
  'is not installed': `console.log('{"kind":"missing"}')`,
  'is locked': `console.log('{"kind":"failed"}')`,
  'speaks another language': `console.log('Cannot autolaunch D-Bus without X11 $DISPLAY')`,
  'says nothing': '',
  dies: 'process.abort()',
  'keeps nothing': FORGETS,
};

interface Far {
  readonly keyring: Keyring;
  readonly helper: string;
}

const ENV = { PATH: process.env['PATH'], DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nowhere' };

async function far(program: string, env: NodeJS.ProcessEnv = ENV): Promise<Far> {
  const helper = path.join(await temporaryFolder(), 'helper.cjs');
  await writeFile(helper, program);
  return { helper, keyring: createKeyring({ helper, env, clock: systemClock }) };
}

/** Another process of the same user. */
function beside({ helper }: Far): Keyring {
  return createKeyring({ helper, env: ENV, clock: systemClock });
}

async function kept({ helper }: Far): Promise<Record<string, string>> {
  return JSON.parse(await readFile(`${helper}.json`, 'utf8'));
}

const AUTO = { ENTRA_PIM_TOKEN_STORE: 'auto' };
const DEMANDED = { ENTRA_PIM_TOKEN_STORE: 'keyring' };

describe('a sign-in whose key is in the keyring', () => {
  it('lasts over processes, and nothing beside it opens it', async () => {
    const simulator = await tenant();
    const one = await far(KEEPS);
    const first = await person(simulator.environment, { env: AUTO, keyring: one.keyring });
    const { value } = await first.signIn.token();
    expect(await readdir(first.state.path)).toEqual(['sign-ins.json', 'tokens.keyring.bin']);
    expect(first.signIn.storage).toContain('in the keyring of this system');
    expect(first.notices).toHaveLength(1);
    const { state } = first;
    const again = await person(simulator.environment, { env: AUTO, state, keyring: beside(one) });
    expect((await again.signIn.token()).value).toBe(value);
    expect(Object.keys(await kept(one))).toEqual([state.path]);
    expect(Buffer.from(Object.values(await kept(one))[0] ?? '', 'base64')).toHaveLength(32);
  });

  it('is asked for once by a process that only reads', async () => {
    const simulator = await tenant();
    const one = await far(KEEPS);
    const first = await person(simulator.environment, { env: AUTO, keyring: one.keyring });
    await first.signIn.token();
    await writeFile(`${one.helper}.log`, '');
    const { state } = first;
    const again = await person(simulator.environment, { env: AUTO, state, keyring: beside(one) });
    await again.signIn.token();
    await again.signIn.remembered();
    expect((await readFile(`${one.helper}.log`, 'utf8')).trim().split('\n')).toEqual(['read']);
  });

  it('gets no token of the environment into another process', async () => {
    const simulator = await tenant();
    const one = await far(KEEPS, { ...ENV, ENTRA_PIM_GRAPH_TOKEN: 'x', GITHUB_TOKEN: 'y' });
    const { signIn } = await person(simulator.environment, { env: AUTO, keyring: one.keyring });
    await signIn.token();
    expect(await readFile(`${one.helper}.log`, 'utf8')).not.toContain('_TOKEN');
  });

  it('that lost its key is set aside, said once, and mended by signing in', async () => {
    const simulator = await tenant();
    const one = await far(KEEPS);
    const first = await person(simulator.environment, { env: AUTO, keyring: one.keyring });
    await first.signIn.token();
    await writeFile(`${one.helper}.json`, '{}');
    const { state } = first;
    const again = await person(simulator.environment, { env: AUTO, state, keyring: beside(one) });
    expect(await again.signIn.remembered()).toBeNull();
    await again.signIn.token();
    expect(again.notices).toEqual([
      expect.stringContaining('tokens.keyring.unreadable.bin'),
      expect.stringContaining('Sign in to Microsoft Entra'),
    ]);
    expect(Object.keys(await kept(one))).toEqual([state.path]);
  });

  it('leaves nothing when it ends, and another process begins anew', async () => {
    const simulator = await tenant();
    const one = await far(KEEPS);
    const first = await person(simulator.environment, { env: AUTO, keyring: one.keyring });
    await first.signIn.token();
    const { state } = first;
    const other = await person(simulator.environment, { env: AUTO, state, keyring: beside(one) });
    await other.signIn.token();
    await first.signIn.signOut('everybody');
    expect(await readdir(state.path)).toEqual([]);
    expect(await kept(one)).toEqual({});
    expect(await other.signIn.remembered()).toBeNull();
    await other.signIn.signIn();
    const third = await person(simulator.environment, { env: AUTO, state, keyring: beside(one) });
    expect(await third.signIn.remembered()).not.toBeNull();
  });

  it('is of its own folder: two folders have two keys', async () => {
    const simulator = await tenant();
    const one = await far(KEEPS);
    const first = await person(simulator.environment, { env: AUTO, keyring: one.keyring });
    await first.signIn.token();
    const second = await person(simulator.environment, { env: AUTO, keyring: beside(one) });
    await second.signIn.token();
    await second.signIn.signOut('everybody');
    expect(Object.keys(await kept(one))).toEqual([first.state.path]);
  });
});

describe.each(Object.entries(USELESS))('a keyring that %s', (_what, program) => {
  it('gives way to a file, with one honest warning', async () => {
    const simulator = await tenant();
    const { keyring } = await far(program);
    const { signIn, state, notices } = await person(simulator.environment, { env: AUTO, keyring });
    await signIn.token();
    await signIn.signIn();
    expect(notices.filter((text) => text.includes('keyring'))).toEqual([
      expect.stringContaining('whoever can read your files can use the sign-in'),
    ]);
    expect(await readdir(state.path)).toEqual([
      'sign-ins.json',
      'tokens.file.bin',
      'tokens.file.key',
    ]);
    expect(signIn.storage).toContain('its key lies beside it');
  });

  it('is an error where it is demanded, and nothing is kept', async () => {
    const simulator = await tenant();
    const { keyring } = await far(program);
    const { signIn, state, browser } = await person(simulator.environment, {
      env: DEMANDED,
      keyring,
    });
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'configuration',
      details: { fix: expect.stringContaining('ENTRA_PIM_TOKEN_STORE') },
    });
    expect((await readdir(state.path)).filter((name) => name.startsWith('tokens'))).toEqual([]);
    // Known before anybody signed in for nothing.
    expect(browser.urls).toEqual([]);
  });
});

it('without a message bus on Linux no process is started for the keyring', async () => {
  const { helper } = await far(KEEPS);
  const env = { PATH: process.env['PATH'] };
  const keyring = createKeyring({ helper, env, clock: systemClock, platform: 'linux' });
  await expect(keyring.read('x')).rejects.toThrow('no Secret Service runs in this session');
  await expect(readFile(`${helper}.log`, 'utf8')).rejects.toThrow('ENOENT');
});

it('a keyring that never answers is given up after 5 seconds, and is not asked again', async () => {
  const clock = fakeClock();
  const { helper } = await far(
    `require('node:fs').appendFileSync(__filename + '.log', process.pid + '\\n'); setInterval(() => {}, 1e6);`,
  );
  const keyring = createKeyring({ helper, env: ENV, clock });
  const asked = failureOf(keyring.read('x'));
  await expect.poll(() => readFile(`${helper}.log`, 'utf8').catch(() => '')).not.toBe('');
  clock.advance(4999);
  clock.advance(1);
  expect(await asked).toMatchObject({ message: expect.stringContaining('did not answer') });
  await expect(keyring.write('x', 'y')).rejects.toThrow('did not answer');
  const pids = (await readFile(`${helper}.log`, 'utf8')).trim().split('\n');
  expect(pids).toHaveLength(1);
  // Gone, not left behind.
  await expect.poll(() => isAlive(Number(pids[0]))).toBe(false);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('a process whose keyring never answers signs in all the same, and ends by itself', async () => {
  const simulator = await tenant();
  const { helper } = await far('setInterval(() => {}, 1e6);');
  const state = await newState();
  const script = path.join(import.meta.dirname, 'signs-in.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, state.path, helper], {
    env: { ...process.env, ...ENV, ...simulator.environment, ...AUTO },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(said).toContain('did not answer within 5 seconds');
  expect(said).toContain('signed in as');
  expect(await readdir(state.path)).toContain('tokens.file.bin');
});

it('who was signed in without a keyring stays so until the next logout', async () => {
  const simulator = await tenant();
  const one = await far(KEEPS);
  const first = await person(simulator.environment);
  const { value } = await first.signIn.token();
  const { state } = first;
  const again = await person(simulator.environment, { env: AUTO, state, keyring: one.keyring });
  expect((await again.signIn.token()).value).toBe(value);
  await again.signIn.token({ refused: value });
  expect(await readdir(state.path)).toContain('tokens.file.bin');
  await again.signIn.signOut('everybody');
  await again.signIn.token();
  expect(await readdir(state.path)).toEqual(['sign-ins.json', 'tokens.keyring.bin']);
});

it('a session without the keyring does not touch what the keyring opens', async () => {
  const simulator = await tenant();
  const one = await far(KEEPS);
  const desktop = await person(simulator.environment, { env: AUTO, keyring: one.keyring });
  const { value } = await desktop.signIn.token();
  const { state } = desktop;
  const before = await state.read('tokens.keyring.bin');
  const { keyring } = await far('process.exit(1)');
  const remote = await person(simulator.environment, { env: AUTO, state, keyring });
  expect((await remote.signIn.token()).value).not.toBe(value);
  expect(await state.read('tokens.keyring.bin')).toEqual(before);
  expect((await desktop.signIn.token()).value).toBe(value);
});

function unexpected(message: string): never {
  return expect.unreachable(message);
}

/** Ada on the desktop, beside Marcus, and once more in a session without the keyring. */
async function both() {
  const simulator = await tenant({ signIn: 'interactive' });
  const one = await far(KEEPS);
  const desktop = { env: AUTO, keyring: one.keyring };
  const marcus = await person(simulator.environment, as(MARCUS, desktop));
  await marcus.signIn.signIn();
  const { state } = marcus;
  await (await person(simulator.environment, as(ADA, { ...desktop, state }))).signIn.signIn();
  const { keyring } = await far('process.exit(1)');
  const afar = { env: AUTO, state, keyring };
  const remote = await person(simulator.environment, as(ADA, afar));
  await remote.signIn.signIn();
  const named = { ...AUTO, ENTRA_PIM_ACCOUNT: ADA };
  const ada = await person(simulator.environment, { env: named, state, keyring: one.keyring });
  const tokensOf = async (store: 'file' | 'keyring') => {
    const tokenStore = { value: store, source: 'test' };
    return createTokenStore({ state, keyring: beside(one), tokenStore, notify: unexpected }).read();
  };
  return { ada, remote, tokensOf };
}

describe('who signed in with and without the keyring', () => {
  it('is forgotten in both places', async () => {
    const { ada, tokensOf } = await both();
    expect(await tokensOf('file')).toContain(ADA);
    expect(await tokensOf('keyring')).toContain(ADA);
    await ada.signIn.signOut('current');
    expect(await tokensOf('file')).not.toContain(ADA);
    expect(await tokensOf('keyring')).not.toContain(ADA);
    expect(await tokensOf('keyring')).toContain(MARCUS);
  });

  it('is told of the one that cannot be reached', async () => {
    const { remote, tokensOf } = await both();
    await remote.signIn.signOut('current');
    expect(await tokensOf('file')).not.toContain(ADA);
    expect(await tokensOf('keyring')).toContain(ADA);
    expect(remote.notices.at(-1)).toContain('stays where it cannot be reached now');
  });
});

it('what is kept in memory lasts as long as the process, and is nowhere else', async () => {
  const simulator = await tenant();
  const env = { ENTRA_PIM_TOKEN_STORE: 'memory' };
  const state = openMemoryDirectory();
  const { signIn, browser, notices } = await person(simulator.environment, { env, state });
  const { value } = await signIn.token();
  const { value: renewed } = await signIn.token({ refused: value });
  expect(renewed).not.toBe(value);
  expect(browser.urls).toHaveLength(1);
  expect(signIn.storage).toBe('memory only; it ends with this process');
  expect(notices).toHaveLength(1);
  const next = await person(simulator.environment, { env, state: openMemoryDirectory() });
  expect(await next.signIn.remembered()).toBeNull();
});
