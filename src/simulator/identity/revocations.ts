import type { SimClock } from '../world.ts';

/** What ends for somebody before its time. */
export interface Revocation {
  /** Continuous access evaluation: Graph and Azure turn away every access token issued so far. */
  readonly cae?: boolean | undefined;
  /** `kept`: as when somebody only moved to another network. Default: they end. */
  readonly refreshTokens?: 'ended' | 'kept' | undefined;
}

/** By object id in the home tenant, hence in all tenants. Lasts as long as the process. */
export interface Revocations {
  readonly add: (homeId: string, revocation: Revocation) => void;
  /** How many times that person's refresh tokens were ended. */
  generationOf(homeId: string): number;
  /** How many times that person's access tokens were. */
  evaluationOf(homeId: string): number;
  /** When an access token was ended that knew of so many times; `undefined` = it is current. */
  outdatedAt(homeId: string, evaluation: number): Date | undefined;
}

/**
 * Counted, not told by the time of issue: that is in whole seconds, and a test's clock may stand still
 * between a revocation and the sign-in after it.
 */
export function createRevocations(clock: SimClock): Revocations {
  const generations = new Map<string, number>();
  const evaluations = new Map<string, { readonly count: number; readonly at: Date }>();
  const generationOf = (homeId: string): number => generations.get(homeId) ?? 0;
  const evaluationOf = (homeId: string): number => evaluations.get(homeId)?.count ?? 0;
  return {
    add: (homeId, { cae = false, refreshTokens = 'ended' }) => {
      if (refreshTokens === 'ended') generations.set(homeId, generationOf(homeId) + 1);
      if (cae) evaluations.set(homeId, { count: evaluationOf(homeId) + 1, at: clock.now() });
    },
    generationOf,
    evaluationOf,
    outdatedAt: (homeId, evaluation) => {
      const last = evaluations.get(homeId);
      return last && evaluation < last.count ? last.at : undefined;
    },
  };
}
