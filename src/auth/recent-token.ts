import type { AccessToken, Clock } from '../domain/ports.ts';

/** A token this young is handed out again without a look at the disk. MSAL's last 5 minutes more. */
const RECENT_MS = 60_000;

/** Keeps the token if it may, and gives it back. */
type Keep = (token: AccessToken) => AccessToken;

/** The token that this process got moments ago. */
export interface RecentToken {
  /** `null` when there is none, it is old, or it is the one that Microsoft refused. */
  get(refused: string | undefined): AccessToken | null;
  /** For what a person's sign-in brought. */
  readonly keep: Keep;
  /**
   * `keep` for a look at the cache that begins now. It keeps nothing when somebody signed in or out
   * meanwhile: what it found may be of the person before.
   */
  lookingUp(): Keep;
  forget(): void;
}

export function createRecentToken(clock: Clock): RecentToken {
  let kept: { readonly token: AccessToken; readonly at: number } | null = null;
  /** How often somebody signed in or out. */
  let changes = 0;

  function set(token: AccessToken): AccessToken {
    kept = { token, at: clock.now().getTime() };
    return token;
  }

  return {
    get(refused) {
      if (kept === null || kept.token.value === refused) return null;
      return clock.now().getTime() - kept.at < RECENT_MS ? kept.token : null;
    },
    keep(token) {
      changes += 1;
      return set(token);
    },
    lookingUp() {
      const before = changes;
      return (token) => (changes === before ? set(token) : token);
    },
    forget() {
      changes += 1;
      kept = null;
    },
  };
}
