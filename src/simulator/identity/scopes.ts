import { EntraRefusal } from './aadsts.ts';
import type { App } from './directory.ts';

export const GRAPH = 'https://graph.microsoft.com';
const MANAGEMENT = 'https://management.azure.com';

/** What a token for Azure Resource Manager may be made out to: two names, with and without slash. */
export const ARM_AUDIENCES = ['https://management.core.windows.net', MANAGEMENT].flatMap((name) => [
  `${name}/`,
  name,
]);

/** Resources by the names that clients use for them. */
const RESOURCES: Readonly<Record<string, string>> = {
  [GRAPH]: GRAPH,
  [MANAGEMENT]: MANAGEMENT,
  'https://management.core.windows.net': MANAGEMENT,
};

/** The resources as apps, which is how a refusal names them. */
const RESOURCE_APPS: Readonly<Record<string, string>> = {
  [GRAPH]: '00000003-0000-0000-c000-000000000000',
  [MANAGEMENT]: '797f4846-ba00-4fd7-ba43-dac1f8f63013',
};

const OIDC = new Set(['openid', 'profile', 'offline_access', 'email']);
/** What anybody may consent to for themselves. All of PIM is for administrators. */
const USER_CONSENTABLE = new Set(['user.read', 'user_impersonation']);

/** Microsoft Graph Command Line Tools: as Microsoft's own app it gets Graph, and Azure by no consent. */
const GRAPH_ONLY_APP = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

interface Permission {
  readonly resource: string;
  readonly name: string;
  /** As the client spelled it. Entra answers in the spelling it was asked in. */
  readonly isQualified: boolean;
}

export interface ScopeWish {
  readonly oidc: readonly string[];
  readonly permissions: readonly Permission[];
}

function toPermission(scope: string): Permission {
  if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/u.test(scope)) throw new EntraRefusal(70011, { scope });
  if (!scope.includes('://')) return { resource: GRAPH, name: scope, isQualified: false };
  // `https://host//.default` is valid: the resource's own name may end in a slash.
  const [, host = scope, name = ''] = /^(https?:\/\/[^/]+)\/+(.+)$/u.exec(scope) ?? [];
  const resource = RESOURCES[host.toLowerCase()];
  if (resource === undefined) throw new EntraRefusal(500011, { resource: host });
  return { resource, name, isQualified: true };
}

function refuseMixedDefault(permissions: readonly Permission[]): void {
  for (const { resource } of permissions.filter((permission) => permission.name === '.default')) {
    const others = permissions.filter((other) => other.resource === resource);
    const scope = others.map((other) => other.name).join(' ');
    if (others.length > 1) throw new EntraRefusal(70011, { scope });
  }
}

export function parseScopes(text: string): ScopeWish {
  const scopes = text.split(' ').filter((scope) => scope !== '');
  const permissions = scopes.filter((scope) => !OIDC.has(scope)).map(toPermission);
  refuseMixedDefault(permissions);
  return { oidc: scopes.filter((scope) => OIDC.has(scope)), permissions };
}

/** The one resource that a token can be for; Graph when only OpenID scopes are asked. */
export function oneResource(wish: ScopeWish): string {
  const resources = [...new Set(wish.permissions.map((permission) => permission.resource))];
  const scope = wish.permissions.map((permission) => permission.name).join(' ');
  if (resources.length > 1) throw new EntraRefusal(28000, { scope });
  return resources[0] ?? GRAPH;
}

/** Every permission of that resource which the app has: what a token carries, asked for or not. */
export function grantedScopes(app: App, resource: string): string[] {
  return app.consentedScopes
    .filter((scope) => !OIDC.has(scope))
    .map(toPermission)
    .filter((permission) => permission.resource === resource)
    .map((permission) => permission.name);
}

function isGranted(app: App, { resource, name }: Permission): boolean {
  const granted = grantedScopes(app, resource).map((scope) => scope.toLowerCase());
  return name === '.default' ? granted.length > 0 : granted.includes(name.toLowerCase());
}

function missingFrom(app: App, wish: ScopeWish): readonly Permission[] {
  return wish.permissions.filter((permission) => !isGranted(app, permission));
}

function needsAdministrator({ name }: Permission): boolean {
  return name !== '.default' && !USER_CONSENTABLE.has(name.toLowerCase());
}

/** All or nothing, as in Entra: one permission without consent refuses the whole request. */
export function requireConsent(app: App, wish: ScopeWish): void {
  const missing = missingFrom(app, wish);
  const [first] = missing;
  if (!first) return;
  if (app.consent === 'preauthorized') {
    const resource = RESOURCE_APPS[first.resource] ?? first.resource;
    throw new EntraRefusal(65002, { app: app.clientId, resource });
  }
  const facts = {
    app: app.clientId,
    appName: app.displayName,
    scope: missing.map((permission) => permission.name).join(' '),
  };
  throw new EntraRefusal(missing.some(needsAdministrator) ? 90094 : 65001, facts);
}

/** What every new registration names. */
const REGISTERED: Permission = { resource: GRAPH, name: 'User.Read', isQualified: true };

/** `.default` asks for what the registration names. */
function named(permission: Permission): Permission[] {
  if (permission.name !== '.default') return [permission];
  return permission.resource === GRAPH ? [REGISTERED] : [];
}

/** What a person may consent to, alone or as an administrator, of what is asked for and not granted. */
export function consentable(app: App, wish: ScopeWish, who: 'user' | 'administrator'): string[] {
  if (app.consent === 'preauthorized') return [];
  return missingFrom(app, wish)
    .flatMap(named)
    .filter(({ name }) => who === 'administrator' || USER_CONSENTABLE.has(name.toLowerCase()))
    .filter(({ resource }) => resource === GRAPH || app.clientId !== GRAPH_ONLY_APP)
    .map(({ resource, name }) => `${resource}/${name}`);
}

/** The `scope` of a token answer. MSAL files the token under it, so the spelling must be the client's. */
export function answeredScope(app: App, wish: ScopeWish): string {
  const resource = oneResource(wish);
  const isQualified = wish.permissions.some((permission) => permission.isQualified);
  const isDefault = wish.permissions.some((permission) => permission.name === '.default');
  const names = [...grantedScopes(app, resource), ...(isDefault ? ['.default'] : [])];
  const granted = names.map((name) => (isQualified ? `${resource}/${name}` : name));
  return [...granted, ...wish.oidc.filter((scope) => scope !== 'offline_access')].join(' ');
}
