import { isPimError } from '../../domain/errors.ts';
import type { Surface } from '../../domain/target.ts';
import type { Finding } from '../../domain/verification.ts';

/** What one list, one role or one token shows of a doubt. */
export type Part = Finding & { readonly verdict: 'as-assumed' | 'otherwise' | 'not-seen' };

const TITLES = {
  group: 'Groups',
  directory: 'Entra roles',
  azure: 'Azure resources',
} as const satisfies Record<Surface, string>;

export function part(isAssumed: boolean, seen: string): Part {
  return { verdict: isAssumed ? 'as-assumed' : 'otherwise', seen };
}

/** @param needed What would have to be there. */
export function unseen(seen: string, needed: string): Part {
  return { verdict: 'not-seen', seen: `${seen} Needed: ${needed}.` };
}

/** One that is otherwise decides; what could not be seen decides nothing. */
export function together(parts: readonly Part[]): Finding {
  const has = (wanted: Part['verdict']): boolean => parts.some(({ verdict }) => verdict === wanted);
  const verdict = (['otherwise', 'as-assumed'] as const).find(has) ?? 'not-seen';
  return { verdict, seen: [...new Set(parts.map(({ seen }) => seen))].join(' ') };
}

/** Surfaces fail apart; where all do, the first says why. @throws PimError */
export async function perSurface(
  surfaces: readonly Surface[],
  look: (surface: Surface) => Promise<Part>,
): Promise<Finding> {
  const failures: unknown[] = [];
  const parts: Part[] = [];
  for (const surface of surfaces) {
    try {
      const { verdict, seen } = await look(surface);
      parts.push({ verdict, seen: `${TITLES[surface]}: ${seen}` });
    } catch (error) {
      if (!isPimError(error) || error.code === 'cancelled') throw error;
      failures.push(error);
      parts.push({ verdict: 'not-seen', seen: `${TITLES[surface]}: not read (${error.code}).` });
    }
  }
  if (failures.length > 0 && failures.length === parts.length) throw failures[0];
  return together(parts);
}
