import type { SimRequest, SimResponse } from '../world.ts';
import { EntraRefusal } from './aadsts.ts';
import { type Desk, json, type Visit } from './endpoint.ts';

/** The public cloud, as Microsoft's instance discovery describes it. */
const PUBLIC_CLOUD = {
  preferred_network: 'login.microsoftonline.com',
  preferred_cache: 'login.windows.net',
  aliases: [
    'login.microsoftonline.com',
    'login.windows.net',
    'login.microsoft.com',
    'sts.windows.net',
  ],
};

function isNamed({ url }: SimRequest): boolean {
  return url.hostname === PUBLIC_CLOUD.preferred_network;
}

/** Who says it signed an ID token: the tenant, under the name that the client called. */
export function issuerOf({ url }: SimRequest, tenantId: string): string {
  return `${url.origin}/${tenantId}/v2.0`;
}

/** `GET /{tenant}/v2.0/.well-known/openid-configuration` */
export function openidConfiguration(_desk: Desk, { request, segment, path }: Visit): SimResponse {
  const base = `${request.url.origin}/${segment}`;
  const isPublic = isNamed(request);
  return json(200, {
    issuer: issuerOf(request, path?.tenant.id ?? '{tenantid}'),
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['none'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'nonce', 'preferred_username', 'name'],
    tenant_region_scope: null,
    cloud_instance_name: isPublic ? 'microsoftonline.com' : 'simulator.invalid',
    ...(isPublic && { msgraph_host: 'graph.microsoft.com' }),
  });
}

/** The address of the authority that a client wants to know more of. */
function authorityAsked({ url }: SimRequest): URL {
  const parameter = 'authorization_endpoint';
  const asked = url.searchParams.get(parameter);
  if (asked === null) throw new EntraRefusal(900144, { parameter });
  const authority = URL.canParse(asked) ? new URL(asked) : null;
  if (authority !== null && PUBLIC_CLOUD.aliases.includes(authority.hostname)) return authority;
  throw new EntraRefusal(50049);
}

/** `GET /common/discovery/instance`: whether an authority is Microsoft's, and its other names. */
export function instanceDiscovery(_desk: Desk, { request, segment }: Visit): SimResponse {
  const isPublic = isNamed(request);
  const tenant = isPublic ? authorityAsked(request).pathname.split('/')[1] : segment;
  const { origin } = request.url;
  return json(200, {
    tenant_discovery_endpoint: `${origin}/${tenant}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: isPublic ? [PUBLIC_CLOUD] : [],
  });
}
