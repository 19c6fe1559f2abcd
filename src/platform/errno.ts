/** Node's code of a failed system call (`ENOENT`), looking through wrappers; `undefined` for other errors. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return errnoOf(error.cause);
}

/** Runs `work`; the failures named by `codes` become `otherwise`. */
export async function tolerating<T, U>(
  codes: readonly string[],
  otherwise: U,
  work: () => Promise<T>,
): Promise<T | U> {
  try {
    return await work();
  } catch (error) {
    if (codes.includes(errnoOf(error) ?? '')) return otherwise;
    throw error;
  }
}
