import * as z from 'zod';
import type { ActiveAssignment, Eligibility } from '../../domain/assignment.ts';
import type { PimRequest } from '../../domain/request.ts';
import { ACCESS_IDS, type GroupTarget } from '../../domain/target.ts';
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
  runningFacts,
} from '../wire.ts';

const targetFields = {
  groupId: Id,
  accessId: z.string().toLowerCase().pipe(z.enum(ACCESS_IDS)),
  group: Named,
};

/** `privilegedAccessGroupEligibilityScheduleInstance` */
export const WireEligibility = z.looseObject({
  ...targetFields,
  endDateTime: Instant,
  memberType: MemberTypeField,
});

/** `privilegedAccessGroupAssignmentScheduleInstance` */
export const WireAssignment = z.looseObject({
  ...targetFields,
  principalId: OptionalId,
  principal: Named,
  startDateTime: Instant,
  endDateTime: Instant,
  memberType: MemberTypeField,
  assignmentType: AssignmentTypeField,
});

/** `privilegedAccessGroupAssignmentScheduleRequest` */
const WireRequest = z.looseObject({ ...targetFields, ...requestFields });

export type WireGroup = z.infer<z.ZodObject<typeof targetFields>>;

/** What a row is about. A group is its own place. */
export function describe(target: GroupTarget, name: string | null) {
  return {
    target,
    name: name ?? cleanName(target.groupId),
    scope: { id: target.groupId, name },
  };
}

function subjectOf({ groupId, accessId, group }: WireGroup, knownName: string | null) {
  return describe({ kind: 'group', groupId, accessId }, nameOf(group) ?? knownName);
}

export function toEligibility(
  wire: z.infer<typeof WireEligibility>,
  knownName: string | null,
): Eligibility {
  return { ...subjectOf(wire, knownName), ...heldFacts(wire) };
}

/** `caller` is the object id of whoever asked. */
export function toAssignment(
  wire: z.infer<typeof WireAssignment>,
  knownName: string | null,
  caller: string,
): ActiveAssignment {
  return { ...subjectOf(wire, knownName), ...runningFacts(wire, caller) };
}

export function readRequest(body: unknown): PimRequest | undefined {
  const wire = WireRequest.safeParse(body).data;
  return wire && toRequest(wire, subjectOf(wire, null));
}

export function targetBody({ accessId, groupId }: GroupTarget): Record<string, unknown> {
  return { accessId, groupId };
}
