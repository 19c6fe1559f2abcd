import { randomBytes, randomInt } from 'node:crypto';
import type { SimClock } from '../world.ts';
import { type AadstsCode, EntraRefusal } from './aadsts.ts';
import type { Account } from './accounts.ts';
import type { TenantPath } from './directory.ts';

const LIFETIME_MS = 15 * 60_000;

/** No letter that could be a word, no digit that looks like a letter. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const LENGTH = 9;

/** What a program asked for when it got the code. */
interface DeviceWish {
  readonly clientId: string;
  /** Where it was asked for. It is redeemed there and nowhere else. */
  readonly path: TenantPath;
  readonly scope: string;
  readonly claims: string | null;
}

interface Asked extends DeviceWish {
  readonly userCode: string;
  readonly until: number;
}

/** Who said yes, or why not. */
type Verdict = { readonly account: Account } | { readonly refusal: AadstsCode };

export interface DeviceCodes {
  issue(wish: DeviceWish): { readonly deviceCode: string; readonly userCode: string };
  /** What that code is for; `null` when it is for nothing. Case and blanks do not count. */
  find(userCode: string): DeviceWish | null;
  decide(userCode: string, verdict: Verdict): void;
  /**
   * Works once the person has decided.
   * @throws EntraRefusal 70016 until then, 70019 after 15 minutes, or the person's "no"
   */
  redeem(deviceCode: string, clientId: string): DeviceWish & { readonly account: Account };
}

function newUserCode(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join('');
}

function plain(userCode: string): string {
  return userCode.replaceAll(/[\s-]/gu, '').toUpperCase();
}

/** Device codes live in memory, as authorization codes do. */
export function createDeviceCodes(clock: SimClock): DeviceCodes {
  const asked = new Map<string, Asked>();
  const verdicts = new Map<string, Verdict>();
  const byUserCode = (text: string): Asked | undefined =>
    [...asked.values()].find(({ userCode }) => userCode === plain(text));
  return {
    issue(wish) {
      const deviceCode = `D${randomBytes(32).toString('base64url')}`;
      const userCode = newUserCode();
      asked.set(deviceCode, { ...wish, userCode, until: clock.now().getTime() + LIFETIME_MS });
      return { deviceCode, userCode };
    },
    find: (userCode) => byUserCode(userCode) ?? null,
    decide(userCode, verdict) {
      verdicts.set(plain(userCode), verdict);
    },
    redeem(deviceCode, clientId) {
      const wish = asked.get(deviceCode);
      if (wish?.clientId !== clientId) throw new EntraRefusal(70018);
      if (wish.until < clock.now().getTime()) throw new EntraRefusal(70019);
      const verdict = verdicts.get(wish.userCode);
      if (verdict === undefined) throw new EntraRefusal(70016);
      asked.delete(deviceCode);
      if ('refusal' in verdict) throw new EntraRefusal(verdict.refusal, { app: clientId });
      return { ...wish, account: verdict.account };
    },
  };
}
