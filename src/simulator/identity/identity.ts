import type { Effect } from '../effect.ts';
import type { Caller, SimClock, SimRequest, SimResponse } from '../world.ts';
import { describe, EntraRefusal, errorBody } from './aadsts.ts';
import { authorize } from './authorize.ts';
import { createCodes } from './codes.ts';
import { createConsents } from './consents.ts';
import { createDeviceCodes } from './device-codes.ts';
import { deviceAnswer, deviceCode, deviceLogin } from './device-login.ts';
import type { Account } from './accounts.ts';
import { type Directories, tenantPath } from './directory.ts';
import { type Desk, json, traceOf, type Visit } from './endpoint.ts';
import { instanceDiscovery, openidConfiguration } from './discovery.ts';
import type { IdentityBehaviour } from './identity-behaviour.ts';
import { errorPage, signedOutPage } from './pages.ts';
import { createRevocations, type Revocations } from './revocations.ts';
import type { SigningKey } from './signing-key.ts';
import { redeem } from './token-endpoint.ts';
import { type ArmToken, createMint } from './tokens.ts';

export interface Identity {
  /** `null` for a path that is not an identity endpoint. */
  readonly handle: (request: SimRequest) => Promise<SimResponse | null>;
  /** Reads an `Authorization` header as Graph would; `null` = 401. */
  readonly authenticate: (authorization: string | undefined) => Promise<Caller | null>;
  /** Reads it as Azure Resource Manager would. */
  readonly authenticateArm: (authorization: string | undefined) => Promise<ArmToken>;
  /**
   * Ends what that person has so far, in all tenants: refresh tokens answer AADSTS50173.
   * @param homeId object id in the home tenant
   */
  readonly revoke: Revocations['add'];
  /** Every token and code handed out so far. */
  readonly issuedSecrets: () => readonly string[];
  /** What clients showed so far that belongs in no log: PKCE verifiers, claims they demanded. */
  readonly presentedSecrets: () => readonly string[];
}

export interface IdentityParts {
  readonly clock: SimClock;
  readonly directories: Directories;
  readonly key: SigningKey;
  readonly behaviour: () => IdentityBehaviour;
  /** What somebody's roles and groups in a tenant come to now. */
  readonly effect: (account: Account) => Promise<Effect>;
}

type Endpoint = (desk: Desk, visit: Visit) => SimResponse | Promise<SimResponse>;

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  'GET v2.0/.well-known/openid-configuration': openidConfiguration,
  'GET discovery/instance': instanceDiscovery,
  'GET discovery/v2.0/keys': ({ key }) => json(200, { keys: [key.publicJwk] }),
  'GET oauth2/v2.0/authorize': authorize,
  'POST oauth2/v2.0/authorize': authorize,
  'POST oauth2/v2.0/token': redeem,
  'POST oauth2/v2.0/devicecode': deviceCode,
  'GET oauth2/deviceauth': deviceLogin,
  'POST oauth2/deviceauth': deviceAnswer,
  'GET oauth2/v2.0/logout': signedOutPage,
};

function refused(desk: Desk, request: SimRequest, error: EntraRefusal): SimResponse {
  const trace = traceOf(desk, request);
  if (/\/(?:authorize|deviceauth)$/u.test(request.url.pathname))
    return errorPage(describe(error, trace));
  return json(error.refusal.status ?? 400, errorBody(error, trace));
}

function bearerOf(authorization: string | undefined): string | null {
  return /^Bearer (\S+)$/iu.exec(authorization ?? '')?.[1] ?? null;
}

/** Microsoft Entra ID as far as a public client needs it: sign-in page, tokens, metadata, keys. */
export function createIdentity(parts: IdentityParts): Identity {
  const revocations = createRevocations(parts.clock);
  const secrets = new Set<string>();
  const presented = new Set<string>();
  const desk: Desk = {
    ...parts,
    revocations,
    mint: createMint({ ...parts, revocations }),
    codes: createCodes(parts.clock),
    deviceCodes: createDeviceCodes(parts.clock),
    consents: createConsents(),
    issued: (secret) => {
      secrets.add(secret);
      return secret;
    },
    presented: (secret) => {
      presented.add(secret);
    },
  };

  return {
    handle: async (request) => {
      const [, segment = '', route = ''] = /^\/([^/]+)\/(.+)$/u.exec(request.url.pathname) ?? [];
      const endpoint = ENDPOINTS[`${request.method} ${route}`];
      if (!endpoint) return null;
      try {
        const path = tenantPath(parts.directories, segment);
        return await endpoint(desk, { request, segment, path });
      } catch (error) {
        if (error instanceof EntraRefusal) return refused(desk, request, error);
        throw error;
      }
    },
    authenticate: async (authorization) => {
      const token = bearerOf(authorization);
      return token === null ? null : desk.mint.readAccessToken(token);
    },
    authenticateArm: async (authorization) => {
      const token = bearerOf(authorization);
      return token === null ? { kind: 'missing' } : desk.mint.readArmToken(token);
    },
    revoke: revocations.add,
    issuedSecrets: () => [...secrets],
    presentedSecrets: () => [...presented],
  };
}
