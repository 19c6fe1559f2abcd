import type { ActiveAssignment } from '../domain/assignment.ts';
import { isPimError } from '../domain/errors.ts';
import type { Proof } from '../domain/proof.ts';
import { isSame, type Target } from '../domain/target.ts';

/** True when what is active holds that privilege now. */
export function isListed(active: readonly ActiveAssignment[], target: Target, now: Date): boolean {
  return active.some(
    ({ target: each, endTime }) => isSame(each, target) && (endTime === null || endTime > now),
  );
}

export function effective(how: string): Proof {
  return { kind: 'effective', how };
}

export function notYet(how: string): Proof {
  return { kind: 'not-yet', how };
}

export function unknown(how: string): Proof {
  return { kind: 'unknown', how };
}

/**
 * Listed first: a token or check that carries a privilege which is not listed may have it from before.
 * @throws PimError `cancelled`; what else fails proves nothing, and is said.
 */
export async function prove(
  listed: () => Promise<boolean>,
  check: () => Promise<Proof>,
): Promise<Proof> {
  try {
    return (await listed()) ? await check() : notYet('It is not listed as active yet.');
  } catch (error) {
    if (!isPimError(error) || error.code === 'cancelled') throw error;
    return unknown(`It could not be checked. ${error.message}`);
  }
}
