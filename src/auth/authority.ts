import type { NodeAuthOptions } from '@azure/msal-node';
import type { Settings } from '../domain/settings.ts';

/**
 * Only a name: MSAL keeps tokens by the authority's host, so those of a simulator can never be taken
 * for real ones, nor the other way round. `.invalid` never resolves.
 */
const SIMULATOR_HOST = 'simulator.invalid';

/** Hosts that MSAL knows by itself; it asks Microsoft about all others unless it is told. */
const KNOWN_HOSTS = [
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.partner.microsoftonline.cn',
];

const ANY_ORGANISATION = 'organizations';

function simulatorMetadata(origin: string): string {
  const tenant = `${origin}/{tenantid}`;
  return JSON.stringify({
    issuer: `${tenant}/v2.0`,
    authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${tenant}/oauth2/v2.0/token`,
    end_session_endpoint: `${tenant}/oauth2/v2.0/logout`,
    jwks_uri: `${tenant}/discovery/v2.0/keys`,
  });
}

/** The address to sign in at. Without a tenant: whatever organisation the account belongs to. */
export function authorityUrl({ endpoints, tenant }: Settings, tenantId?: string): string {
  const { kind, origin } = endpoints.authority;
  const base = kind === 'simulator' ? `https://${SIMULATOR_HOST}` : origin;
  return `${base}/${tenantId ?? tenant?.value ?? ANY_ORGANISATION}`;
}

/** Which app signs somebody in, and where: a tenant's id, or `null` for the configured one. */
export interface AppInTenant {
  readonly clientId: string;
  readonly tenantId: string | null;
}

/** MSAL's `auth` options. No request is needed to make sense of the authority. */
export function authOptions(
  settings: Settings,
  { clientId, tenantId }: AppInTenant,
): NodeAuthOptions {
  const { kind, origin } = settings.endpoints.authority;
  const common: NodeAuthOptions = {
    clientId,
    authority: authorityUrl(settings, tenantId ?? undefined),
    // We can answer claims challenges: sign-ins that last, revoked when they must be.
    clientCapabilities: ['cp1'],
  };
  if (kind === 'simulator') {
    const authorityMetadata = simulatorMetadata(origin);
    return { ...common, knownAuthorities: [SIMULATOR_HOST], authorityMetadata };
  }
  const { host } = new URL(origin);
  return KNOWN_HOSTS.includes(host) ? common : { ...common, knownAuthorities: [host] };
}
