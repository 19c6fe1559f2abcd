/**
 * What can be activated. The three fields that peers lose (`accessId`, `directoryScopeId`,
 * `appScopeId`) are part of the identity: the same role in two administrative units is two targets.
 */
export const SURFACES = ['group', 'directory'] as const;

/** One of PIM's API families. Azure resource roles follow as `azure`. */
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

export type Target = GroupTarget | DirectoryTarget;

/** Where a target holds. `name` is what Microsoft calls the place, `null` when it did not say. */
export interface Scope {
  readonly id: string;
  readonly name: string | null;
}

/** The id a person would copy from the portal: the group's, or the role definition's. */
export function idOf(target: Target): string {
  return target.kind === 'group' ? target.groupId : target.roleDefinitionId;
}

export function scopeIdOf(target: Target): string {
  if (target.kind === 'group') return target.groupId;
  return target.directoryScopeId ?? target.appScopeId ?? '/';
}

/** Equal keys mean the same privilege. Ids are compared without case, as Microsoft does. */
export function keyOf(target: Target): string {
  const parts =
    target.kind === 'group'
      ? [target.kind, target.groupId, target.accessId]
      : [
          target.kind,
          target.roleDefinitionId,
          `d:${target.directoryScopeId ?? ''}`,
          `a:${target.appScopeId ?? ''}`,
        ];
  return parts.join('|').toLowerCase();
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

/**
 * A short name for a target (`g-7k2m9xq4`), the same in every process and on every machine.
 * It is looked up in the live list each time; two targets with one handle would be reported as
 * ambiguous, never guessed.
 */
export function handleOf(target: Target): string {
  let rest = hash53(keyOf(target));
  let text = '';
  for (let index = 0; index < 8; index += 1) {
    text += ALPHABET[rest % 32] ?? '';
    rest = Math.floor(rest / 32);
  }
  return `${target.kind === 'group' ? 'g' : 'r'}-${text}`;
}

/**
 * What a policy is attached to: a group with an access level, or a role. Not the scope: Entra keeps one
 * policy per role for the tenant, also for roles held in an administrative unit.
 */
export function policyKeyOf(target: Target): string {
  const parts =
    target.kind === 'group'
      ? [target.kind, target.groupId, target.accessId]
      : [target.kind, target.roleDefinitionId];
  return parts.join('|').toLowerCase();
}
