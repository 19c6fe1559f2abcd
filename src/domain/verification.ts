import type { Call, SurfaceClient } from './ports.ts';

/**
 * What a look at the live service came to. `not-seen`: this tenant, or this sign-in, has nothing to
 * see it on. `not-asked`: it was left out, for a consent that is missing or a flag that was not given.
 */
export const FINDINGS = ['as-assumed', 'otherwise', 'not-seen', 'not-asked', 'failed'] as const;

/** Something that is only believed about the live service, see `docs/unverified.md`. */
export interface Doubt {
  /** In reports and in the documentation; never changed. */
  readonly id: string;
  /** One sentence. */
  readonly question: string;
  readonly assumes: string;
}

export interface Finding {
  readonly verdict: Exclude<(typeof FINDINGS)[number], 'failed'>;
  /**
   * Facts: status codes, presence of fields, words of Microsoft's enums, counts, lengths, durations.
   * Never a name, an id, a text that somebody wrote, a token or a body.
   */
  readonly seen: string;
}

/** One HTTP exchange with Graph or Azure, as far as it may be told. */
export interface Exchange {
  readonly method: string;
  /** `null` when no answer came. */
  readonly status: number | null;
  readonly milliseconds: number;
}

/** One run of all looks: what several of them need is read once. */
interface Investigation {
  /** GETs only, and no window. @throws PimError */
  look(id: string): Promise<Finding>;
}

/** Looks at the live service the way the program does, but at the raw answers. */
export interface Verification {
  readonly doubts: readonly Doubt[];
  begin(call: Call): Investigation;
  /** The ordinary clients, whose every exchange is told: for what only a write can show. */
  clients(note: (exchange: Exchange) => void): readonly SurfaceClient[];
}
