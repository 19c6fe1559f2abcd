import { randomUUID } from 'node:crypto';
import type { SimResponse } from '../world.ts';
import { type Account, type Door, accountByName, accountsAt, defaultAccount } from './accounts.ts';
import { describe, EntraRefusal } from './aadsts.ts';
import { parseClaims, strengthOf } from './claims.ts';
import { type App, appFor, tenantNameAt } from './directory.ts';
import {
  clientInfoOf,
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

/** One sign-in: at which address, for which app, and where it ends. */
interface Entry {
  readonly desk: Desk;
  readonly visit: Visit;
  readonly app: App;
  readonly redirectUri: string;
}

function doorOf({ desk, visit, app }: Entry): Door {
  return { directories: desk.directories, path: visit.path, app };
}

/** Who signs in when nobody is asked. */
function automaticAccount(entry: Entry, query: URLSearchParams): Account {
  const name = entry.desk.behaviour().signInAs ?? query.get('login_hint');
  return name === null ? defaultAccount(doorOf(entry)) : accountByName(doorOf(entry), name);
}

/** `null` = a person must pick. */
function accountFor(entry: Entry): Account | null {
  const { request } = entry.visit;
  const query = request.url.searchParams;
  if (entry.desk.behaviour().signIn === 'automatic') return automaticAccount(entry, query);
  if (query.get('prompt') === 'none') throw new EntraRefusal(50058);
  if (request.method !== 'POST') return null;
  const form = new URLSearchParams(request.body);
  if (form.has('cancel')) throw new EntraRefusal(65004);
  return accountByName(doorOf(entry), form.get('user') ?? '');
}

function clientInfo(query: URLSearchParams, account: Account): Answer {
  return query.get('client_info') === '1' ? { client_info: clientInfoOf(account) } : {};
}

interface ConsentQuestion extends Consent {
  readonly query: URLSearchParams;
}

/** Asks the person, as far as they may decide, unless nobody may be asked anything. */
function askForConsent(desk: Desk, { query, account, app, wish }: ConsentQuestion): void {
  const { user } = account;
  if (query.get('prompt') !== 'none') consent(desk, { account, app, wish });
  requireConsent(desk.consents.appOf(user, app), wish);
}

function signIn(entry: Entry): SimResponse {
  const { desk, visit, redirectUri } = entry;
  const { path } = visit;
  const query = visit.request.url.searchParams;
  const challenge = requireProtocol(query);
  const scope = query.get('scope');
  if (scope === null) throw new EntraRefusal(70011, { scope: '' });
  const wish = parseScopes(scope);
  const wanted = parseClaims(query.get('claims'));
  const account = accountFor(entry);
  if (account === null) {
    return accountPicker({
      tenantName: tenantNameAt(desk.directories, path),
      appName: entry.app.displayName,
      accounts: accountsAt(desk.directories, path),
      redirectOrigin: new URL(redirectUri).origin,
    });
  }
  const app = appFor(desk.directories, account.directory, entry.app.clientId);
  requireWelcome(desk, { account, app }, ['page', 'redirect']);
  askForConsent(desk, { query, account, app, wish });
  const code = desk.codes.issue({
    account,
    path,
    clientId: app.clientId,
    redirectUri,
    scope,
    nonce: query.get('nonce'),
    challenge,
    strength: strengthOf(wanted, { always: desk.behaviour().mfa }),
  });
  return back(query, redirectUri, {
    code: desk.issued(code),
    ...clientInfo(query, account),
    session_state: randomUUID(),
  });
}

/** `GET /{tenant}/oauth2/v2.0/authorize`; the account picker posts to the same address. */
export function authorize(desk: Desk, visit: Visit): SimResponse {
  const { request, path } = visit;
  const query = request.url.searchParams;
  const app = appFor(desk.directories, path, query.get('client_id'));
  const redirectUri = requireRedirectUri(app, query.get('redirect_uri'));
  try {
    return signIn({ desk, visit, app, redirectUri });
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
