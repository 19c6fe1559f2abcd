import { hours } from '../../../src/domain/duration.ts';
import type { Call } from '../../../src/domain/ports.ts';
import type { ActivationOrder } from '../../../src/domain/request.ts';
import type { DirectoryTarget, GroupTarget } from '../../../src/domain/target.ts';
import { GROUP, ME, ROLE, UNIT_SCOPE } from './samples.ts';
import { START, type Tenant } from './tenant.ts';

export const MEMBER: GroupTarget = { kind: 'group', groupId: GROUP, accessId: 'member' };
export const IN_UNIT: DirectoryTarget = {
  kind: 'directory',
  roleDefinitionId: ROLE,
  directoryScopeId: UNIT_SCOPE,
  appScopeId: null,
};

function order(fields: Partial<ActivationOrder> = {}): ActivationOrder {
  return {
    target: MEMBER,
    principalId: ME,
    startTime: START,
    duration: hours(2),
    justification: null,
    ticket: null,
    ...fields,
  };
}

/** Sends that order, and lets time pass until it is over. */
export function activate(
  { drive, surface }: Tenant,
  fields: Partial<ActivationOrder> = {},
  call: Call = {},
) {
  const wanted = order(fields);
  return drive(surface(wanted.target.kind).activate(wanted, call));
}
