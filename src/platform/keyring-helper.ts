/** The far side of `keyring.ts`, in a process of its own: a stuck keyring blocks nothing but this. */
import { text } from 'node:stream/consumers';

const SERVICE = 'entra-pim';

/** Who asked ends this process sooner, unless it was killed itself. */
const LIMIT_MS = 10_000;

interface Entry {
  getPassword(): Promise<string | null>;
  setPassword(secret: string): Promise<void>;
  deletePassword(): Promise<boolean>;
}

const ACTIONS: Readonly<Record<string, (entry: Entry, secret: string) => Promise<string | null>>> =
  {
    read: (entry) => entry.getPassword(),
    write: (entry, secret) => entry.setPassword(secret).then(() => null),
    remove: (entry) => entry.deletePassword().then(() => null),
  };

/**
 * Never the kernel's keyring, which the library falls back to on Linux: it is gone with the next
 * start, and what it holds cannot be removed. Source: README of @napi-rs/keyring.
 */
const OPTIONS = { linux: { store: 'secret-service' } } as const;

function fieldsOf(request: string): (name: string) => string {
  const parsed: unknown = JSON.parse(request);
  const fields = new Map(Object.entries(Object(parsed)));
  return (name) => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
}

async function open(account: string): Promise<Entry | null> {
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring');
    return new AsyncEntry(SERVICE, account, OPTIONS);
  } catch (error) {
    // Left out of the installation, or no build for this system.
    const isMissing = error instanceof Error && 'code' in error;
    if (isMissing && String(error.code).includes('MODULE_NOT_FOUND')) return null;
    throw error;
  }
}

async function answer(request: string): Promise<Readonly<Record<string, unknown>>> {
  const field = fieldsOf(request);
  const action = ACTIONS[field('action')];
  if (!action) return { kind: 'failed' };
  const entry = await open(field('account'));
  return entry === null
    ? { kind: 'missing' }
    : { kind: 'done', secret: await action(entry, field('secret')) };
}

/** One request on standard input, one answer on standard output. What the keyring says stays here. */
export async function serveKeyring(): Promise<void> {
  // Not `exit`: a keyring that hangs blocks that as well.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), LIMIT_MS).unref();
  const request = await text(process.stdin);
  const result = await answer(request).catch(() => ({ kind: 'failed' }));
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}
