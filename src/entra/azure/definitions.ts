import * as z from 'zod';
import { isPimError, type PimError } from '../../domain/errors.ts';
import type { Call } from '../../domain/ports.ts';
import type { RoleDefinition, RolePermission } from '../../domain/role-definition.ts';
import { idOf, type Target } from '../../domain/target.ts';
import { unreadable } from '../errors.ts';
import type { Service } from '../service.ts';
import { limited } from '../../domain/limited.ts';
import { orFault } from './or-fault.ts';
import { roleDefinitionAddress } from './paths.ts';
import { azureTarget } from './writes.ts';

/** Azure throttles by the caller: so many requests of one kind at once are polite. */
const AT_ONCE = 4;

const Actions = z
  .array(z.string())
  .nullish()
  .transform((actions) => actions ?? []);

/** One block of what is allowed; the same in role definitions and in the caller's permissions. */
export const PermissionBlock = z.looseObject({
  actions: Actions,
  notActions: Actions,
  dataActions: Actions,
  notDataActions: Actions,
});

const Definition = z.looseObject({
  properties: z.looseObject({ permissions: z.array(PermissionBlock) }),
});

export function toPermission(block: z.infer<typeof PermissionBlock>): RolePermission {
  const { actions, notActions, dataActions, notDataActions } = block;
  return { actions, notActions, dataActions, notDataActions };
}

async function readDefinition(service: Service, id: string, call: Call): Promise<RoleDefinition> {
  const body = await service.get(roleDefinitionAddress(id), call);
  const definition = Definition.safeParse(body).data;
  if (definition === undefined) throw unreadable('it is not a role');
  return { permissions: definition.properties.permissions.map(toPermission) };
}

type Read = readonly [key: string, definition: RoleDefinition | PimError];

/** Each role once, a few at a time. Those that cannot be read are left out. */
export async function readDefinitions(
  service: Service,
  targets: readonly Target[],
  call: Call,
): Promise<ReadonlyMap<string, RoleDefinition>> {
  const ids = new Map(
    targets.map((target) => [idOf(target).toLowerCase(), azureTarget(target).roleDefinitionId]),
  );
  const read = await limited([...ids], AT_ONCE, async ([key, id]): Promise<Read> => [
    key,
    await orFault(readDefinition(service, id, call)),
  ]);
  return new Map(
    read.flatMap(([key, definition]) => (isPimError(definition) ? [] : [[key, definition]])),
  );
}
