import { EntraRefusal } from './aadsts.ts';

export interface User {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly isDefault?: boolean | undefined;
}

export interface App {
  readonly clientId: string;
  readonly displayName: string;
  readonly redirectPlatform: 'mobile' | 'web';
  readonly signInAudience: 'multi' | 'single';
  readonly consentedScopes: readonly string[];
  readonly enabled: boolean;
}

/** What the identity half needs to know of the tenant: a scenario is one. */
export interface Directory {
  readonly tenant: { readonly id: string; readonly domain: string; readonly displayName: string };
  readonly users: readonly User[];
  readonly apps: readonly App[];
}

/** First segment of a path: a tenant by name, or whichever one the person belongs to. */
export type TenantPath = 'named' | 'any';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/iu;

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function tenantPath(directory: Directory, segment: string): TenantPath {
  if (same(segment, 'common') || same(segment, 'organizations')) return 'any';
  const { id, domain } = directory.tenant;
  if (same(segment, id) || same(segment, domain)) return 'named';
  const code = GUID.test(segment) || DOMAIN.test(segment) ? 90002 : 900023;
  throw new EntraRefusal(code, { tenant: segment });
}

/** The app that signs somebody in, if it exists, is enabled, and may do so through that path. */
export function appFor(directory: Directory, path: TenantPath, clientId: string | null): App {
  if (clientId === null) throw new EntraRefusal(900144, { parameter: 'client_id' });
  const app = directory.apps.find((candidate) => same(candidate.clientId, clientId));
  if (!app) {
    const tenant = directory.tenant.displayName;
    throw new EntraRefusal(700016, { app: clientId, tenant });
  }
  const facts = { app: app.clientId, appName: app.displayName };
  if (!app.enabled) throw new EntraRefusal(7000112, facts);
  if (path === 'any' && app.signInAudience === 'single') throw new EntraRefusal(50194, facts);
  return app;
}

export function userByName(directory: Directory, name: string): User {
  const user = directory.users.find((candidate) => same(candidate.userPrincipalName, name));
  if (user) return user;
  throw new EntraRefusal(50034, { user: name, tenant: directory.tenant.displayName });
}

export function defaultUser(directory: Directory): User {
  const user = directory.users.find((candidate) => candidate.isDefault) ?? directory.users[0];
  if (user) return user;
  throw new EntraRefusal(50034, { user: 'nobody', tenant: directory.tenant.displayName });
}
