import * as z from 'zod';
import type { ActiveAssignment, Eligibility } from '../../domain/assignment.ts';
import type { ActivationOrder, ActivationRequest } from '../../domain/request.ts';
import { scopeIdOf, type DirectoryTarget } from '../../domain/target.ts';
import { cleanName } from '../../domain/text.ts';
import { orderBody, requestFields, toRequest } from '../schedule.ts';
import {
  AssignmentTypeField,
  Id,
  Instant,
  MemberTypeField,
  Named,
  nameOf,
  ScopeId,
} from '../wire.ts';

const targetFields = {
  roleDefinitionId: Id,
  directoryScopeId: ScopeId,
  appScopeId: ScopeId,
};

type WireTarget = Omit<DirectoryTarget, 'kind'>;

/** A role holds in a place of the directory or of an app; a row that names neither is not understood. */
function hasScope({ directoryScopeId, appScopeId }: WireTarget): boolean {
  return directoryScopeId !== null || appScopeId !== null;
}

const NO_SCOPE = { path: ['directoryScopeId'] };

/** `unifiedRoleEligibilityScheduleInstance` */
export const WireEligibility = z
  .looseObject({
    ...targetFields,
    endDateTime: Instant,
    memberType: MemberTypeField,
    roleDefinition: Named,
    directoryScope: Named,
  })
  .refine(hasScope, NO_SCOPE);

/** `unifiedRoleAssignmentScheduleInstance` */
export const WireAssignment = z
  .looseObject({ ...targetFields, endDateTime: Instant, assignmentType: AssignmentTypeField })
  .refine(hasScope, NO_SCOPE);

/** `unifiedRoleAssignmentScheduleRequest` */
const WireRequest = z.looseObject({ ...targetFields, ...requestFields }).refine(hasScope, NO_SCOPE);

export type WireEligibility = z.infer<typeof WireEligibility>;

/** Exactly one scope, as requests demand: the directory's where a row names both. */
function toTarget({ roleDefinitionId, directoryScopeId, appScopeId }: WireTarget): DirectoryTarget {
  return {
    kind: 'directory',
    roleDefinitionId,
    directoryScopeId,
    appScopeId: directoryScopeId === null ? appScopeId : null,
  };
}

/** The id in `/administrativeUnits/{id}`. */
export function unitIdOf({ directoryScopeId }: WireTarget): string | null {
  return /^\/administrativeUnits\/([\da-f-]+)$/iu.exec(directoryScopeId ?? '')?.[1] ?? null;
}

function scopeName(wire: WireEligibility, unitName: string | null): string | null {
  return wire.directoryScopeId === '/' ? 'Tenant' : (nameOf(wire.directoryScope) ?? unitName);
}

export function toEligibility(wire: WireEligibility, unitName: string | null): Eligibility {
  const target = toTarget(wire);
  return {
    target,
    name: nameOf(wire.roleDefinition) ?? cleanName(wire.roleDefinitionId),
    scope: { id: scopeIdOf(target), name: scopeName(wire, unitName) },
    memberType: wire.memberType,
    endTime: wire.endDateTime,
  };
}

export function toAssignment(wire: z.infer<typeof WireAssignment>): ActiveAssignment {
  return {
    target: toTarget(wire),
    assignmentType: wire.assignmentType,
    endTime: wire.endDateTime,
  };
}

export function readRequest(body: unknown): ActivationRequest | undefined {
  const wire = WireRequest.safeParse(body).data;
  return wire && toRequest(wire, toTarget(wire));
}

export function toBody(
  target: DirectoryTarget,
  order: ActivationOrder,
  now: Date,
): Record<string, unknown> {
  const { roleDefinitionId, directoryScopeId, appScopeId } = target;
  return {
    roleDefinitionId,
    ...(directoryScopeId === null ? { appScopeId } : { directoryScopeId }),
    ...orderBody(order, now),
  };
}
