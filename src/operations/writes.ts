import { PimError } from '../domain/errors.ts';

/**
 * Writes that are on their way to Microsoft. A cancelled call or a closed input never aborts them:
 * the process waits for `settled` before it ends, and begins no new one then.
 */
export class Writes {
  readonly #running = new Set<Promise<unknown>>();
  #isClosed = false;

  /** @throws PimError `cancelled` once the process is about to end. */
  async track<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new PimError('cancelled', 'The program is ending. Nothing was sent.');
    const work = begin();
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  /** Begins no further write, and resolves once nothing is on its way, however it ended. */
  async settled(): Promise<void> {
    this.#isClosed = true;
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
