import type { Keyring, StateDirectory } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import type { KeyStore } from './envelope.ts';
import { fileVault, keyringVault, type Vault } from './vault.ts';

export interface VaultOptions {
  readonly state: StateDirectory;
  /** `null`: this installation has none. */
  readonly keyring: Keyring | null;
  readonly tokenStore: Settings['tokenStore'];
  readonly notify: (message: string) => void;
}

/** One file per key store: a session without the one never damages what the other holds. */
export function fileOf(store: KeyStore): string {
  return `tokens.${store}.bin`;
}

/** Which of our files it is, where there could be two. */
export interface VaultChoice {
  toRead(): Promise<Vault>;
  /** Has a key. Under the lock. @throws PimError where the keyring is demanded and cannot be used */
  toWrite(): Promise<Vault>;
  /** The one of that store, wherever else there is one; `null` where this installation has none. */
  of(store: KeyStore): Vault | null;
  /** Under the lock. */
  removeKeys(): Promise<void>;
}

/** That one, and no other. */
export function pinnedTo(vault: Vault, choice: VaultChoice): VaultChoice {
  const only = (): Promise<Vault> => Promise.resolve(vault);
  return { ...choice, toRead: only, toWrite: only };
}

interface Desk extends VaultOptions {
  readonly inFile: Vault;
  readonly inKeyring: Vault | null;
}

async function has({ state }: Desk, store: KeyStore): Promise<boolean> {
  return (await state.read(fileOf(store))) !== null;
}

async function mayUseKeyring(desk: Desk): Promise<boolean> {
  const { value } = desk.tokenStore;
  if (value === 'keyring') return true;
  // Who signed in without a keyring stays there until the next logout: never two that drift apart.
  return value === 'auto' && ((await has(desk, 'keyring')) || !(await has(desk, 'file')));
}

function warn({ state, notify }: Desk, why: unknown): void {
  const reason = why instanceof Error ? why.message : 'This system has no keyring.';
  notify(
    `${reason} So the key of your sign-in lies in a file in ${state.path}, readable by you only: whoever can read your files can use the sign-in.`,
  );
}

/** Said once: when the key is made. `whoami` says it whenever asked. */
async function withoutKeyring(desk: Desk, why: unknown): Promise<Vault> {
  if (desk.tokenStore.value === 'keyring' && why !== null) throw why;
  if (!(await has(desk, 'file'))) warn(desk, why);
  return desk.inFile;
}

/** A key is made before anything is decided: a keyring that cannot keep one is none. */
async function withKey(desk: Desk, vault: Vault): Promise<Vault> {
  try {
    // What another process signed out may still be known here.
    const isThere = await has(desk, vault.store);
    const key = isThere ? await vault.key() : await vault.newestKey();
    if (key === null) await vault.createKey();
    return vault;
  } catch (error) {
    return withoutKeyring(desk, error);
  }
}

/** A keyring that holds no file of ours is not even asked. */
async function toRead(desk: Desk): Promise<Vault> {
  const { inKeyring, inFile } = desk;
  const isThere = inKeyring && (await mayUseKeyring(desk)) && (await has(desk, 'keyring'));
  if (!isThere) return inFile;
  try {
    await inKeyring.key();
    return inKeyring;
  } catch (error) {
    if (desk.tokenStore.value === 'keyring') throw error;
    return inFile;
  }
}

async function toWrite(desk: Desk): Promise<Vault> {
  if (!(await mayUseKeyring(desk))) return desk.inFile;
  return desk.inKeyring ? withKey(desk, desk.inKeyring) : withoutKeyring(desk, null);
}

/**
 * `auto`: the file whose key is in the keyring; where that cannot be used, the one whose key lies
 * beside it, and the other stays as it is.
 */
export function createVaultChoice(options: VaultOptions): VaultChoice {
  const { state, keyring } = options;
  const inFile = fileVault(state);
  const inKeyring = keyring && keyringVault(keyring, state);
  const desk: Desk = { ...options, inFile, inKeyring };
  return {
    toRead: () => toRead(desk),
    toWrite: () => toWrite(desk),
    of: (store) => (store === 'file' ? inFile : inKeyring),
    async removeKeys() {
      await inFile.removeKey();
      // Without the file its key opens nothing: one that cannot be reached may stay.
      await inKeyring?.removeKey().catch(() => undefined);
    },
  };
}
