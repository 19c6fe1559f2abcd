import { PimError } from '../../domain/errors.ts';
import { azureScopeKind } from '../../domain/azure-scope.ts';
import { isId, withQuery } from '../odata.ts';

/** The `api-version` of each part of `Microsoft.Authorization`; approvals exist in a preview only. */
export const VERSIONS = {
  pim: '2020-10-01',
  approvals: '2021-01-01-preview',
  definitions: '2022-04-01',
  batch: '2020-06-01',
} as const;

export const ROOT = '/';
/** Rows of the caller, also those through groups. Needs no role in Azure, unlike the plain list. */
export const MINE = 'asTarget()';

const PROVIDER = '/providers/Microsoft.Authorization';
const REQUESTS = 'roleAssignmentScheduleRequests';
const LONGEST_PATH = 2000;
/** Names may hold spaces, parentheses and letters of any language; nothing that ends a path. */
const SEGMENT = /^[^/?#%\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u;

function isSegment(text: string): boolean {
  return SEGMENT.test(text) && text !== '.' && text !== '..';
}

/** A place or a thing in Azure: foreign text, of which no part may lead elsewhere. `/` = the root. */
export function isArmPath(text: string): boolean {
  const segments = text.replace(/\/$/u, '').split('/').slice(1);
  return text.startsWith('/') && text.length <= LONGEST_PATH && segments.every(isSegment);
}

/** @throws PimError `rejected` for what is no path. */
function encodePath(path: string): string {
  if (!isArmPath(path))
    throw new PimError('rejected', 'That is no place in Azure.', {
      fix: 'Use the scope of a row as it was reported.',
    });
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.map((segment) => `/${encodeURIComponent(segment)}`).join('');
}

type Version = (typeof VERSIONS)[keyof typeof VERSIONS];

export function withVersion(path: string, version: Version, filter = ''): string {
  const address = withQuery(path, { filter });
  return `${address}${filter === '' ? '?' : '&'}api-version=${version}`;
}

/** An address of `Microsoft.Authorization` at a scope, without a query. */
export function atScope(scope: string, below: string): string {
  return `${encodePath(scope)}${PROVIDER}/${below}`;
}

/** A list of PIM at a scope; at the root it covers everything, with no subscription enumerated. */
export function listAt(scope: string, kind: string, filter: string): string {
  return withVersion(atScope(scope, kind), VERSIONS.pim, filter);
}

export const ALL_REQUESTS = REQUESTS;

/** @throws PimError `not-found` for what cannot be the name of a request. */
export function requestAt(scope: string, name: string, verb = ''): string {
  if (!isId(name))
    throw new PimError('not-found', 'There is no request of that id.', {
      fix: 'Use the id of a request as it was reported.',
    });
  return withVersion(atScope(scope, `${REQUESTS}/${name}${verb}`), VERSIONS.pim);
}

export function roleDefinitionAddress(id: string): string {
  const path = id.startsWith('/') ? id : `${PROVIDER}/roleDefinitions/${id}`;
  return withVersion(encodePath(path), VERSIONS.definitions);
}

export function lastSegment(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** Each once; none that lies in another, as the list of the outer one holds the inner one's rows. */
export function outermost(scopes: readonly string[]): string[] {
  const known = new Map(scopes.map((scope) => [scope.toLowerCase(), scope]));
  const isInner = (key: string): boolean => {
    for (let end = key.lastIndexOf('/'); end > 0; end = key.lastIndexOf('/', end - 1))
      if (known.has(key.slice(0, end))) return true;
    return false;
  };
  return [...known]
    .filter(([key]) => azureScopeKind(key) !== 'tenant' && !isInner(key))
    .map(([, scope]) => scope);
}
