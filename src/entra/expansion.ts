import { isPimError } from '../domain/errors.ts';

/** Reads a list with an `$expand`, or with less of it where the tenant refuses that much. */
export type Expanding = <T>(read: (expand: string) => Promise<T>) => Promise<T>;

const QUERY_REASONS: ReadonlySet<string> = new Set([
  'Request_BadRequest',
  'InvalidResource',
  'Authorization_RequestDenied',
  'PermissionScopeNotGranted',
]);

/** Refused in a way that the `$expand` may have caused: a query fault, or rights to what it reads. */
function mayBeTheExpand(error: unknown): boolean {
  if (!isPimError(error)) return false;
  const { status, reasons = [] } = error.details;
  return (status === 400 || status === 403) && reasons.every((reason) => QUERY_REASONS.has(reason));
}

/** From much to little. Remembers which one worked: a tenant is asked for too much once. */
export function createExpanding(...ladder: readonly string[]): Expanding {
  let first = 0;
  return async (read) => {
    for (let step = first; ; step += 1) {
      try {
        const result = await read(ladder[step] ?? '');
        first = step;
        return result;
      } catch (error) {
        if (step + 1 >= ladder.length || !mayBeTheExpand(error)) throw error;
      }
    }
  };
}
