import type { AccessToken, Clock, Resource, TokenWish } from '../domain/ports.ts';

/** A token this young is handed out again without a look at the disk. MSAL's last 5 minutes more. */
const RECENT_MS = 60_000;

/** Keeps the token if it may, and gives it back. */
type Keep = (token: AccessToken) => AccessToken;

type Wish = Pick<TokenWish, 'refused' | 'isFresh'>;

/** The tokens that this process got moments ago, one for each API. */
export interface RecentTokens {
  /** `null` when there is none, it is old, it is the one refused, or a new one is wished for. */
  get(resource: Resource, wish: Wish): AccessToken | null;
  /** For the Graph token that a person's sign-in brought. Forgets those of whoever was there before. */
  readonly signedIn: Keep;
  /**
   * Keeps what a look that begins now will find; nothing when somebody signed in or out meanwhile: it
   * may be of the person before. A look that renews the token wins over one that just reads it.
   */
  lookingUp(resource: Resource, wish: Wish): Keep;
  /** For a token of the same person that a further sign-in brought: it wins over looks under way. */
  renewed(resource: Resource, token: AccessToken): AccessToken;
  forget(): void;
}

export function createRecentTokens(clock: Clock): RecentTokens {
  const kept = new Map<Resource, { readonly token: AccessToken; readonly at: number }>();
  /** How often somebody signed in or out. */
  let people = 0;
  /** How often a token was replaced by a newer one. */
  const renewals: Record<Resource, number> = { graph: 0, arm: 0 };

  function set(resource: Resource, token: AccessToken): AccessToken {
    kept.set(resource, { token, at: clock.now().getTime() });
    return token;
  }

  function forget(): void {
    people += 1;
    kept.clear();
  }

  return {
    get(resource, { refused, isFresh }) {
      const recent = kept.get(resource);
      if (recent === undefined || isFresh || recent.token.value === refused) return null;
      return clock.now().getTime() - recent.at < RECENT_MS ? recent.token : null;
    },
    signedIn(token) {
      forget();
      return set('graph', token);
    },
    renewed(resource, token) {
      renewals[resource] += 1;
      return set(resource, token);
    },
    lookingUp(resource, { refused, isFresh }) {
      const before = { people, renewals: renewals[resource] };
      const isRenewal = isFresh === true || refused !== undefined;
      return (token) => {
        if (people !== before.people) return token;
        if (isRenewal) renewals[resource] += 1;
        else if (renewals[resource] !== before.renewals) return token;
        return set(resource, token);
      };
    },
    forget,
  };
}
