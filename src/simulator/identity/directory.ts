import { EntraRefusal } from './aadsts.ts';

/** Who somebody is in the tenant where they belong. It is the same wherever they sign in. */
export interface Home {
  readonly tenantId: string;
  readonly objectId: string;
  readonly userPrincipalName: string;
}

export interface User {
  readonly id: string;
  readonly userPrincipalName: string;
  readonly displayName: string;
  readonly isDefault?: boolean | undefined;
  /** Of a guest. */
  readonly home?: Home | undefined;
}

export interface App {
  readonly clientId: string;
  readonly displayName: string;
  readonly redirectPlatform: 'mobile' | 'web';
  readonly signInAudience: 'multi' | 'single';
  /** `preauthorized`: nobody can consent to more than it has. */
  readonly consent: 'asked' | 'preauthorized';
  readonly consentedScopes: readonly string[];
  readonly enabled: boolean;
}

/** What the identity half needs to know of a tenant: a scenario is one. */
export interface Directory {
  readonly tenant: { readonly id: string; readonly domain: string; readonly displayName: string };
  readonly users: readonly User[];
  readonly apps: readonly App[];
}

/** Every tenant behind the address. The first is meant where none is named. */
export type Directories = readonly [Directory, ...Directory[]];

/** First segment of a path: a tenant; `null` = the home tenant of whoever signs in. */
export type TenantPath = Directory | null;

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/iu;

export function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function tenantPath(directories: Directories, segment: string): TenantPath {
  if (isSame(segment, 'common') || isSame(segment, 'organizations')) return null;
  const named = directories.find(
    ({ tenant }) => isSame(segment, tenant.id) || isSame(segment, tenant.domain),
  );
  if (named) return named;
  const code = GUID.test(segment) || DOMAIN.test(segment) ? 90002 : 900023;
  throw new EntraRefusal(code, { tenant: segment });
}

/** What to call the tenant of a path, where it may still be any of them. */
export function tenantNameAt(directories: Directories, path: TenantPath): string {
  const possible = path === null ? directories : [path];
  return possible.map(({ tenant }) => tenant.displayName).join(' or ');
}

/** An app is known in its own tenant; one for many tenants in all, where nothing was consented to yet. */
function appIn(directories: Directories, path: TenantPath, clientId: string): App | undefined {
  const all = directories.flatMap(({ apps }) => apps);
  const isMeant = (app: App): boolean => isSame(app.clientId, clientId);
  if (path === null) return all.find(isMeant);
  const own = path.apps.find(isMeant);
  if (own) return own;
  const foreign = all.find((app) => isMeant(app) && app.signInAudience === 'multi');
  return foreign && { ...foreign, consentedScopes: [] };
}

/** The app that signs somebody in, if it exists, is enabled, and may do so through that path. */
export function appFor(directories: Directories, path: TenantPath, clientId: string | null): App {
  if (clientId === null) throw new EntraRefusal(900144, { parameter: 'client_id' });
  const app = appIn(directories, path, clientId);
  if (!app) {
    const { displayName: tenant } = (path ?? directories[0]).tenant;
    throw new EntraRefusal(700016, { app: clientId, tenant });
  }
  const facts = { app: app.clientId, appName: app.displayName };
  if (!app.enabled) throw new EntraRefusal(7000112, facts);
  if (path === null && app.signInAudience === 'single') throw new EntraRefusal(50194, facts);
  return app;
}
