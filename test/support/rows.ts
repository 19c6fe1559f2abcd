import type { ActiveAssignment, Eligibility, EligibleRow } from '../../src/domain/assignment.ts';
import { unknownPolicy, type Policy } from '../../src/domain/policy.ts';
import { hours } from '../../src/domain/duration.ts';
import type { PimRequest } from '../../src/domain/request.ts';
import {
  handleOf,
  scopeIdOf,
  type DirectoryTarget,
  type GroupTarget,
} from '../../src/domain/target.ts';

export const NOW = new Date('2026-11-23T09:00:00Z');

const GROUP_ID = '2b5ed229-4072-478d-9504-a047ebd4b07d';
const ROLE_ID = 'fe930be7-5e62-47db-91af-98c3a49a38b1';

export function groupTarget(fields: Partial<GroupTarget> = {}): GroupTarget {
  return { kind: 'group', groupId: GROUP_ID, accessId: 'member', ...fields };
}

export function roleTarget(fields: Partial<DirectoryTarget> = {}): DirectoryTarget {
  return {
    kind: 'directory',
    roleDefinitionId: ROLE_ID,
    directoryScopeId: '/',
    appScopeId: null,
    ...fields,
  };
}

export function eligibility(fields: Partial<Eligibility> = {}): Eligibility {
  const target = fields.target ?? groupTarget();
  return {
    target,
    name: target.kind === 'group' ? 'SG-Ops' : 'User Administrator',
    scope: { id: scopeIdOf(target), name: null },
    memberType: 'Direct',
    endTime: null,
    ...fields,
  };
}

export function eligibleRow(fields: Partial<EligibleRow> = {}): EligibleRow {
  const base = eligibility(fields);
  return {
    ...base,
    handle: handleOf(base.target),
    activation: null,
    standing: null,
    isStateKnown: true,
    ...fields,
  };
}

export function activeAssignment(fields: Partial<ActiveAssignment> = {}): ActiveAssignment {
  const target = fields.target ?? groupTarget();
  return {
    target,
    name: 'SG-Ops',
    scope: { id: scopeIdOf(target), name: null },
    memberType: 'Direct',
    through: null,
    startTime: new Date('2026-11-23T08:00:00Z'),
    assignmentType: 'activated',
    endTime: new Date('2026-11-23T10:00:00Z'),
    ...fields,
  };
}

/** An activation for two hours, provisioned just now. */
export function pimRequest(fields: Partial<PimRequest> = {}): PimRequest {
  const target = fields.target ?? groupTarget();
  return {
    id: '9f4c7d10-2a6b-4e83-b5c1-d07e3f8a6924',
    status: 'Provisioned',
    action: 'selfActivate',
    target,
    name: 'SG-Ops',
    scope: { id: scopeIdOf(target), name: null },
    principal: null,
    createdTime: NOW,
    startTime: NOW,
    duration: hours(2),
    endTime: null,
    justification: null,
    ticket: null,
    approvalId: null,
    ...fields,
  };
}

/** A policy that demands nothing and allows eight hours. */
export function policy(fields: Partial<Policy> = {}): Policy {
  return {
    ...unknownPolicy(''),
    maximumDuration: hours(8),
    justification: 'not-required',
    ticket: 'not-required',
    mfa: 'not-required',
    approval: 'not-required',
    authenticationContext: 'not-required',
    unreadable: null,
    ...fields,
  };
}
