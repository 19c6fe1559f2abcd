import type { SimRequest } from './world.ts';

/** Which of Microsoft's hosts a request is meant for. */
type Service = 'identity' | 'graph' | 'azure';

const HOSTS: Readonly<Record<string, Service>> = {
  'login.microsoftonline.com': 'identity',
  'graph.microsoft.com': 'graph',
  'management.azure.com': 'azure',
};

/** Microsoft's names that the simulator answers to. */
export const SERVICE_NAMES: readonly string[] = Object.keys(HOSTS);

/** What ARM's addresses begin with; Graph's have a version first, sign-in's a tenant. */
const AZURE_PATH = /^\/+(?:providers|subscriptions|batch)(?:\/|$)/iu;

/** What a Host header names, with or without a port; `null` = none of Microsoft's names. */
export function serviceNamed(host: string | undefined): Service | null {
  const [name = ''] = (host ?? '').toLowerCase().split(':');
  return HOSTS[name] ?? null;
}

/**
 * By the Host header where it is one of Microsoft's names; else, on the one loopback origin, by the
 * path. `null` = sign-in or Graph, which the sign-in half tells apart by its addresses.
 */
export function serviceOf({ headers, url }: SimRequest): Service | null {
  const named = serviceNamed(headers['host']);
  if (named) return named;
  return AZURE_PATH.test(url.pathname) ? 'azure' : null;
}
