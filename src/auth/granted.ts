import { allPermissions } from '../domain/permissions.ts';
import type { Settings } from '../domain/settings.ts';

const OPENID = new Set(['openid', 'profile', 'email', 'offline_access']);
const PUBLIC_GRAPH = 'https://graph.microsoft.com';

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

/** As the token endpoint spelt them: to ask for next time, so that the cached token is found. */
export function grantedScopes(answer: readonly string[], settings: Settings): string[] {
  const granted = answer.filter(isPermission);
  return granted.length > 0 ? granted : consentedScopes(settings);
}

/** `RoleEligibilitySchedule.Read.Directory` */
export function shortScopes(answer: readonly string[]): string[] {
  return answer.filter(isPermission).map(shortName);
}
