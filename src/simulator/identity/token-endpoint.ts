import { createHash } from 'node:crypto';
import { declaresCp1 } from '../evaluation.ts';
import type { SimResponse } from '../world.ts';
import { type Account, accountByHome } from './accounts.ts';
import { EntraRefusal } from './aadsts.ts';
import {
  parseClaims,
  requireStrength,
  strengthOf,
  type Strength,
  type WantedClaims,
} from './claims.ts';
import { type App, appFor, type TenantPath } from './directory.ts';
import { effectClaims } from './effect-claims.ts';
import { issuerOf } from './discovery.ts';
import { clientInfoOf, type Desk, json, requireWelcome, type Visit } from './endpoint.ts';
import {
  answeredScope,
  grantedScopes,
  oneResource,
  parseScopes,
  requireConsent,
} from './scopes.ts';

interface TokenRequest {
  readonly visit: Visit;
  readonly form: URLSearchParams;
  readonly app: App;
  readonly wanted: WantedClaims;
}

/** Somebody who has proven who they are: with a code, or with a refresh token. */
interface Session {
  readonly account: Account;
  readonly strength: Strength;
  readonly scope: string;
  readonly nonce: string | null;
}

function required(form: URLSearchParams, parameter: string): string {
  const value = form.get(parameter);
  if (value === null || value === '') throw new EntraRefusal(900144, { parameter });
  return value;
}

/** Source: Microsoft Learn, "Microsoft Entra authentication and authorization error codes". */
function requireSamePath(asked: TenantPath, { path }: Visit): void {
  if (asked !== path) throw new EntraRefusal(700005);
}

function byCode(desk: Desk, { form, app, visit }: TokenRequest): Session {
  const grant = desk.codes.redeem(required(form, 'code'));
  const redirect = form.get('redirect_uri') ?? '';
  if (grant.clientId !== app.clientId) throw new EntraRefusal(70000, { parameter: 'code' });
  requireSamePath(grant.path, visit);
  if (grant.redirectUri !== redirect) throw new EntraRefusal(500112, { redirect });
  const verifier = form.get('code_verifier') ?? '';
  if (verifier !== '') desk.presented(verifier);
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  if (challenge !== grant.challenge) throw new EntraRefusal(501481);
  return { ...grant, scope: form.get('scope') ?? grant.scope };
}

/** Bound to the person and the client; good for every tenant and resource that both may have. */
async function byRefreshToken(desk: Desk, request: TokenRequest): Promise<Session> {
  const { form, app, wanted, visit } = request;
  const claims = await desk.mint.readRefreshToken(required(form, 'refresh_token'));
  if (claims.appid !== app.clientId) throw new EntraRefusal(700007, { app: app.clientId });
  const { directories } = desk;
  const home = { tenantId: claims.tid, objectId: claims.oid };
  if (claims.generation < desk.revocations.generationOf(home.objectId))
    throw new EntraRefusal(50173);
  const account = accountByHome({ directories, path: visit.path, app }, home);
  const strength = { amr: claims.amr, acrs: claims.acrs };
  requireStrength(strength, wanted, app.displayName);
  return { account, strength, scope: form.get('scope') ?? '', nonce: null };
}

/** A sign-in on another device. What policies demand of a device, this one cannot show. */
function byDeviceCode(desk: Desk, { form, app, wanted, visit }: TokenRequest): Session {
  const { deviceCode, deviceCodeContexts, mfa } = desk.behaviour();
  const wish = desk.deviceCodes.redeem(required(form, 'device_code'), app.clientId);
  requireSamePath(wish.path, visit);
  if (deviceCode === 'blocked') throw new EntraRefusal(53003, { app: app.clientId });
  const strength = strengthOf(wanted, { always: mfa });
  return {
    account: wish.account,
    strength: deviceCodeContexts ? strength : { ...strength, acrs: [] },
    scope: form.get('scope') ?? wish.scope,
    nonce: null,
  };
}

type GrantType = (desk: Desk, request: TokenRequest) => Session | Promise<Session>;

const GRANT_TYPES: Readonly<Record<string, GrantType>> = {
  authorization_code: byCode,
  refresh_token: byRefreshToken,
  // As MSAL writes it, and as the RFC does.
  device_code: byDeviceCode,
  'urn:ietf:params:oauth:grant-type:device_code': byDeviceCode,
};

function lifetimeFor(desk: Desk, wanted: WantedClaims): number {
  const { accessTokenSeconds, accessTokenSecondsWithCp1 } = desk.behaviour();
  return declaresCp1(wanted)
    ? (accessTokenSecondsWithCp1 ?? accessTokenSeconds)
    : accessTokenSeconds;
}

async function answer(desk: Desk, request: TokenRequest, session: Session): Promise<SimResponse> {
  const { form, wanted, visit } = request;
  const { account, strength, nonce } = session;
  const { user, directory, home } = account;
  const app = desk.consents.appOf(user, appFor(desk.directories, directory, request.app.clientId));
  const wish = parseScopes(session.scope);
  const resource = oneResource(wish);
  requireWelcome(desk, { account, app }, ['token']);
  requireConsent(app, wish);
  const { accessTokenSeconds } = desk.behaviour();
  const lifetimeSeconds = lifetimeFor(desk, wanted);
  const generation = desk.revocations.generationOf(home.objectId);
  const issuer = issuerOf(visit.request, directory.tenant.id);
  const access = await desk.mint.accessToken({
    account,
    app,
    resource,
    scopes: grantedScopes(app, resource),
    strength,
    capabilities: wanted.capabilities,
    evaluation: desk.revocations.evaluationOf(home.objectId),
    effect: effectClaims(await desk.effect(account), account, desk.behaviour()),
    lifetimeSeconds,
  });
  const isOffline = wish.oidc.includes('offline_access');
  const isOpenId = wish.oidc.includes('openid');
  return json(200, {
    token_type: 'Bearer',
    scope: answeredScope(app, wish),
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: desk.issued(access),
    ...(isOffline && {
      refresh_token: desk.issued(
        await desk.mint.refreshToken({ account, app, strength, generation }),
      ),
    }),
    ...(isOpenId && {
      id_token: desk.issued(
        await desk.mint.idToken({
          account,
          app,
          issuer,
          nonce,
          lifetimeSeconds: accessTokenSeconds,
        }),
      ),
    }),
    ...(form.get('client_info') === '1' && {
      client_info: clientInfoOf(account),
    }),
  });
}

/** `POST /{tenant}/oauth2/v2.0/token` */
export async function redeem(desk: Desk, visit: Visit): Promise<SimResponse> {
  const { request, path } = visit;
  const form = new URLSearchParams(request.body);
  const app = appFor(desk.directories, path, form.get('client_id'));
  const grantType = required(form, 'grant_type');
  const prove = GRANT_TYPES[grantType];
  if (!prove) throw new EntraRefusal(70003, { grant: grantType });
  // A redirect under "Web" makes the app confidential. No secret is ever right here: none exists.
  if (app.redirectPlatform === 'web') throw new EntraRefusal(7000218);
  const claims = form.get('claims') ?? '';
  if (claims.includes('acrs')) desk.presented(claims);
  const tokenRequest = { visit, form, app, wanted: parseClaims(form.get('claims')) };
  return answer(desk, tokenRequest, await prove(desk, tokenRequest));
}
