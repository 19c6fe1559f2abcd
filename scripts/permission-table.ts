/** Which permission is for what, from the table of operations and that of permissions. */
import {
  PERMISSIONS,
  readingPermissions,
  RESOURCE_OF,
  type Need,
} from '../src/domain/permissions.ts';
import { SURFACES, type Surface } from '../src/domain/target.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import { SURFACE_NAMES } from '../src/operations/present.ts';
import { code, table } from './markdown.ts';

const NEEDS = ['list', 'policy', 'requests', 'activate'] as const satisfies readonly Need[];

/** Commands have the shorter names. */
function usersOf(need: Need): string[] {
  return OPERATIONS.flatMap(({ needs, command }) =>
    needs.includes(need) && command !== null ? [command.name] : [],
  );
}

const API_NAMES = { graph: 'Microsoft Graph', arm: 'Azure Service Management' } as const;

interface PermissionUse {
  readonly surface: Surface;
  readonly needs: Need[];
  readonly alternatives: (readonly string[])[];
}

function permissionUses(): Map<string, PermissionUse> {
  const found = new Map<string, PermissionUse>();
  for (const surface of SURFACES)
    for (const need of NEEDS)
      for (const [first = '', ...others] of PERMISSIONS[surface][need]) {
        const use = found.get(first) ?? { surface, needs: [], alternatives: [] };
        use.needs.push(need);
        use.alternatives.push(others);
        found.set(first, use);
      }
  return found;
}

/** Only what serves every use of the permission can take its place. */
function replacements({ alternatives: [first = [], ...rest] }: PermissionUse): string[] {
  return first.filter((other) => rest.every((list) => list.includes(other)));
}

/** When a person is asked to consent to it, where nobody has. */
function askedAt(permission: string, { surface, needs }: PermissionUse): string {
  if (surface === 'azure') return 'first use of Azure resources';
  if (readingPermissions(RESOURCE_OF[surface]).includes(permission)) return 'sign-in';
  return needs.includes('requests') ? 'first write, or list of such requests' : 'first write';
}

export function permissionBlock(): string {
  return table(
    ['permission (delegated)', 'API', 'surface', 'for', 'asked for at', 'serves as well'],
    [...permissionUses()].map(([permission, use]) => [
      code(permission),
      API_NAMES[RESOURCE_OF[use.surface]],
      SURFACE_NAMES[use.surface],
      [...new Set(use.needs.flatMap(usersOf))].map(code).join(', '),
      askedAt(permission, use),
      replacements(use).map(code).join(', '),
    ]),
  );
}
