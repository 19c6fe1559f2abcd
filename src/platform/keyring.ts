import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { PimError } from '../domain/errors.ts';
import type { Clock, Keyring } from '../domain/ports.ts';
import type { Environment } from './http.ts';

/** Longer than any keyring that nobody has to unlock; short enough to wait for in vain. */
const LIMIT_MS = 5000;

export interface KeyringOptions {
  /** The program that talks to the keyring, see `keyring-helper.ts`. */
  readonly helper: string;
  readonly env: Environment;
  readonly clock: Clock;
  readonly platform?: string;
}

/** Why there is no answer. */
type Trouble = 'missing' | 'failed' | 'silent' | 'absent';

const WHY: Readonly<Record<Trouble, string>> = {
  missing: 'the optional package @napi-rs/keyring is not installed',
  failed: 'it is locked, or it refused',
  silent: 'it did not answer within 5 seconds, perhaps because nobody unlocked it',
  absent: 'no Secret Service runs in this session',
};

function unavailable(trouble: Trouble): PimError {
  return new PimError(
    'configuration',
    `The keyring of this system cannot be used: ${WHY[trouble]}.`,
    {
      fix: 'Unlock it or sign in to a desktop session, or set ENTRA_PIM_TOKEN_STORE to file or memory.',
    },
  );
}

/** Without a message bus there is no Secret Service: not worth a process. */
function hasBus(env: Environment, platform: string): boolean {
  if (platform !== 'linux') return true;
  if (env['DBUS_SESSION_BUS_ADDRESS']) return true;
  const runtime = env['XDG_RUNTIME_DIR'];
  return runtime !== undefined && existsSync(`${runtime}/bus`);
}

type Request = Readonly<Record<'action' | 'account', string>> & { readonly secret?: string };

/** What a helper may say. */
function read(answer: string): { readonly secret: string | null } | Trouble {
  try {
    const parsed: unknown = JSON.parse(answer);
    const { kind, secret }: { kind?: unknown; secret?: unknown } = Object(parsed);
    if (kind === 'done') return { secret: typeof secret === 'string' ? secret : null };
    return kind === 'missing' ? 'missing' : 'failed';
  } catch {
    return 'failed';
  }
}

/** No token that was handed to this process by its environment goes any further. */
function withoutTokens(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.endsWith('_TOKEN')));
}

async function answerOf(helper: ChildProcess, request: Request): Promise<string> {
  const { stdin, stdout } = helper;
  if (stdin === null || stdout === null) return '';
  // A helper that died does not read: its silence says enough.
  stdin.on('error', () => undefined);
  stdin.end(JSON.stringify(request));
  return text(stdout);
}

async function ask({ helper, env, clock }: KeyringOptions, request: Request) {
  const child = spawn(process.execPath, [helper], {
    env: withoutTokens(env),
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
  });
  child.on('error', () => undefined);
  const over = new AbortController();
  const tooLate = clock.sleep(LIMIT_MS, over.signal).then(
    () => 'silent' as const,
    () => 'failed' as const,
  );
  const answered = answerOf(child, request).then(read, () => 'failed' as const);
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    over.abort();
    // Nothing polite ends a process that hangs in the keyring's library.
    child.kill('SIGKILL');
  }
}

/**
 * The operating system's keyring, asked through a helper process, because a keyring that nobody
 * unlocks blocks the process that asks for ever, its end included. Once it was of no use it is not
 * asked again by this process.
 */
export function createKeyring(options: KeyringOptions): Keyring {
  const { env, platform = process.platform } = options;
  let trouble: Trouble | null = hasBus(env, platform) ? null : 'absent';

  async function run(request: Request): Promise<string | null> {
    if (trouble !== null) throw unavailable(trouble);
    const answer = await ask(options, request);
    if (typeof answer !== 'string') return answer.secret;
    trouble = answer;
    throw unavailable(answer);
  }

  return {
    read: (account) => run({ action: 'read', account }),
    write: async (account, secret) => {
      await run({ action: 'write', account, secret });
    },
    remove: async (account) => {
      await run({ action: 'remove', account });
    },
  };
}
