import { isPimError } from '../domain/errors.ts';
import { faulty, found, type Check } from './doctor-check.ts';
import type { Entrance } from './operation.ts';

const NAME = 'token store';

/** Stores that have the key in the keyring of the system, where that can be. */
const WANTS_KEYRING = {
  auto: 'warning',
  keyring: 'failed',
  file: null,
  memory: null,
} as const satisfies Record<Entrance['settings']['tokenStore']['value'], Check['state'] | null>;

/**
 * Where the sign-in is kept, and whether the keyring can be used where one is wanted. After somebody
 * looked who is signed in: before, nobody knows which store holds it.
 */
export async function storeCheck({ diagnostics, settings, signIn }: Entrance): Promise<Check> {
  const where = `Where the sign-in is kept: ${signIn.storage}.`;
  const state = WANTS_KEYRING[settings.tokenStore.value];
  if (state === null) return found(NAME, 'ok', where);
  try {
    await diagnostics.keyring();
    return found(NAME, 'ok', `${where} The keyring of this system can be used.`);
  } catch (error) {
    if (!isPimError(error)) throw error;
    const check = faulty(NAME, error, state);
    return { ...check, what: `${check.what} ${where}` };
  }
}
