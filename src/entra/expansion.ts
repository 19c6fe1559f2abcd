import { isPimError } from '../domain/errors.ts';

/** Reads a list with an `$expand`, or with less of it where the tenant refuses the full one. */
type Expanding = <T>(read: (expand: string) => Promise<T>) => Promise<T>;

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

/** Remembers which one worked: a tenant is asked for too much once. */
export function createExpanding(full: string, less: string): Expanding {
  let expand = full;
  return async (read) => {
    try {
      return await read(expand);
    } catch (error) {
      if (expand === less || !mayBeTheExpand(error)) throw error;
    }
    const result = await read(less);
    expand = less;
    return result;
  };
}
