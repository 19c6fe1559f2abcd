/**
 * Writes that are on their way to Microsoft. A cancelled call or a closed input never aborts them:
 * the process waits for `settled` before it ends.
 */
export class Writes {
  readonly #running = new Set<Promise<unknown>>();

  async track<T>(work: Promise<T>): Promise<T> {
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  /** Resolves once nothing is on its way, however the writes ended. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
