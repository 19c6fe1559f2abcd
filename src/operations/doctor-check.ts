import * as z from 'zod';
import { isPimError } from '../domain/errors.ts';
import { describeFault, FAULT_CODES } from './fault.ts';

/** `warning`: it works, but not as well as it could. `unknown`: it could not be looked at. */
const CHECK_STATES = ['ok', 'warning', 'failed', 'unknown'] as const;

export const checkShape = z.object({
  name: z.string(),
  state: z.enum(CHECK_STATES),
  /** What was found, as one sentence. */
  what: z.string(),
  fixes: z.array(z.string()),
  /** What kind of error it was, where it was one. */
  code: z.enum(FAULT_CODES).nullable(),
  /** Microsoft's own code, and its words. */
  upstreamCode: z.string().nullable(),
  upstream: z.string().nullable(),
  requestId: z.string().nullable(),
});

export type Check = z.output<typeof checkShape>;
export type State = Check['state'];

/** A check without an error behind it. */
export function found(name: string, state: State, what: string, ...fixes: string[]): Check {
  const nothing = { code: null, upstreamCode: null, upstream: null, requestId: null };
  return { name, state, what, fixes, ...nothing };
}

/** A check that met an error. */
export function faulty(name: string, error: unknown, state: State = 'failed'): Check {
  const { code, message, fixes, upstream, requestId } = describeFault(error);
  const upstreamCode = (isPimError(error) ? error.details.upstream?.code : null) ?? null;
  return { name, state, what: message, fixes: [...fixes], code, upstreamCode, upstream, requestId };
}

/** Checks fail apart: an error is an answer like another. @throws PimError `cancelled` */
export async function examined(name: string, work: () => Promise<Check>): Promise<Check> {
  try {
    return await work();
  } catch (error) {
    if (isPimError(error) && error.code === 'cancelled') throw error;
    return faulty(name, error);
  }
}
