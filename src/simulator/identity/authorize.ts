import { randomUUID } from 'node:crypto';
import type { SimRequest, SimResponse } from '../world.ts';
import { describe, EntraRefusal } from './aadsts.ts';
import { parseClaims, strengthOf } from './claims.ts';
import { type App, appFor, defaultUser, type User, userByName } from './directory.ts';
import {
  type Consent,
  consent,
  type Desk,
  requireWelcome,
  returnsToApp,
  traceOf,
  type Visit,
} from './endpoint.ts';
import { accountPicker, autoPost, errorPage } from './pages.ts';
import { parseScopes, requireConsent } from './scopes.ts';

type Answer = Readonly<Record<string, string>>;

/** `http://localhost` is registered for every app; Entra ignores the port of it. */
function requireRedirectUri(app: App, given: string | null): string {
  const url = given !== null && URL.canParse(given) ? new URL(given) : null;
  const isRegistered =
    url?.protocol === 'http:' && url.hostname === 'localhost' && /^\/?$/u.test(url.pathname);
  if (given === null || !isRegistered) {
    throw new EntraRefusal(50011, { redirect: given ?? '', app: app.clientId });
  }
  return given;
}

function back(query: URLSearchParams, redirectUri: string, answer: Answer): SimResponse {
  const fields = new URLSearchParams(answer);
  const state = query.get('state');
  if (state !== null) fields.set('state', state);
  const mode = query.get('response_mode') ?? 'query';
  if (mode === 'form_post') return autoPost(redirectUri, fields);
  const url = new URL(redirectUri);
  if (mode === 'fragment') url.hash = fields.toString();
  else for (const [name, value] of fields) url.searchParams.set(name, value);
  return { status: 302, headers: { location: url.href, 'cache-control': 'no-store' }, body: '' };
}

function requireProtocol(query: URLSearchParams): string {
  const type = query.get('response_type');
  if (type !== 'code') throw new EntraRefusal(70005, { type: type ?? '' });
  const challenge = query.get('code_challenge');
  const isHashed = query.get('code_challenge_method') === 'S256';
  if (challenge === null || !isHashed) throw new EntraRefusal(9002325);
  return challenge;
}

/** Who signs in when nobody is asked. */
function automaticUser(desk: Desk, query: URLSearchParams): User {
  const name = desk.behaviour().signInAs ?? query.get('login_hint');
  return name === null ? defaultUser(desk.directory) : userByName(desk.directory, name);
}

/** `null` = a person must pick. */
function userOf(desk: Desk, request: SimRequest): User | null {
  const query = request.url.searchParams;
  if (desk.behaviour().signIn === 'automatic') return automaticUser(desk, query);
  if (query.get('prompt') === 'none') throw new EntraRefusal(50058);
  if (request.method !== 'POST') return null;
  const form = new URLSearchParams(request.body);
  if (form.has('cancel')) throw new EntraRefusal(65004);
  return userByName(desk.directory, form.get('user') ?? '');
}

function clientInfo(desk: Desk, query: URLSearchParams, user: User): Answer {
  if (query.get('client_info') !== '1') return {};
  const info = { uid: user.id, utid: desk.directory.tenant.id };
  return { client_info: Buffer.from(JSON.stringify(info)).toString('base64url') };
}

interface ConsentQuestion extends Consent {
  readonly query: URLSearchParams;
}

/** Asks the person, as far as they may decide, unless nobody may be asked anything. */
function askForConsent(desk: Desk, { query, user, app, wish }: ConsentQuestion): void {
  if (query.get('prompt') !== 'none') consent(desk, { user, app, wish });
  requireConsent(desk.consents.appOf(user, app), wish);
}

function signIn(desk: Desk, request: SimRequest, app: App, redirectUri: string): SimResponse {
  const query = request.url.searchParams;
  const challenge = requireProtocol(query);
  const scope = query.get('scope');
  if (scope === null) throw new EntraRefusal(70011, { scope: '' });
  const wish = parseScopes(scope);
  const wanted = parseClaims(query.get('claims'));
  const user = userOf(desk, request);
  if (user === null) {
    return accountPicker({
      tenantName: desk.directory.tenant.displayName,
      appName: app.displayName,
      users: desk.directory.users,
      redirectOrigin: new URL(redirectUri).origin,
    });
  }
  requireWelcome(desk, { user, app }, ['page', 'redirect']);
  askForConsent(desk, { query, user, app, wish });
  const code = desk.codes.issue({
    user,
    clientId: app.clientId,
    redirectUri,
    scope,
    nonce: query.get('nonce'),
    challenge,
    strength: strengthOf(wanted, { always: desk.behaviour().mfa }),
  });
  return back(query, redirectUri, {
    code: desk.issued(code),
    ...clientInfo(desk, query, user),
    session_state: randomUUID(),
  });
}

/** `GET /{tenant}/oauth2/v2.0/authorize`; the account picker posts to the same address. */
export function authorize(desk: Desk, { request, path }: Visit): SimResponse {
  const query = request.url.searchParams;
  const app = appFor(desk.directory, path, query.get('client_id'));
  const redirectUri = requireRedirectUri(app, query.get('redirect_uri'));
  try {
    return signIn(desk, request, app, redirectUri);
  } catch (error) {
    if (!(error instanceof EntraRefusal)) throw error;
    const description = describe(error, traceOf(desk, request));
    if (!returnsToApp(desk, error)) return errorPage(description);
    const { error: name, suberror } = error.refusal;
    return back(query, redirectUri, {
      error: name,
      error_description: description,
      ...(suberror === undefined ? {} : { error_subcode: suberror }),
    });
  }
}
