import type { ActiveAssignment } from '../../domain/assignment.ts';
import { isPimError } from '../../domain/errors.ts';
import type { Call } from '../../domain/ports.ts';
import type { Proof } from '../../domain/proof.ts';
import type { RolePermission } from '../../domain/role-definition.ts';
import { idOf, isSame, type AzureTarget } from '../../domain/target.ts';
import type { Service } from '../service.ts';
import { readRows } from '../wire.ts';
import { PermissionBlock, readDefinitions, toPermission } from './definitions.ts';
import { orFault } from './or-fault.ts';
import { atScope, VERSIONS, withVersion } from './paths.ts';

/** Equal texts mean the same block; order and case mean nothing. */
function fingerprint({ actions, notActions, dataActions, notDataActions }: RolePermission): string {
  const lists = [actions, notActions, dataActions, notDataActions];
  return JSON.stringify(lists.map((list) => list.map((each) => each.toLowerCase()).toSorted()));
}

/** What the caller may do at a scope by now, as Azure itself reckons it. */
async function readPermissions(service: Service, scope: string, call: Call): Promise<Set<string>> {
  const address = withVersion(atScope(scope, 'permissions'), VERSIONS.definitions);
  const rows = readRows(PermissionBlock, await service.list(address, call), 'permissions');
  return new Set(rows.map(toPermission).map(fingerprint));
}

async function readRole(
  service: Service,
  target: AzureTarget,
  call: Call,
): Promise<readonly RolePermission[]> {
  const definitions = await readDefinitions(service, [target], call);
  return definitions.get(idOf(target).toLowerCase())?.permissions ?? [];
}

function unknown(how: string): Proof {
  return { kind: 'unknown', how };
}

async function proofByPermissions(
  service: Service,
  target: AzureTarget,
  call: Call,
): Promise<Proof> {
  const [role, permissions] = await Promise.all([
    readRole(service, target, call),
    orFault(readPermissions(service, target.scope, call)),
  ]);
  if (role.length === 0)
    return unknown('It is listed as active; what the role allows is unreadable.');
  if (isPimError(permissions))
    return unknown('It is listed as active; your permissions at the scope are unreadable.');
  return role.map(fingerprint).every((block) => permissions.has(block))
    ? { kind: 'effective', how: 'It is listed as active, and Azure grants its permissions there.' }
    : { kind: 'not-yet', how: 'It is listed as active; Azure does not grant its permissions yet.' };
}

/** Listed as active, and among the permissions that Azure grants at the scope: only both are proof. */
export async function prove(
  service: Service,
  target: AzureTarget,
  activeAt: (scope: string, call: Call) => Promise<readonly ActiveAssignment[]>,
  call: Call,
): Promise<Proof> {
  const active = await orFault(activeAt(target.scope, call));
  if (isPimError(active)) return unknown('What is active at the scope is unreadable.');
  const isListed = active.some((row) => isSame(row.target, target));
  return isListed
    ? proofByPermissions(service, target, call)
    : { kind: 'not-yet', how: 'It is not listed as active yet.' };
}
