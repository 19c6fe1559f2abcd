import * as z from 'zod';
import type { ActiveAssignment, Eligibility } from '../../domain/assignment.ts';
import type { PimRequest } from '../../domain/request.ts';
import { scopeIdOf, type DirectoryTarget } from '../../domain/target.ts';
import { cleanName } from '../../domain/text.ts';
import { requestFields, toRequest } from '../schedule.ts';
import {
  AssignmentTypeField,
  Id,
  heldFacts,
  Instant,
  MemberTypeField,
  Named,
  nameOf,
  OptionalId,
  ScopeId,
  runningFacts,
} from '../wire.ts';

const targetFields = {
  roleDefinitionId: Id,
  directoryScopeId: ScopeId,
  appScopeId: ScopeId,
  roleDefinition: Named,
  directoryScope: Named,
};

export type WireRole = z.infer<z.ZodObject<typeof targetFields>>;

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
  })
  .refine(hasScope, NO_SCOPE);

/** `unifiedRoleAssignmentScheduleInstance` */
export const WireAssignment = z
  .looseObject({
    ...targetFields,
    principalId: OptionalId,
    principal: Named,
    startDateTime: Instant,
    endDateTime: Instant,
    memberType: MemberTypeField,
    assignmentType: AssignmentTypeField,
  })
  .refine(hasScope, NO_SCOPE);

/** `unifiedRoleAssignmentScheduleRequest` */
const WireRequest = z.looseObject({ ...targetFields, ...requestFields }).refine(hasScope, NO_SCOPE);

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
export function unitIdIn(scopeId: string): string | null {
  return /^\/administrativeUnits\/([\da-f-]+)$/iu.exec(scopeId)?.[1] ?? null;
}

export function unitIdOf({ directoryScopeId }: WireTarget): string | null {
  return unitIdIn(directoryScopeId ?? '');
}

interface KnownNames {
  readonly role: string | null;
  readonly place: string | null;
}

/** What a row is about. */
export function describe(target: DirectoryTarget, { role, place }: KnownNames) {
  return {
    target,
    name: role ?? cleanName(target.roleDefinitionId),
    scope: {
      id: scopeIdOf(target),
      name: target.directoryScopeId === '/' ? 'Tenant' : place,
    },
  };
}

function subjectOf(wire: WireRole, unitName: string | null) {
  const { roleDefinition, directoryScope } = wire;
  const names = { role: nameOf(roleDefinition), place: nameOf(directoryScope) ?? unitName };
  return describe(toTarget(wire), names);
}

export function toEligibility(
  wire: z.infer<typeof WireEligibility>,
  unitName: string | null,
): Eligibility {
  return { ...subjectOf(wire, unitName), ...heldFacts(wire) };
}

/** `caller` is the object id of whoever asked. */
export function toAssignment(
  wire: z.infer<typeof WireAssignment>,
  unitName: string | null,
  caller: string,
): ActiveAssignment {
  return { ...subjectOf(wire, unitName), ...runningFacts(wire, caller) };
}

export function readRequest(body: unknown): PimRequest | undefined {
  const wire = WireRequest.safeParse(body).data;
  return wire && toRequest(wire, subjectOf(wire, null));
}

/** Exactly the scope of the eligibility, and no other. */
export function targetBody(target: DirectoryTarget): Record<string, unknown> {
  const { roleDefinitionId, directoryScopeId, appScopeId } = target;
  return {
    roleDefinitionId,
    ...(directoryScopeId === null ? { appScopeId } : { directoryScopeId }),
  };
}
