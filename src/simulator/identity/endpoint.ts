import { randomUUID } from 'node:crypto';
import type { Effect } from '../effect.ts';
import type { SimClock, SimRequest, SimResponse } from '../world.ts';
import { AADSTS, EntraRefusal, type Trace } from './aadsts.ts';
import type { Codes } from './codes.ts';
import type { Consents } from './consents.ts';
import type { App, Directory, TenantPath, User } from './directory.ts';
import type { DeviceCodes } from './device-codes.ts';
import type { IdentityBehaviour } from './identity-behaviour.ts';
import { consentable, type ScopeWish } from './scopes.ts';
import type { SigningKey } from './signing-key.ts';
import type { Mint } from './tokens.ts';

/** What every endpoint of the identity half works with. */
export interface Desk {
  readonly clock: SimClock;
  readonly directory: Directory;
  readonly key: SigningKey;
  readonly mint: Mint;
  readonly codes: Codes;
  readonly deviceCodes: DeviceCodes;
  readonly consents: Consents;
  /** As it is now: the control surface may have changed it. */
  readonly behaviour: () => IdentityBehaviour;
  /** What the person's roles and groups come to now. */
  readonly effect: (userId: string) => Promise<Effect>;
  /** How many times that user's refresh tokens were revoked. */
  readonly generationOf: (userId: string) => number;
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

/** Somebody who is asked to let an app do something. */
export interface Consent {
  readonly user: User;
  readonly app: App;
  readonly wish: ScopeWish;
}

/** Asks the person, as far as they may decide. */
export function consent({ behaviour, consents }: Desk, { user, app, wish }: Consent): void {
  const { userConsent } = behaviour();
  if (userConsent === 'never') return;
  const who = userConsent === 'given' ? 'user' : 'administrator';
  consents.give(user, app, consentable(consents.appOf(user, app), wish, who));
}

/** Sign-ins that the behaviour says to refuse at that point. */
export function requireWelcome(
  desk: Desk,
  { user, app }: { readonly user: User; readonly app: App },
  at: readonly ('page' | 'redirect' | 'token')[],
): void {
  const names = new Set(['*', user.userPrincipalName, user.id, app.clientId]);
  const hit = desk
    .behaviour()
    .refusals.find((refusal) => at.includes(refusal.at) && names.has(refusal.appliesTo));
  if (!hit) return;
  throw new EntraRefusal(hit.code, {
    app: app.clientId,
    appName: app.displayName,
    user: user.userPrincipalName,
    tenant: desk.directory.tenant.displayName,
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
