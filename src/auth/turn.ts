import { PimError } from '../domain/errors.ts';
import type { AccessToken, Clock, Held, StateDirectory } from '../domain/ports.ts';
import { createReplacements, replacedElsewhere } from './replacement.ts';

/** Held while a person signs in, beside the cache that it is for: who shares it takes turns. */
export const SIGN_IN_LOCK = 'sign-in';
/** How often is looked whether another process is done. */
const POLL_MS = 500;

/** One sign-in of a person, among those of all processes of this user. */
interface Turn {
  /** What others may have brought meanwhile; it costs nobody anything. Looked for again and again. */
  readonly look: (isOurs: boolean) => Promise<AccessToken | null>;
  /** The signal aborts when another sign-in, that somebody asked for, replaces this one. */
  readonly open: (replaced: AbortSignal) => Promise<AccessToken>;
  /** Called where another process is first. */
  readonly waiting: () => void;
  /** Aborts when nobody waits any longer: then no window opens any more. */
  readonly abandoned: AbortSignal;
}

export interface Turns {
  /**
   * Opens a window when no other process has one open, unless what that brought will do.
   * @throws PimError `sign-in-pending` when everybody left before it was our turn
   */
  readonly take: (turn: Turn) => Promise<AccessToken>;
  /**
   * Opens a window now, and ends the one that is open. For somebody who asked for it: that one may be
   * lost among their tabs.
   * @throws PimError `sign-in-failed` when it was replaced in turn
   */
  readonly takeAtOnce: (open: Turn['open']) => Promise<AccessToken>;
}

export function stillElsewhere(): PimError {
  return new PimError('sign-in-pending', 'Another sign-in of entra-pim waits for you.', {
    fix: 'Finish it where it was begun, then try again. Cannot find it? Run `entra-pim login` in a terminal.',
  });
}

async function pause(clock: Clock, { abandoned }: Turn): Promise<void> {
  try {
    await clock.sleep(POLL_MS, abandoned);
  } catch {
    throw stillElsewhere();
  }
}

/**
 * A window at a time, also where every AI client runs a server of its own. Nobody waits for the dead:
 * the lock of a process that ended is free.
 */
export function createTurns(state: StateDirectory, clock: Clock): Turns {
  const seize = (): Promise<Held | null> => state.seize(SIGN_IN_LOCK);
  const { openUnlessWanted, openInPlace } = createReplacements(state, clock);

  /** Looks after it has the turn as well: whoever had it before may have brought the token. */
  async function lookOrOpen(turn: Turn, first: Held | null): Promise<AccessToken> {
    let held = first;
    try {
      for (;;) {
        const token = await turn.look(held !== null);
        if (token !== null) return token;
        if (held !== null && !turn.abandoned.aborted) {
          const own = await openUnlessWanted(turn.open);
          if (own !== null) return own;
          // What the other one brings may do.
          await held.release();
          held = null;
          turn.waiting();
        }
        await pause(clock, turn);
        held = await seize();
      }
    } finally {
      await held?.release();
    }
  }

  return {
    async take(turn) {
      const held = await seize();
      if (held === null) turn.waiting();
      return lookOrOpen(turn, held);
    },
    async takeAtOnce(open) {
      const token = await openInPlace(seize, open);
      if (token !== null) return token;
      throw replacedElsewhere();
    },
  };
}
