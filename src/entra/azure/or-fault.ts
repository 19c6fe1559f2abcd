import { isPimError, type PimError } from '../../domain/errors.ts';

/** For what may fail by itself: the fault as a value. A cancelled call stays an error. */
export async function orFault<T>(work: Promise<T>): Promise<T | PimError> {
  try {
    return await work;
  } catch (error) {
    if (!isPimError(error) || error.code === 'cancelled') throw error;
    return error;
  }
}
