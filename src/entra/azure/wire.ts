/** Rows of `Microsoft.Authorization` 2020-10-01. Loose: what we do not know is let through. */
import * as z from 'zod';
import type { ActiveAssignment, Eligibility } from '../../domain/assignment.ts';
import { parseIsoDuration } from '../../domain/duration.ts';
import type { Person, PimRequest, Ticket } from '../../domain/request.ts';
import type { AzureTarget, Scope } from '../../domain/target.ts';
import { cleanName } from '../../domain/text.ts';
import { isId } from '../odata.ts';
import { requestFields } from '../schedule.ts';
import { AssignmentTypeField, Instant, MemberTypeField, Named, nameOf } from '../wire.ts';
import { isArmPath, lastSegment } from './paths.ts';

const ScopePath = z.string().refine(isArmPath);

/** A bare GUID or a path, prefixed with any scope. Sent back as it came; compared by its GUID. */
const RoleDefinitionId = z
  .string()
  .refine((text) => isId(lastSegment(text)) && (isId(text) || isArmPath(text)));

const PrincipalId = z
  .string()
  .nullish()
  .transform((id) => (id && isId(id) ? id : null));

/** Names come with the row; no second call is needed. */
const Expanded = z.looseObject({ scope: Named, roleDefinition: Named, principal: Named }).nullish();

const placedFields = {
  scope: ScopePath,
  roleDefinitionId: RoleDefinitionId,
  expandedProperties: Expanded,
};

export const WireEligibility = z.looseObject({
  properties: z.looseObject({
    ...placedFields,
    endDateTime: Instant,
    memberType: MemberTypeField,
  }),
});

export const WireAssignment = z.looseObject({
  id: z.string().nullish(),
  properties: z.looseObject({
    ...placedFields,
    status: z.string().nullish(),
    startDateTime: Instant,
    endDateTime: Instant,
    memberType: MemberTypeField,
    assignmentType: AssignmentTypeField,
    principalId: PrincipalId,
  }),
});

/** `RoleAssignmentScheduleRequest` */
const WireRequest = z.looseObject({
  name: z.string().transform((name) => (isId(name) ? name : '')),
  properties: z.looseObject({
    ...placedFields,
    status: requestFields.status,
    requestType: z.string(),
    createdOn: Instant,
    scheduleInfo: requestFields.scheduleInfo,
    justification: requestFields.justification,
    ticketInfo: requestFields.ticketInfo,
    principalId: PrincipalId,
    requestorId: PrincipalId,
    approvalId: z.string().nullish(),
  }),
});

export type WireAssignment = z.infer<typeof WireAssignment>;
type WireRequest = z.infer<typeof WireRequest>;
type Placed = z.infer<z.ZodObject<typeof placedFields>>;

function toTarget({ scope, roleDefinitionId }: Placed): AzureTarget {
  return { kind: 'azure', scope, roleDefinitionId };
}

function toScope({ scope, expandedProperties }: Placed): Scope {
  return { id: scope, name: nameOf(expandedProperties?.scope) };
}

function roleName({ roleDefinitionId, expandedProperties }: Placed): string {
  return nameOf(expandedProperties?.roleDefinition) ?? cleanName(lastSegment(roleDefinitionId));
}

function toPerson(id: string | null, { expandedProperties }: Placed): Person | null {
  return id === null ? null : { id, name: nameOf(expandedProperties?.principal) };
}

export function toEligibility({ properties }: z.infer<typeof WireEligibility>): Eligibility {
  return {
    target: toTarget(properties),
    name: roleName(properties),
    scope: toScope(properties),
    memberType: properties.memberType,
    endTime: properties.endDateTime,
  };
}

/** @param callerId Rows of anybody else's are there through that one: a group of the caller's. */
export function toAssignment(callerId: string, { properties }: WireAssignment): ActiveAssignment {
  const { principalId } = properties;
  const isOwn = principalId?.toLowerCase() === callerId.toLowerCase();
  return {
    target: toTarget(properties),
    name: roleName(properties),
    scope: toScope(properties),
    memberType: properties.memberType,
    through: isOwn ? null : toPerson(principalId, properties),
    startTime: properties.startDateTime,
    assignmentType: properties.assignmentType,
    endTime: properties.endDateTime,
  };
}

/** Microsoft fills a ticket that was not given with nulls or empty texts. */
function toTicket({ ticketInfo }: WireRequest['properties']): Ticket | null {
  const [number, system] = [ticketInfo?.ticketNumber ?? '', ticketInfo?.ticketSystem ?? ''];
  return number === '' && system === '' ? null : { number, system };
}

/** Written as a path or as its last part alone. */
function toApprovalId(text: string | null | undefined): string | null {
  const id = lastSegment(text ?? '');
  return isId(id) ? id : null;
}

function toRequest({ name, properties }: WireRequest): PimRequest {
  const { scheduleInfo, createdOn, justification, principalId } = properties;
  const { expiration, startDateTime } = scheduleInfo ?? {};
  return {
    id: name,
    status: properties.status,
    action: properties.requestType,
    target: toTarget(properties),
    name: roleName(properties),
    scope: toScope(properties),
    principal: toPerson(principalId, properties),
    createdTime: createdOn,
    startTime: startDateTime ?? null,
    duration: parseIsoDuration(expiration?.duration ?? '') ?? null,
    endTime: expiration?.endDateTime ?? null,
    justification: justification || null,
    ticket: toTicket(properties),
    approvalId: toApprovalId(properties.approvalId),
  };
}

/** A request, and whose doing it is. `undefined` when it is none that we understand. */
export function readAsked(
  body: unknown,
): { readonly request: PimRequest; readonly requestorId: string | null } | undefined {
  const wire = WireRequest.safeParse(body).data;
  if (wire === undefined) return undefined;
  const { requestorId, principalId } = wire.properties;
  return { request: toRequest(wire), requestorId: requestorId ?? principalId };
}

export function readRequest(body: unknown): PimRequest | undefined {
  return readAsked(body)?.request;
}
