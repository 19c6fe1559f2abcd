import { seal, unseal, type KeyStore } from './envelope.ts';
import type { Vault } from './vault.ts';
import {
  createVaultChoice,
  fileOf,
  pinnedTo,
  type VaultChoice,
  type VaultOptions,
} from './vault-choice.ts';

/** The remembered sign-in at rest, sealed in one file. */
export interface TokenStore {
  /** For people: where the sign-in is, and how well it is protected. */
  readonly storage: string;
  /** Runs `work` while nobody else writes. */
  locked<T>(work: () => Promise<T>): Promise<T>;
  /** `null` when there is nothing, or nothing that can be opened any more. Not within `locked`. */
  read(): Promise<string | null>;
  /** The same of the file that `write` will write. Within `locked`, as what follows. */
  readToWrite(): Promise<string | null>;
  write(tokens: string): Promise<void>;
  /** One for each file there is: sessions with and without the keyring may have one each. */
  copies(): Promise<readonly TokenStore[]>;
  /** Removes what any store holds, and its key. */
  clear(): Promise<void>;
}

const LOCK = 'tokens';
const STORES = ['keyring', 'file'] as const satisfies readonly KeyStore[];

/** Damaged, tampered with, or the key is gone. */
const UNREADABLE = Symbol('unreadable');

function setAsideAs(store: KeyStore): string {
  return `tokens.${store}.unreadable.bin`;
}

async function open({ state }: VaultOptions, vault: Vault): Promise<string | null | symbol> {
  const bytes = await state.read(fileOf(vault.store));
  if (bytes === null) return null;
  const unsealed = (key: Uint8Array | null) => key && unseal(bytes, vault.store, key);
  return unsealed(await vault.key()) ?? unsealed(await vault.newestKey()) ?? UNREADABLE;
}

/** Under the lock. False when there is nothing to set aside any more. */
async function setAside(options: VaultOptions, vault: Vault): Promise<boolean> {
  const { state } = options;
  const bytes = await state.read(fileOf(vault.store));
  if (bytes === null || (await open(options, vault)) !== UNREADABLE) return false;
  await state.write(setAsideAs(vault.store), bytes);
  await state.remove(fileOf(vault.store));
  return true;
}

const PRIVATE = 'whoever can read your files can use this sign-in';

function storageText({ state, tokenStore }: VaultOptions, used: KeyStore | null): string {
  if (tokenStore.value === 'memory') return 'memory only; it ends with this process';
  const file = `an encrypted file in ${state.path}`;
  if (used === 'keyring') return `${file}; its key is in the keyring of this system`;
  if (used === 'file' || tokenStore.value === 'file')
    return `${file}; its key lies beside it (both readable by you only), so ${PRIVATE}`;
  return `${file}; its key will be in the keyring of this system, or beside it where there is none`;
}

/** Those of other sessions as well. */
async function copiesOf(options: VaultOptions, vaults: VaultChoice): Promise<TokenStore[]> {
  const files = await Promise.all(STORES.map((store) => options.state.read(fileOf(store))));
  const there = STORES.filter((_, index) => files[index] !== null);
  return there
    .flatMap((store) => vaults.of(store) ?? [])
    .map((vault) => createTokenStore(options, pinnedTo(vault, vaults)));
}

export function createTokenStore(
  options: VaultOptions,
  vaults: VaultChoice = createVaultChoice(options),
): TokenStore {
  const { state, notify } = options;
  let used: KeyStore | null = null;
  /** Of the one who holds the lock. */
  let writing: Vault | null = null;
  let hasWarned = false;

  const locked: TokenStore['locked'] = (work) => state.locked(LOCK, work);

  async function setAsideLoudly(vault: Vault): Promise<void> {
    if (!(await setAside(options, vault)) || hasWarned) return;
    hasWarned = true;
    notify(
      `The remembered sign-in cannot be read (damaged, or its key is gone). It was set aside as ${setAsideAs(vault.store)} in ${state.path}; sign in once more.`,
    );
  }

  return {
    get storage() {
      return storageText(options, used);
    },
    locked,
    async read() {
      const vault = await vaults.toRead();
      const tokens = await open(options, vault);
      if (tokens !== null) used = vault.store;
      if (typeof tokens !== 'symbol') return tokens;
      await locked(() => setAsideLoudly(vault));
      return null;
    },
    async readToWrite() {
      writing = await vaults.toWrite();
      used = writing.store;
      const tokens = await open(options, writing);
      if (typeof tokens !== 'symbol') return tokens;
      await setAsideLoudly(writing);
      return null;
    },
    async write(tokens) {
      const vault = writing ?? (await vaults.toWrite());
      const key = (await vault.key()) ?? (await vault.createKey());
      await state.write(fileOf(vault.store), seal(tokens, vault.store, key));
    },
    copies: () => copiesOf(options, vaults),
    async clear() {
      for (const store of STORES) {
        await state.remove(fileOf(store));
        await state.remove(setAsideAs(store));
      }
      await vaults.removeKeys();
    },
  };
}
