import { createHash, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { Caller, SimClock } from '../world.ts';
import type { Strength } from './claims.ts';
import type { App, Directory, User } from './directory.ts';
import { EntraRefusal } from './aadsts.ts';
import { ARM_AUDIENCES, GRAPH } from './scopes.ts';
import type { SigningKey } from './signing-key.ts';

const REFRESH_AUDIENCE = 'refresh';
/** The same in every process, unlike the port: a demo's cached tokens outlive the process. */
const ISSUER = 'https://sts.simulator.invalid';
const REFRESH_DAYS = 90;
const DAY_SECONDS = 86_400;

const accessClaims = z.object({
  oid: z.string(),
  tid: z.string(),
  upn: z.string(),
  appid: z.string(),
  scp: z.string(),
  amr: z.array(z.string()),
  acrs: z.array(z.string()).default([]),
});

const refreshClaims = z.object({
  oid: z.string(),
  appid: z.string(),
  /** How many revocations this person had behind them when it was issued. */
  generation: z.number(),
  amr: z.array(z.string()),
  acrs: z.array(z.string()),
});

type RefreshClaims = z.infer<typeof refreshClaims>;

interface AccessWish {
  readonly user: User;
  readonly app: App;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly strength: Strength;
  readonly capabilities: readonly string[];
  /** Claims about roles and groups. */
  readonly effect?: Readonly<Record<string, unknown>>;
  readonly lifetimeSeconds: number;
}

interface IdTokenWish {
  readonly user: User;
  readonly app: App;
  readonly issuer: string;
  readonly nonce: string | null;
  readonly lifetimeSeconds: number;
}

interface RefreshWish {
  readonly user: User;
  readonly app: App;
  readonly strength: Strength;
  readonly generation: number;
}

/** What ARM makes of a bearer token. It says more exactly than Graph what is wrong. */
export type ArmToken =
  | { readonly kind: 'accepted'; readonly caller: Caller }
  | { readonly kind: 'missing' | 'invalid' | 'expired' | 'wrong-audience' };

/** Signs and reads every token of the simulator. Refresh tokens carry their own state. */
export interface Mint {
  accessToken(wish: AccessWish): Promise<string>;
  idToken(wish: IdTokenWish): Promise<string>;
  refreshToken(wish: RefreshWish): Promise<string>;
  /** @throws EntraRefusal 70000 for what this simulator did not sign, 700082 for what expired. */
  readRefreshToken(token: string): Promise<RefreshClaims>;
  /** `null` for whatever Graph would answer 401 to. */
  readAccessToken(token: string): Promise<Caller | null>;
  readArmToken(token: string): Promise<ArmToken>;
}

interface Materials {
  readonly key: SigningKey;
  readonly clock: SimClock;
  readonly directory: Directory;
}

function pairwiseSubject(user: User, app: App): string {
  return createHash('sha256').update(`${user.id}|${app.clientId}`).digest('base64url');
}

interface Signer {
  readonly sign: (
    payload: Readonly<Record<string, unknown>>,
    lifetimeSeconds: number,
  ) => Promise<string>;
  /** The payload of what this key signed for that audience; throws jose's errors. */
  readonly verify: (token: string, audience: string | string[]) => Promise<unknown>;
}

function createSigner(key: SigningKey, clock: SimClock, issuer: string): Signer {
  return {
    sign: (payload, lifetimeSeconds) => {
      const now = Math.floor(clock.now().getTime() / 1000);
      const times = { iat: now, nbf: now, exp: now + lifetimeSeconds };
      return new SignJWT({ ...payload, ...times })
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: key.id })
        .sign(key.signWith);
    },
    verify: async (token, audience) => {
      const options = { algorithms: ['RS256'], issuer, audience, currentDate: clock.now() };
      return (await jwtVerify(token, key.verifyWith, options)).payload;
    },
  };
}

/** Claims that access and ID tokens share. */
function person(user: User, app: App, tenantId: string): Record<string, unknown> {
  return {
    tid: tenantId,
    oid: user.id,
    sub: pairwiseSubject(user, app),
    name: user.displayName,
    uti: randomUUID(),
  };
}

/** As Graph's own tokens: version 1.0, hence `appid` and `upn`. */
function accessPayload(wish: AccessWish): Record<string, unknown> {
  const { user, app, resource, scopes, strength, capabilities } = wish;
  return {
    aud: resource,
    upn: user.userPrincipalName,
    appid: app.clientId,
    appidacr: '0',
    scp: scopes.join(' '),
    amr: strength.amr,
    ...(strength.acrs.length > 0 ? { acrs: strength.acrs } : {}),
    ...(capabilities.length > 0 ? { xms_cc: capabilities } : {}),
    ...wish.effect,
    ver: '1.0',
  };
}

function toCaller(payload: unknown): Caller {
  const claims = accessClaims.parse(payload);
  return {
    objectId: claims.oid,
    tenantId: claims.tid,
    username: claims.upn,
    clientId: claims.appid,
    scopes: claims.scp.split(' ').filter((scope) => scope !== ''),
    amr: claims.amr,
    acrs: claims.acrs,
  };
}

function armRefusal(error: unknown): ArmToken {
  if (error instanceof errors.JWTExpired) return { kind: 'expired' };
  const isAudience = error instanceof errors.JWTClaimValidationFailed && error.claim === 'aud';
  return { kind: isAudience ? 'wrong-audience' : 'invalid' };
}

function toRefusal(error: unknown): EntraRefusal {
  if (!(error instanceof errors.JWTExpired)) {
    return new EntraRefusal(70000, { parameter: 'refresh_token' });
  }
  const issued = new Date((error.payload.iat ?? 0) * 1000).toISOString();
  return new EntraRefusal(700082, { issued });
}

export function createMint({ key, clock, directory }: Materials): Mint {
  const tenantId = directory.tenant.id;
  const iss = `${ISSUER}/${tenantId}/`;
  const { sign, verify } = createSigner(key, clock, iss);

  return {
    accessToken: (wish) => {
      const who = person(wish.user, wish.app, tenantId);
      return sign({ iss, ...who, ...accessPayload(wish) }, wish.lifetimeSeconds);
    },
    idToken: ({ user, app, issuer, nonce, lifetimeSeconds }) => {
      const payload = {
        iss: issuer,
        aud: app.clientId,
        ...person(user, app, tenantId),
        preferred_username: user.userPrincipalName,
        ...(nonce === null ? {} : { nonce }),
        ver: '2.0',
      };
      return sign(payload, lifetimeSeconds);
    },
    refreshToken: ({ user, app, strength, generation }) => {
      const { amr, acrs } = strength;
      const about = { aud: REFRESH_AUDIENCE, jti: randomUUID(), generation, amr, acrs };
      const payload = { iss, ...about, oid: user.id, appid: app.clientId };
      return sign(payload, REFRESH_DAYS * DAY_SECONDS);
    },
    readRefreshToken: async (token) => {
      try {
        return refreshClaims.parse(await verify(token, REFRESH_AUDIENCE));
      } catch (error) {
        throw toRefusal(error);
      }
    },
    readAccessToken: async (token) => {
      try {
        return toCaller(await verify(token, GRAPH));
      } catch {
        return null;
      }
    },
    readArmToken: async (token) => {
      try {
        return { kind: 'accepted', caller: toCaller(await verify(token, ARM_AUDIENCES)) };
      } catch (error) {
        return armRefusal(error);
      }
    },
  };
}
