import { randomUUID } from 'node:crypto';
import type { Effect } from '../effect.ts';
import type { SimClock, SimRequest, SimResponse } from '../world.ts';
import { AADSTS, EntraRefusal, type Trace } from './aadsts.ts';
import type { Codes } from './codes.ts';
import type { Consents } from './consents.ts';
import { type Account, providerOf } from './accounts.ts';
import type { App, Directories, TenantPath } from './directory.ts';
import type { DeviceCodes } from './device-codes.ts';
import type { IdentityBehaviour } from './identity-behaviour.ts';
import { consentable, type ScopeWish } from './scopes.ts';
import type { SigningKey } from './signing-key.ts';
import type { Revocations } from './revocations.ts';
import type { Mint } from './tokens.ts';

/** What every endpoint of the identity half works with. */
export interface Desk {
  readonly clock: SimClock;
  readonly directories: Directories;
  readonly key: SigningKey;
  readonly mint: Mint;
  readonly codes: Codes;
  readonly deviceCodes: DeviceCodes;
  readonly consents: Consents;
  /** As it is now: the control surface may have changed it. */
  readonly behaviour: () => IdentityBehaviour;
  /** What the person's roles and groups in that tenant come to now. */
  readonly effect: (account: Account) => Promise<Effect>;
  readonly revocations: Revocations;
  /** Remembers a token or code that is about to leave, for tests that search logs for them. */
  readonly issued: (secret: string) => string;
  /** Remembers what a client showed that nobody else may see: verifiers, demands. */
  readonly presented: (secret: string) => void;
}

/** One request, with the tenant of its path already looked up. */
export interface Visit {
  readonly request: SimRequest;
  readonly segment: string;
  readonly path: TenantPath;
}

export function traceOf(desk: Desk, request: SimRequest): Trace {
  return {
    traceId: randomUUID(),
    correlationId:
      request.url.searchParams.get('client-request-id') ??
      request.headers['client-request-id'] ??
      randomUUID(),
    time: desk.clock.now(),
  };
}

export function json(status: number, body: unknown): SimResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store, no-cache',
    },
    body: JSON.stringify(body),
  };
}

/** Names the person at home, so that a client knows an account again in every tenant. */
export function clientInfoOf({ home }: Account): string {
  const info = { uid: home.objectId, utid: home.tenantId };
  return Buffer.from(JSON.stringify(info)).toString('base64url');
}

/** Somebody who is asked to let an app do something. */
export interface Consent {
  readonly account: Account;
  readonly app: App;
  readonly wish: ScopeWish;
}

/** Asks the person, as far as they may decide. */
export function consent({ behaviour, consents }: Desk, { account, app, wish }: Consent): void {
  const { user } = account;
  const { userConsent } = behaviour();
  if (userConsent === 'never') return;
  const who = userConsent === 'given' ? 'user' : 'administrator';
  consents.give(user, app, consentable(consents.appOf(user, app), wish, who));
}

/** Sign-ins that the behaviour says to refuse at that point. */
export function requireWelcome(
  desk: Desk,
  { account, app }: { readonly account: Account; readonly app: App },
  at: readonly ('page' | 'redirect' | 'token')[],
): void {
  const { user, home, directory } = account;
  const ids = [user.id, home.objectId, app.clientId];
  const names = new Set(['*', user.userPrincipalName, home.userPrincipalName, ...ids]);
  const hit = desk
    .behaviour()
    .refusals.find((refusal) => at.includes(refusal.at) && names.has(refusal.appliesTo));
  if (!hit) return;
  throw new EntraRefusal(hit.code, {
    app: app.clientId,
    appName: app.displayName,
    user: home.userPrincipalName,
    idp: providerOf(home),
    tenant: directory.tenant.displayName,
  });
}

/** Whether that refusal sends the browser back to the app. */
export function returnsToApp(desk: Desk, refusal: EntraRefusal): boolean {
  const behaviour = desk.behaviour();
  const asked = behaviour.refusals.find((rule) => rule.code === refusal.code);
  if (asked) return asked.at === 'redirect';
  const isConsent = refusal.code === 65001 || refusal.code === 90094;
  if (isConsent && behaviour.consentRefusal === 'page') return false;
  return 'shown' in AADSTS[refusal.code];
}
