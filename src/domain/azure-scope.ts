/** Places in Azure, as ARM writes them. Compared without case. */
export type AzureScopeKind =
  'tenant' | 'management group' | 'subscription' | 'resource group' | 'resource' | 'place';

const PROVIDERS = '/providers/';

/** What a place is, by its path alone. */
export function azureScopeKind(scope: string): AzureScopeKind {
  const path = scope.toLowerCase();
  if (path === '' || path === '/') return 'tenant';
  if (/^\/providers\/microsoft\.management\/managementgroups\/[^/]+$/u.test(path))
    return 'management group';
  if (/^\/subscriptions\/[^/]+$/u.test(path)) return 'subscription';
  if (/^\/subscriptions\/[^/]+\/resourcegroups\/[^/]+$/u.test(path)) return 'resource group';
  return path.includes(PROVIDERS) ? 'resource' : 'place';
}

/** What a name in a path may not be: nothing, a step up, or what would end or change an address. */
const NO_SEGMENT = /^\.{0,2}$|[?#%\\\p{Cc}\p{Cf}]/u;

/**
 * A place as somebody typed it -> its path, or `null` where it is no path of a place that we know.
 * A slash at the end does not make another place of it.
 */
export function toAzureScope(text: string): string | null {
  const path = text.trim().replace(/\/+$/u, '');
  if (!path.startsWith('/')) return null;
  const segments = path.split('/').slice(1);
  if (segments.some((segment) => NO_SEGMENT.test(segment))) return null;
  const kind = azureScopeKind(path);
  return kind === 'tenant' || kind === 'place' ? null : path;
}

/**
 * True where the path itself says that one place holds the other. What lies in a management group no
 * path can say.
 */
export function isBelow(scope: string, parent: string): boolean {
  const [inner, outer] = [scope.toLowerCase(), parent.toLowerCase()];
  if (outer === '/' || outer === '') return inner !== outer;
  return inner.startsWith(`${outer}/`) && azureScopeKind(parent) !== 'management group';
}

const BREADTH: Readonly<Record<AzureScopeKind, number>> = {
  tenant: 0,
  'management group': 1,
  subscription: 2,
  'resource group': 3,
  resource: 4,
  place: 4,
};

/** Larger is narrower. */
export function azureDepth(scope: string): number {
  return BREADTH[azureScopeKind(scope)];
}
