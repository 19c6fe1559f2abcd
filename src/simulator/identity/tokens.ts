import { createHash, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { Caller, SimClock } from '../world.ts';
import type { Strength } from './claims.ts';
import { type Account, providerOf } from './accounts.ts';
import { EntraRefusal } from './aadsts.ts';
import type { App, Directories, Directory } from './directory.ts';
import { ARM_AUDIENCES, GRAPH } from './scopes.ts';
import type { Revocations } from './revocations.ts';
import type { SigningKey } from './signing-key.ts';

const REFRESH_AUDIENCE = 'refresh';
/** The same in every process, unlike the port: a demo's cached tokens outlive the process. */
const ISSUER = 'https://sts.simulator.invalid';
const REFRESH_DAYS = 90;
const DAY_SECONDS = 86_400;

const accessClaims = z.object({
  oid: z.string(),
  tid: z.string(),
  /** Of members; guests have none. */
  upn: z.string().optional(),
  unique_name: z.string().optional(),
  appid: z.string(),
  scp: z.string(),
  amr: z.array(z.string()),
  acrs: z.array(z.string()).default([]),
  xms_cc: z.array(z.string()).default([]),
  /** Ours: how many times the person's access tokens had been ended. */
  evaluation: z.number().default(0),
});

/** The person at home, and the client: not a tenant, and not a resource. */
const refreshClaims = z.object({
  /** Missing from those of earlier versions, which had one tenant. */
  tid: z.string().optional(),
  oid: z.string(),
  appid: z.string(),
  /** How many revocations this person had behind them when it was issued. */
  generation: z.number(),
  amr: z.array(z.string()),
  acrs: z.array(z.string()),
});

type RefreshClaims = z.infer<typeof refreshClaims> & { readonly tid: string };

interface AccessWish {
  readonly account: Account;
  readonly app: App;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly strength: Strength;
  readonly capabilities: readonly string[];
  readonly evaluation: number;
  /** Claims about roles and groups. */
  readonly effect?: Readonly<Record<string, unknown>>;
  readonly lifetimeSeconds: number;
}

interface IdTokenWish {
  readonly account: Account;
  readonly app: App;
  readonly issuer: string;
  readonly nonce: string | null;
  readonly lifetimeSeconds: number;
}

interface RefreshWish {
  readonly account: Account;
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
  readonly directories: Directories;
  readonly revocations: Revocations;
}

function pairwiseSubject({ user }: Account, app: App): string {
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

function createSigner({ key, clock, directories }: Materials): Signer {
  const issuer = directories.map(issuerIn);
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

function issuerIn({ tenant }: Directory): string {
  return `${ISSUER}/${tenant.id}/`;
}

/** Claims that access and ID tokens share: who somebody is in the tenant signed in to. */
function person(account: Account, app: App): Record<string, unknown> {
  const { user, directory, home } = account;
  return {
    tid: directory.tenant.id,
    oid: user.id,
    sub: pairwiseSubject(account, app),
    name: user.displayName,
    // Left out where it would say the same as the issuer.
    ...(user.home === undefined ? {} : { idp: providerOf(home) }),
    uti: randomUUID(),
  };
}

/**
 * As Graph's own tokens: version 1.0, hence `appid`, `unique_name` and `upn`. A guest's has no `upn`
 * unless the resource asks for it. Source: Microsoft Learn, "Configure and manage optional claims".
 */
function accessPayload(wish: AccessWish): Record<string, unknown> {
  const { account, app, resource, scopes, strength, capabilities, evaluation } = wish;
  const { user, home } = account;
  return {
    aud: resource,
    unique_name: home.userPrincipalName,
    ...(user.home === undefined ? { upn: user.userPrincipalName } : {}),
    appid: app.clientId,
    appidacr: '0',
    scp: scopes.join(' '),
    amr: strength.amr,
    ...(strength.acrs.length > 0 ? { acrs: strength.acrs } : {}),
    ...(capabilities.length > 0 ? { xms_cc: capabilities } : {}),
    ...(evaluation > 0 ? { evaluation } : {}),
    ...wish.effect,
    ver: '1.0',
  };
}

/** Object id at home of whom a token is for. */
function homeIdIn(directories: Directories, { tid, oid }: z.infer<typeof accessClaims>): string {
  const directory = directories.find(({ tenant }) => tenant.id === tid);
  return directory?.users.find(({ id }) => id === oid)?.home?.objectId ?? oid;
}

function toCaller({ directories, revocations }: Materials, payload: unknown): Caller {
  const claims = accessClaims.parse(payload);
  return {
    objectId: claims.oid,
    tenantId: claims.tid,
    username: claims.upn ?? claims.unique_name ?? '',
    clientId: claims.appid,
    scopes: claims.scp.split(' ').filter((scope) => scope !== ''),
    amr: claims.amr,
    acrs: claims.acrs,
    capabilities: claims.xms_cc,
    outdatedAt: revocations.outdatedAt(homeIdIn(directories, claims), claims.evaluation),
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

export function createMint(materials: Materials): Mint {
  const { directories } = materials;
  const { sign, verify } = createSigner(materials);

  return {
    accessToken: (wish) => {
      const who = person(wish.account, wish.app);
      const iss = issuerIn(wish.account.directory);
      return sign({ iss, ...who, ...accessPayload(wish) }, wish.lifetimeSeconds);
    },
    idToken: ({ account, app, issuer, nonce, lifetimeSeconds }) => {
      const payload = {
        iss: issuer,
        aud: app.clientId,
        ...person(account, app),
        preferred_username: account.home.userPrincipalName,
        ...(nonce === null ? {} : { nonce }),
        ver: '2.0',
      };
      return sign(payload, lifetimeSeconds);
    },
    refreshToken: ({ account, app, strength, generation }) => {
      const { amr, acrs } = strength;
      const about = { aud: REFRESH_AUDIENCE, jti: randomUUID(), generation, amr, acrs };
      const { tenantId: tid, objectId: oid } = account.home;
      const iss = issuerIn(account.directory);
      const payload = { iss, ...about, tid, oid, appid: app.clientId };
      return sign(payload, REFRESH_DAYS * DAY_SECONDS);
    },
    readRefreshToken: async (token) => {
      try {
        const claims = refreshClaims.parse(await verify(token, REFRESH_AUDIENCE));
        return { ...claims, tid: claims.tid ?? directories[0].tenant.id };
      } catch (error) {
        throw toRefusal(error);
      }
    },
    readAccessToken: async (token) => {
      try {
        return toCaller(materials, await verify(token, GRAPH));
      } catch {
        return null;
      }
    },
    readArmToken: async (token) => {
      try {
        const payload = await verify(token, ARM_AUDIENCES);
        return { kind: 'accepted', caller: toCaller(materials, payload) };
      } catch (error) {
        return armRefusal(error);
      }
    },
  };
}
