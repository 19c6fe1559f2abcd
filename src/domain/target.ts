/**
 * What can be activated. The three fields that peers lose (`accessId`, `directoryScopeId`,
 * `appScopeId`) are part of the identity: the same role in two administrative units is two targets.
 */
export const SURFACES = ['group', 'directory', 'azure'] as const;

/** One of PIM's API families: groups, Entra roles, Azure resource roles. */
export type Surface = (typeof SURFACES)[number];

export const ACCESS_IDS = ['member', 'owner'] as const;

/** How one belongs to a group. Microsoft: `accessId`. */
export type AccessId = (typeof ACCESS_IDS)[number];

export interface GroupTarget {
  readonly kind: 'group';
  readonly groupId: string;
  readonly accessId: AccessId;
}

export interface DirectoryTarget {
  readonly kind: 'directory';
  readonly roleDefinitionId: string;
  /** `/` = tenant, `/administrativeUnits/{id}`, `/{objectId}`. Exactly one of the two scopes is set. */
  readonly directoryScopeId: string | null;
  readonly appScopeId: string | null;
}

export interface AzureTarget {
  readonly kind: 'azure';
  /** Where it holds: an ARM path (`/subscriptions/{id}/resourceGroups/{name}`), as Microsoft wrote it. */
  readonly scope: string;
  /** An ARM path that any scope may precede. Sent back as it came; compared by its last part. */
  readonly roleDefinitionId: string;
}

export type Target = GroupTarget | DirectoryTarget | AzureTarget;

/** Where a target holds. `name` is what Microsoft calls the place, `null` when it did not say. */
export interface Scope {
  readonly id: string;
  readonly name: string | null;
}

function lastPart(path: string): string {
  return path.split('/').at(-1) ?? path;
}

/** The id a person would copy from the portal: the group's, or the role definition's. */
export function idOf(target: Target): string {
  switch (target.kind) {
    case 'group':
      return target.groupId;
    case 'directory':
      return target.roleDefinitionId;
    case 'azure':
      return lastPart(target.roleDefinitionId);
  }
}

export function scopeIdOf(target: Target): string {
  switch (target.kind) {
    case 'group':
      return target.groupId;
    case 'directory':
      return target.directoryScopeId ?? target.appScopeId ?? '/';
    case 'azure':
      return target.scope;
  }
}

function partsOf(target: Target): string[] {
  switch (target.kind) {
    case 'group':
      return [target.groupId, target.accessId];
    case 'directory': {
      const { directoryScopeId, appScopeId } = target;
      return [target.roleDefinitionId, `d:${directoryScopeId ?? ''}`, `a:${appScopeId ?? ''}`];
    }
    case 'azure':
      return [idOf(target), target.scope];
  }
}

/** Equal keys mean the same privilege. Ids are compared without case, as Microsoft does. */
export function keyOf(target: Target): string {
  return [target.kind, ...partsOf(target)].join('|').toLowerCase();
}

export function isSame(a: Target, b: Target): boolean {
  return keyOf(a) === keyOf(b);
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 53-bit mixing hash (cyrb53). Not cryptographic and need not be: a handle is never an authority. */
function hash53(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

const PREFIXES = { group: 'g', directory: 'r', azure: 'a' } as const satisfies Record<
  Surface,
  string
>;

/**
 * A short name (`g-7k2m9xq4`), the same in every process and on every machine. It is looked up in the
 * live list each time; two things with one handle would be reported as ambiguous, never guessed.
 */
export function shortName(prefix: string, key: string): string {
  let rest = hash53(key);
  let text = '';
  for (let index = 0; index < 8; index += 1) {
    text += ALPHABET[rest % 32] ?? '';
    rest = Math.floor(rest / 32);
  }
  return `${prefix}-${text}`;
}

/** The surface that a handle or an ARM path names; `null` for any other text. */
export function surfaceNamedBy(text: string): Surface | null {
  const wanted = text.trim().toLowerCase();
  if (/^\/(?:subscriptions|providers)\//u.test(wanted)) return 'azure';
  const prefix = /^([a-z])-[0-9a-z]{8}$/u.exec(wanted)?.[1];
  return SURFACES.find((surface) => PREFIXES[surface] === prefix) ?? null;
}

/** The short name of a target. */
export function handleOf(target: Target): string {
  return shortName(PREFIXES[target.kind], keyOf(target));
}

/**
 * What a policy is attached to: a group with an access level, an Entra role, or an Azure role at its
 * scope. Not the scope of an Entra role: there is one policy per role for the tenant, also for roles
 * held in an administrative unit.
 */
export function policyKeyOf(target: Target): string {
  if (target.kind !== 'directory') return keyOf(target);
  return `${target.kind}|${target.roleDefinitionId}`.toLowerCase();
}
