import { hours } from '../../../src/domain/duration.ts';
import type { Call } from '../../../src/domain/ports.ts';
import type {
  ActivationOrder,
  DeactivationOrder,
  PimRequest,
} from '../../../src/domain/request.ts';
import type { DirectoryTarget, GroupTarget } from '../../../src/domain/target.ts';
import { GROUP, ME, REQUEST, ROLE, UNIT_SCOPE } from './samples.ts';
import { START, type Tenant } from './tenant.ts';

export const MEMBER: GroupTarget = { kind: 'group', groupId: GROUP, accessId: 'member' };
export const IN_UNIT: DirectoryTarget = {
  kind: 'directory',
  roleDefinitionId: ROLE,
  directoryScopeId: UNIT_SCOPE,
  appScopeId: null,
};

export function order(fields: Partial<ActivationOrder> = {}): ActivationOrder {
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

/** The same for a deactivation. */
export function deactivate(
  { drive, surface }: Tenant,
  fields: Partial<DeactivationOrder> = {},
  call: Call = {},
) {
  const wanted = { target: MEMBER, principalId: ME, justification: null, ...fields };
  return drive(surface(wanted.target.kind).deactivate(wanted, call));
}

/** A request as it was listed before. */
export function knownRequest(fields: Partial<PimRequest> = {}): PimRequest {
  return {
    id: REQUEST,
    status: 'PendingApproval',
    action: 'selfActivate',
    target: MEMBER,
    name: 'SG-PIM-Platform-Admins',
    scope: { id: GROUP, name: 'SG-PIM-Platform-Admins' },
    principal: { id: ME, name: 'Ida Example' },
    createdTime: START,
    startTime: null,
    duration: hours(2),
    endTime: null,
    justification: null,
    ticket: null,
    approvalId: null,
    ...fields,
  };
}
