import { readingPermissions } from '../domain/permissions.ts';
import type { Resource } from '../domain/ports.ts';
import { PUBLIC_CLOUD, type Endpoints, type Settings } from '../domain/settings.ts';

const OPENID = new Set(['openid', 'profile', 'email', 'offline_access']);

const ORIGINS: Readonly<Record<Resource, (endpoints: Endpoints) => string>> = {
  graph: ({ graphOrigin }) => graphOrigin,
  arm: ({ armOrigin }) => armOrigin,
};

/** The API that tokens are for, as scopes name it. The simulator plays the public ones. */
function audience(resource: Resource, { endpoints }: Settings): string {
  const isPlayed = endpoints.authority.kind === 'simulator';
  return ORIGINS[resource](isPlayed ? PUBLIC_CLOUD : endpoints);
}

/** With the app that this API is asked for with, as errors name it. */
export function settingsFor(resource: Resource, settings: Settings): Settings {
  return resource === 'arm' ? { ...settings, clientId: settings.azureClientId } : settings;
}

/** Permissions of one API as a request for a token names them. */
export function scopesOf(
  resource: Resource,
  permissions: readonly string[],
  settings: Settings,
): string[] {
  return permissions.map((permission) => `${audience(resource, settings)}/${permission}`);
}

/** What whoever only looks needs of one API, and no more. */
export function readingScopes(resource: Resource, settings: Settings): string[] {
  return scopesOf(resource, readingPermissions(resource), settings);
}

/** Whatever was consented to for Graph already. */
export function consentedScopes(settings: Settings): string[] {
  return scopesOf('graph', ['.default'], settings);
}

function shortName(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1);
}

function isPermission(scope: string): boolean {
  return !OPENID.has(scope.toLowerCase()) && shortName(scope) !== '.default';
}

/** Whether these scopes can only mean the Graph of these settings: its token goes to no other host. */
export function areForGraph(scopes: readonly string[], settings: Settings): boolean {
  const prefix = `${audience('graph', settings)}/`.toLowerCase();
  // Without an address: what the token endpoint took for the Graph that was asked for.
  return scopes.every((scope) => !scope.includes('/') || scope.toLowerCase().startsWith(prefix));
}

/** As the token endpoint spelt them: to ask for next time, so that the cached token is found. */
export function grantedScopes(answer: readonly string[], settings: Settings): string[] {
  const granted = answer.filter(isPermission);
  return granted.length > 0 ? granted : consentedScopes(settings);
}

/** `RoleEligibilitySchedule.Read.Directory` */
export function shortScopes(answer: readonly string[]): string[] {
  return answer.filter(isPermission).map(shortName);
}
