import { randomBytes } from 'node:crypto';
import { PimError } from '../domain/errors.ts';
import type { AccessToken, Clock, Held, StateDirectory } from '../domain/ports.ts';

/** Written by whoever asked for a sign-in while another one is open: theirs replaces it. */
const WANTED = 'sign-in.wanted';
/** How often whoever is awaited looks, and for how long: the other one may not run any more. */
const HASTE_MS = 100;
const GRACE_MS = 3000;

export interface Replacements {
  /** Signs in; `null` when another one, that somebody asked for, came in place of it. */
  readonly openUntilWanted: (
    open: (replaced: AbortSignal) => Promise<AccessToken>,
  ) => Promise<AccessToken | null>;
  /** Whoever has the turn lets go of it; `null` where they do not run any more, or do not know how. */
  readonly demandTurn: (seize: () => Promise<Held | null>) => Promise<Held | null>;
}

export function replacedElsewhere(): PimError {
  return new PimError('sign-in-failed', 'Another sign-in was begun meanwhile, in place of this.', {
    fix: 'Finish that one.',
  });
}

/** A sign-in in place of the one that is open, over all processes that share the folder. */
export function createReplacements(state: StateDirectory, clock: Clock): Replacements {
  async function openUntilWanted(
    open: (replaced: AbortSignal) => Promise<AccessToken>,
  ): Promise<AccessToken | null> {
    const over = new AbortController();
    const replaced = new AbortController();
    const watch = state.changed(WANTED, over.signal).then(
      () => replaced.abort(replacedElsewhere()),
      () => undefined,
    );
    try {
      return await open(replaced.signal);
    } catch (error) {
      if (replaced.signal.aborted) return null;
      throw error;
    } finally {
      over.abort();
      await watch;
    }
  }

  async function demandTurn(seize: () => Promise<Held | null>): Promise<Held | null> {
    await state.write(WANTED, randomBytes(16));
    try {
      for (let waited = 0; waited < GRACE_MS; waited += HASTE_MS) {
        await clock.sleep(HASTE_MS);
        const held = await seize();
        if (held !== null) return held;
      }
      return null;
    } finally {
      await state.remove(WANTED);
    }
  }

  return { openUntilWanted, demandTurn };
}
