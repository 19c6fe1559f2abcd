import { allPermissions } from './permissions.ts';
import { DEFAULT_CLIENT_ID, PUBLIC_CLOUD, type Settings } from './settings.ts';

type App = Pick<Settings, 'endpoints' | 'tenant' | 'clientId'>;

/** Whose registration we cannot read: what it is to be granted has to be named. */
export function isBuiltIn({ clientId }: Pick<Settings, 'clientId'>): boolean {
  return clientId.value.toLowerCase() === DEFAULT_CLIENT_ID;
}

function scopesOf({ endpoints }: App): string {
  const isPlayed = endpoints.authority.kind === 'simulator';
  const { graphOrigin } = isPlayed ? PUBLIC_CLOUD : endpoints;
  return allPermissions('graph')
    .map((permission) => `${graphOrigin}/${permission}`)
    .join(' ');
}

/**
 * Where an administrator consents for everybody in the tenant. An app of one's own is granted what
 * its registration names, on all APIs; the built-in one what we ask Graph for.
 * Source: Microsoft Learn, "Construct the URL for granting tenant-wide admin consent".
 */
export function adminConsentUrl(app: App): string {
  const { endpoints, tenant, clientId } = app;
  const base = `${endpoints.authority.origin}/${tenant?.value ?? 'organizations'}`;
  const query = `adminconsent?client_id=${encodeURIComponent(clientId.value)}`;
  if (!isBuiltIn(app)) return `${base}/${query}`;
  const scope = encodeURIComponent(scopesOf(app));
  const redirect = encodeURIComponent('http://localhost');
  return `${base}/v2.0/${query}&redirect_uri=${redirect}&scope=${scope}`;
}
