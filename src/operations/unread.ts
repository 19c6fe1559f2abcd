import { isPimError, type PimError } from '../domain/errors.ts';
import type { Surface } from '../domain/target.ts';

/** What of a surface could not be read, and why: all of it, or only what is active. */
export interface Unread {
  readonly surface: Surface;
  readonly what: 'all' | 'active';
  readonly error: PimError;
}

/**
 * A sign-in, a wrong setting or a cancel is not a surface's trouble: it ends the whole call. A 401 of
 * one surface is that surface's; so is whatever keeps Azure from a token of its own.
 */
function concernsAll(error: unknown, surface: Surface): boolean {
  if (!isPimError(error)) return true;
  const { code, details } = error;
  if (code === 'cancelled' || code === 'configuration') return true;
  const isSignIn = code.startsWith('sign-in') && details.status === undefined;
  return isSignIn && (surface !== 'azure' || code === 'sign-in-pending');
}

/** Surfaces fail apart: what went wrong with this one is an answer, what ends the call is thrown. */
export async function orFault<T>(surface: Surface, work: Promise<T>): Promise<T | PimError> {
  try {
    return await work;
  } catch (error) {
    if (concernsAll(error, surface) || !isPimError(error)) throw error;
    return error;
  }
}
