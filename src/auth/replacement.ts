import { PimError } from '../domain/errors.ts';
import type { AccessToken, Clock, Held, StateDirectory } from '../domain/ports.ts';

/** Held by whoever wants to be first: the one that is open ends, and nobody else opens one. */
const NEXT_LOCK = 'sign-in-next';
/** How often whoever wants to be first looks, and for how long: the other one may not run any more. */
const HASTE_MS = 100;
const GRACE_MS = 3000;

type Open = (replaced: AbortSignal) => Promise<AccessToken>;
type Seize = () => Promise<Held | null>;

export interface Replacements {
  /** Signs in; `null` when another one, that somebody asked for, comes in place of it. */
  readonly openUnlessWanted: (open: Open) => Promise<AccessToken | null>;
  /**
   * Signs in in place of the one that is open, which ends. A process that does not let go is not
   * waited for; none opens another one meanwhile. `null` as before.
   */
  readonly openInPlace: (seize: Seize, open: Open) => Promise<AccessToken | null>;
}

export function replacedElsewhere(): PimError {
  return new PimError('sign-in-failed', 'Another sign-in was begun meanwhile, in place of this.', {
    fix: 'Finish that one, then run this again.',
  });
}

/** A sign-in in place of the one that is open, over all processes that share the folder. */
export function createReplacements(state: StateDirectory, clock: Clock): Replacements {
  async function hurried(seize: Seize): Promise<Held | null> {
    for (let waited = 0; ; waited += HASTE_MS) {
      const held = await seize();
      if (held !== null || waited >= GRACE_MS) return held;
      await clock.sleep(HASTE_MS);
    }
  }

  async function openUnlessWanted(open: Open): Promise<AccessToken | null> {
    if (await state.isHeld(NEXT_LOCK)) return null;
    const over = new AbortController();
    const replaced = new AbortController();
    const watch = state.untilHeld(NEXT_LOCK, over.signal).then(
      () => replaced.abort(replacedElsewhere()),
      // Over, or the folder cannot be read: then nobody can replace it.
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

  /** Lets go of being next once it has the turn; else stays so until it is done. */
  async function openAsNext(seize: Seize, open: Open): Promise<AccessToken | null> {
    const next = await hurried(() => state.seize(NEXT_LOCK));
    let held: Held | null = null;
    try {
      held = await hurried(seize);
      if (held === null) return await open(new AbortController().signal);
      await next?.release();
      return await openUnlessWanted(open);
    } finally {
      await held?.release();
      await next?.release();
    }
  }

  return {
    openUnlessWanted,
    async openInPlace(seize, open) {
      const held = await seize();
      if (held === null) return openAsNext(seize, open);
      try {
        return await openUnlessWanted(open);
      } finally {
        await held.release();
      }
    },
  };
}
