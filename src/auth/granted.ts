import { allPermissions } from '../domain/permissions.ts';
import type { Settings } from '../domain/settings.ts';

const OPENID = new Set(['openid', 'profile', 'email', 'offline_access']);
const PUBLIC_GRAPH = 'https://graph.microsoft.com';

/** The Graph that tokens are for, as scopes name it. The simulator plays the public one. */
function resource({ endpoints }: Settings): string {
  return endpoints.authority.kind === 'simulator' ? PUBLIC_GRAPH : endpoints.graphOrigin;
}

/** Everything we would like to have. */
export function wantedScopes(settings: Settings): string[] {
  return allPermissions().map((permission) => `${resource(settings)}/${permission}`);
}

/** Whatever was consented to already. */
export function consentedScopes(settings: Settings): string[] {
  return [`${resource(settings)}/.default`];
}

function shortName(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1);
}

function isPermission(scope: string): boolean {
  return !OPENID.has(scope.toLowerCase()) && shortName(scope) !== '.default';
}

/** Whether these scopes can only mean the Graph of these settings: its token goes to no other host. */
export function areForGraph(scopes: readonly string[], settings: Settings): boolean {
  const prefix = `${resource(settings)}/`.toLowerCase();
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
