/**
 * The helper of the built package against a real Secret Service (GNOME's), which the plain tests
 * cannot have: unlocked, and locked with nobody there to unlock it. Says what it skips.
 * Usage: npm run check:keyring
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../src/platform/clock.ts';
import { createKeyring } from '../src/platform/keyring.ts';

const SELF = path.resolve(import.meta.dirname, 'check-keyring.ts');
const helper = path.resolve(import.meta.dirname, '../dist/entra-pim-keyring.js');
const [stage] = process.argv.slice(2);

let failed = 0;

function check(what: string, isRight: boolean): void {
  if (!isRight) failed += 1;
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'} ${what}\n`);
}

/** A session of its own, with a keyring of its own below `home`. */
function session(home: string, daemon: string, next: string): void {
  const run = `${daemon} >/dev/null && exec "$NODE" --import tsx "$SELF" ${next}`;
  const env = {
    ...process.env,
    HOME: home,
    XDG_DATA_HOME: path.join(home, 'data'),
    XDG_RUNTIME_DIR: home,
    DISPLAY: '',
    NODE: process.execPath,
    SELF,
  };
  const { status } = spawnSync('dbus-run-session', ['--', 'sh', '-c', run], {
    env,
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  if (status !== 0) failed += 1;
}

function isThere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

async function outside(): Promise<void> {
  const missing = ['dbus-run-session', 'gnome-keyring-daemon'].filter((name) => !isThere(name));
  if (missing.length > 0) {
    process.stdout.write(
      `skipped: ${missing.join(' and ')} not installed (Debian: dbus gnome-keyring)\n`,
    );
    return;
  }
  const home = await mkdtemp(path.join(tmpdir(), 'entra-pim-keyring-'));
  const unlock = 'printf secret | gnome-keyring-daemon --unlock --components=secrets';
  session(home, unlock, 'unlocked');
  session(home, 'gnome-keyring-daemon --start --components=secrets', 'locked');
  await rm(home, { recursive: true, force: true });
  process.stdout.write(
    'skipped: macOS Keychain and Windows Credential Manager (not on this system)\n',
  );
}

const keyring = createKeyring({ helper, env: process.env, clock: systemClock });

async function unlocked(): Promise<void> {
  check('an absent key is none', (await keyring.read('one')) === null);
  await keyring.write('one', 'c2VjcmV0');
  await keyring.write('two', 'b3RoZXI=');
  check('a key that was written comes back', (await keyring.read('one')) === 'c2VjcmV0');
  await keyring.remove('one');
  check('a key that was removed is gone', (await keyring.read('one')) === null);
  check('another key is still there', (await keyring.read('two')) === 'b3RoZXI=');
}

async function locked(): Promise<void> {
  const why = await keyring.read('two').then(
    () => 'it was opened',
    (error: unknown) => String(error),
  );
  check(`a locked keyring is given up: ${why}`, why.includes('cannot be used'));
}

const STAGES: Readonly<Record<string, () => Promise<void>>> = { unlocked, locked };
await (STAGES[stage ?? ''] ?? outside)();
process.exitCode = failed === 0 ? 0 : 1;
