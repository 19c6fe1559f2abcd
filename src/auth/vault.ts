import { PimError } from '../domain/errors.ts';
import type { Keyring, StateDirectory } from '../domain/ports.ts';
import { KEY_BYTES, newKey, type KeyStore } from './envelope.ts';

/** Where the key of one of our files is. The caller holds the lock whenever it writes. */
export interface Vault {
  readonly store: KeyStore;
  /** As known in this process; `null` when there is none. */
  key(): Promise<Uint8Array | null>;
  /** As it is now: another process may have replaced it. */
  newestKey(): Promise<Uint8Array | null>;
  createKey(): Promise<Uint8Array>;
  removeKey(): Promise<void>;
}

const KEY_FILE = 'tokens.file.key';

function usable(key: Uint8Array | null): Uint8Array | null {
  return key?.length === KEY_BYTES ? key : null;
}

/** The key lies beside the file that it opens. */
export function fileVault(state: StateDirectory): Vault {
  const read = async (): Promise<Uint8Array | null> => usable(await state.read(KEY_FILE));
  return {
    store: 'file',
    key: read,
    newestKey: read,
    async createKey() {
      const key = newKey();
      // Before the file that needs it: who reads the new file finds the new key.
      await state.write(KEY_FILE, key);
      return key;
    },
    removeKey: () => state.remove(KEY_FILE),
  };
}

/** The key is in the keyring, under the path of the folder: each folder has its own. */
export function keyringVault(keyring: Keyring, { path: account }: StateDirectory): Vault {
  let known: Uint8Array | null = null;

  async function newestKey(): Promise<Uint8Array | null> {
    const secret = await keyring.read(account);
    known = secret === null ? null : usable(Buffer.from(secret, 'base64'));
    return known;
  }

  return {
    store: 'keyring',
    newestKey,
    key: async () => known ?? newestKey(),
    async createKey() {
      const key = newKey();
      const secret = Buffer.from(key).toString('base64');
      await keyring.write(account, secret);
      // Only one that comes back is one: some keyrings take what they do not keep.
      const kept = await keyring.read(account);
      if (kept === secret) {
        known = key;
        return key;
      }
      throw new PimError('configuration', 'The keyring of this system did not keep the key.', {
        fix: 'Set ENTRA_PIM_TOKEN_STORE to file or memory.',
      });
    },
    async removeKey() {
      known = null;
      await keyring.remove(account);
    },
  };
}
