import type { AccessToken, Clock } from '../domain/ports.ts';

/** A token this young is handed out again without a look at the disk. MSAL's last 5 minutes more. */
const RECENT_MS = 60_000;

/** The token that this process got moments ago. */
export interface RecentToken {
  /** `null` when there is none, it is old, or it is the one that Microsoft refused. */
  get(refused: string | undefined): AccessToken | null;
  /** Keeps it, and gives it back. */
  readonly keep: (token: AccessToken) => AccessToken;
  forget(): void;
}

export function createRecentToken(clock: Clock): RecentToken {
  let kept: { readonly token: AccessToken; readonly at: number } | null = null;
  return {
    get(refused) {
      if (kept === null || kept.token.value === refused) return null;
      return clock.now().getTime() - kept.at < RECENT_MS ? kept.token : null;
    },
    keep(token) {
      kept = { token, at: clock.now().getTime() };
      return token;
    },
    forget() {
      kept = null;
    },
  };
}
