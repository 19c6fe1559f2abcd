import * as z from 'zod';
import type { ActiveAssignment, Eligibility } from '../../domain/assignment.ts';
import type { ActivationOrder, ActivationRequest } from '../../domain/request.ts';
import { ACCESS_IDS, type GroupTarget } from '../../domain/target.ts';
import { cleanName } from '../../domain/text.ts';
import { orderBody, requestFields, toRequest } from '../schedule.ts';
import { AssignmentTypeField, Id, Instant, MemberTypeField, Named, nameOf } from '../wire.ts';

const targetFields = {
  groupId: Id,
  accessId: z.string().toLowerCase().pipe(z.enum(ACCESS_IDS)),
};

/** `privilegedAccessGroupEligibilityScheduleInstance` */
export const WireEligibility = z.looseObject({
  ...targetFields,
  endDateTime: Instant,
  memberType: MemberTypeField,
  group: Named,
});

/** `privilegedAccessGroupAssignmentScheduleInstance` */
export const WireAssignment = z.looseObject({
  ...targetFields,
  endDateTime: Instant,
  assignmentType: AssignmentTypeField,
});

/** `privilegedAccessGroupAssignmentScheduleRequest` */
const WireRequest = z.looseObject({ ...targetFields, ...requestFields });

type WireTarget = Pick<GroupTarget, 'groupId' | 'accessId'>;
export type WireEligibility = z.infer<typeof WireEligibility>;

function toTarget({ groupId, accessId }: WireTarget): GroupTarget {
  return { kind: 'group', groupId, accessId };
}

export function toEligibility(wire: WireEligibility, knownName: string | null): Eligibility {
  const name = nameOf(wire.group) ?? knownName;
  return {
    target: toTarget(wire),
    name: name ?? cleanName(wire.groupId),
    scope: { id: wire.groupId, name },
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
  target: GroupTarget,
  order: ActivationOrder,
  now: Date,
): Record<string, unknown> {
  return { accessId: target.accessId, groupId: target.groupId, ...orderBody(order, now) };
}
