import type { ICachePlugin, TokenCacheContext } from '@azure/msal-node';
import type { StateDirectory } from '../domain/ports.ts';
import { KEY_BYTES, newKey, seal, unseal } from './envelope.ts';

/** One file per key store: a session without the one never damages what the other holds. */
const TOKENS = 'tokens.file.bin';
const KEY = 'tokens.file.key';
const SET_ASIDE = 'tokens.file.unreadable.bin';

type Leave = () => Promise<void>;

/** Enters the lock now, leaves it when told. */
function enter(state: StateDirectory): Promise<Leave> {
  return new Promise((resolve, reject) => {
    const over = state.locked(TOKENS, () => {
      return new Promise<void>((leave) => {
        resolve(async () => {
          leave();
          await over;
        });
      });
    });
    over.catch(reject);
  });
}

async function readKey(state: StateDirectory): Promise<Uint8Array | null> {
  const key = await state.read(KEY);
  return key?.length === KEY_BYTES ? key : null;
}

async function createKey(state: StateDirectory): Promise<Uint8Array> {
  const key = newKey();
  // Before the file that needs it: who reads the new file finds the new key.
  await state.write(KEY, key);
  return key;
}

/** Damaged, tampered with, or the key is gone. */
const UNREADABLE = Symbol('unreadable');

async function readTokens(state: StateDirectory): Promise<string | null | typeof UNREADABLE> {
  const bytes = await state.read(TOKENS);
  if (bytes === null) return null;
  const key = await readKey(state);
  return (key && unseal(bytes, 'file', key)) ?? UNREADABLE;
}

/** MSAL's hook around each access to its cache. */
export interface TokenCache extends ICachePlugin {
  /** For people: where the sign-in is, and how well it is protected. */
  readonly storage: string;
}

/**
 * Keeps MSAL's cache in one encrypted file. The lock spans read to write when MSAL is going to change
 * something, so processes that refresh at the same time lose nothing. A file that cannot be opened is
 * set aside, said once, and the next sign-in starts a new one.
 */
export function createTokenCache(
  state: StateDirectory,
  notify: (message: string) => void,
): TokenCache {
  const held = new Map<TokenCacheContext, Leave>();
  let hasWarned = false;

  /** Under the lock. */
  async function setAside(): Promise<void> {
    const bytes = await state.read(TOKENS);
    if (bytes === null || (await readTokens(state)) !== UNREADABLE) return;
    await state.write(SET_ASIDE, bytes);
    await state.remove(TOKENS);
    if (hasWarned) return;
    hasWarned = true;
    notify(
      `The remembered sign-in cannot be read (damaged, or its key is gone). It was set aside as ${SET_ASIDE} in ${state.path}; sign in once more.`,
    );
  }

  async function load(context: TokenCacheContext): Promise<void> {
    const tokens = await readTokens(state);
    if (tokens === UNREADABLE) {
      await (held.has(context) ? setAside() : state.locked(TOKENS, setAside));
    } else if (tokens !== null) context.tokenCache.deserialize(tokens);
  }

  async function leave(context: TokenCacheContext): Promise<void> {
    const release = held.get(context);
    held.delete(context);
    await release?.();
  }

  return {
    storage: `an encrypted file in ${state.path}; its key lies beside it (both readable by you only), so whoever can read your files can use this sign-in`,

    async beforeCacheAccess(context) {
      if (context.cacheHasChanged) held.set(context, await enter(state));
      try {
        await load(context);
      } catch (error) {
        await leave(context);
        throw error;
      }
    },

    async afterCacheAccess(context) {
      // MSAL calls this after a failed read as well: writing then would empty the file.
      if (!held.has(context)) return;
      try {
        const key = (await readKey(state)) ?? (await createKey(state));
        await state.write(TOKENS, seal(context.tokenCache.serialize(), 'file', key));
      } finally {
        await leave(context);
      }
    },
  };
}
