import { randomBytes } from 'node:crypto';
import type { SimClock } from '../world.ts';
import { EntraRefusal } from './aadsts.ts';
import type { Account } from './accounts.ts';
import type { Strength } from './claims.ts';
import type { TenantPath } from './directory.ts';

const LIFETIME_MS = 10 * 60_000;

/** What a sign-in agreed to, until its code is redeemed. */
interface Grant {
  readonly account: Account;
  /** Where it was asked for. It is redeemed there and nowhere else. */
  readonly path: TenantPath;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly nonce: string | null;
  /** PKCE S256 challenge. */
  readonly challenge: string;
  readonly strength: Strength;
}

export interface Codes {
  issue(grant: Grant): string;
  /** Works once. @throws EntraRefusal 70000, 54005 (again), 70008 (after ten minutes) */
  redeem(code: string): Grant;
}

/** Authorization codes live in memory: a sign-in does not outlive the process it began in. */
export function createCodes(clock: SimClock): Codes {
  const open = new Map<string, { readonly grant: Grant; readonly until: number }>();
  const redeemed = new Set<string>();
  return {
    issue: (grant) => {
      const code = `1.${randomBytes(48).toString('base64url')}`;
      open.set(code, { grant, until: clock.now().getTime() + LIFETIME_MS });
      return code;
    },
    redeem: (code) => {
      if (redeemed.has(code)) throw new EntraRefusal(54005);
      const found = open.get(code);
      if (!found) throw new EntraRefusal(70000, { parameter: 'code' });
      open.delete(code);
      redeemed.add(code);
      if (found.until < clock.now().getTime()) throw new EntraRefusal(70008);
      return found.grant;
    },
  };
}
