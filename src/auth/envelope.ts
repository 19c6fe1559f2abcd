import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/**
 * The file that holds the sign-in: magic(8) store(1) keyId(12) iv(12) tag(16) ciphertext. AES-256-GCM;
 * everything before the iv is authenticated as well, so a file cannot pass for one of another store.
 */
const MAGIC = Buffer.from('EPIMC1\0\0', 'latin1');
const CIPHER = 'aes-256-gcm';
const STORE_AT = MAGIC.length;
const KEY_ID_AT = STORE_AT + 1;
const IV_AT = KEY_ID_AT + 12;
const TAG_AT = IV_AT + 12;
const CIPHERTEXT_AT = TAG_AT + 16;

/** Where the key is. A number, because it is a byte of the file. */
const KEY_STORES = { keyring: 1, file: 2 } as const;
export type KeyStore = keyof typeof KEY_STORES;

export const KEY_BYTES = 32;

export function newKey(): Uint8Array {
  return randomBytes(KEY_BYTES);
}

/** Says which key a file needs without saying anything about the key. */
function keyIdOf(key: Uint8Array): string {
  return createHash('sha256').update('entra-pim key id').update(key).digest('hex').slice(0, 12);
}

function headerFor(store: KeyStore, key: Uint8Array): Buffer {
  const header = [MAGIC, Buffer.from([KEY_STORES[store]]), Buffer.from(keyIdOf(key), 'latin1')];
  return Buffer.concat(header);
}

export function seal(plain: string, store: KeyStore, key: Uint8Array): Uint8Array {
  const header = headerFor(store, key);
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, key, iv);
  cipher.setAAD(header);
  const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return Buffer.concat([header, iv, cipher.getAuthTag(), ciphertext]);
}

/** `null` for everything that this key did not seal, whole and unchanged. */
export function unseal(bytes: Uint8Array, store: KeyStore, key: Uint8Array): string | null {
  const file = Buffer.from(bytes);
  const header = headerFor(store, key);
  const isOurs = file.length >= CIPHERTEXT_AT && file.subarray(0, IV_AT).equals(header);
  if (!isOurs) return null;
  const decipher = createDecipheriv(CIPHER, key, file.subarray(IV_AT, TAG_AT), {
    authTagLength: 16,
  });
  decipher.setAAD(header);
  decipher.setAuthTag(file.subarray(TAG_AT, CIPHERTEXT_AT));
  const plain = decipher.update(file.subarray(CIPHERTEXT_AT));
  try {
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
