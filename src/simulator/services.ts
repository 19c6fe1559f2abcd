import type { SimRequest } from './world.ts';

/** Which of Microsoft's hosts a request is meant for. */
type Service = 'identity' | 'graph' | 'azure';

const HOSTS: Readonly<Record<string, Service>> = {
  'login.microsoftonline.com': 'identity',
  'graph.microsoft.com': 'graph',
  'management.azure.com': 'azure',
};

/** What ARM's addresses begin with; Graph's have a version first, sign-in's a tenant. */
const AZURE_PATH = /^\/(?:providers|subscriptions|batch)(?:\/|$)/iu;

/**
 * By the Host header where it is one of Microsoft's names; else, on the one loopback origin, by the
 * path. `null` = sign-in or Graph, which the sign-in half tells apart by its addresses.
 */
export function serviceOf({ headers, url }: SimRequest): Service | null {
  const [host = ''] = (headers['host'] ?? '').toLowerCase().split(':');
  const named = HOSTS[host];
  if (named) return named;
  return AZURE_PATH.test(url.pathname) ? 'azure' : null;
}
