import * as z from 'zod';
import { eligibilitiesOf } from '../holdings.ts';
import { covers } from '../held-target.ts';
import { isSameText } from '../identifiers.ts';
import { type OrderBody, readTarget } from '../order.ts';
import { parseJson } from '../parse-json.ts';
import { badRequest } from '../problem.ts';
import type { SimTarget } from '../sim-target.ts';
import type { ArmCall } from './call.ts';
import { authorizationFailed, badBody } from './refusals.ts';
import { scopeById } from './scopes.ts';

const text = z.string().nullish();

/** The body of a PUT, as far as the service looks at it. */
const bodySchema = z.looseObject({
  properties: z.looseObject({
    principalId: text,
    roleDefinitionId: text,
    requestType: z.string(),
    linkedRoleEligibilityScheduleId: text,
    justification: text,
    ticketInfo: z.looseObject({ ticketNumber: text, ticketSystem: text }).nullish(),
    scheduleInfo: z
      .looseObject({
        startDateTime: text,
        expiration: z.looseObject({ type: text, duration: text, endDateTime: text }).nullish(),
      })
      .nullish(),
  }),
});

interface AzureOrder {
  readonly body: OrderBody;
  readonly linkedId: string | null;
}

/** @throws Problem 400 when the body is no JSON or has fields of the wrong kind. */
export function readAzureOrder(json: string, scope: string): AzureOrder {
  const read = bodySchema.safeParse(parseJson(json));
  if (!read.success) throw badBody('Could not find or read the member "properties".');
  const { requestType, linkedRoleEligibilityScheduleId, ...rest } = read.data.properties;
  return {
    body: { ...rest, action: requestType, scope, isValidationOnly: false },
    linkedId: linkedRoleEligibilityScheduleId ?? null,
  };
}

/** What the linked id names must be an eligibility of the caller for just this. */
function checkLinked(call: ArmCall, target: SimTarget, linkedId: string): void {
  const { state, caller, azure, scope } = call;
  const guid = linkedId.split('/').at(-1);
  const source = eligibilitiesOf(state, caller.objectId).find(({ id }) => isSameText(id, guid));
  const isRight = source !== undefined && covers(state.scenario, source.target, target);
  const isAtItsScope = source?.target.kind === 'azure' && isSameText(source.target.scope, scope);
  const isBareBelow = !linkedId.includes('/') && !isAtItsScope;
  if (isRight && !(isBareBelow && azure.linkedIdAtChildScope === 'full-path')) return;
  throw badRequest(
    'InvalidRoleAssignmentRequest',
    'The linked role eligibility schedule id is not valid for this request.',
  );
}

/** Reading a resource group takes a right that a management group's eligibility does not give. */
function checkReach({ state, caller, azure, scope }: ArmCall, target: SimTarget): void {
  if (azure.resourceGroupUnderManagementGroup === 'accepted') return;
  const { scenario } = state;
  const from = eligibilitiesOf(state, caller.objectId)
    .filter((row) => covers(scenario, row.target, target))
    .map((row) =>
      row.target.kind === 'azure' ? scopeById(scenario, row.target.scope) : undefined,
    );
  const isFromAbove = from.length > 0 && from.every((one) => one?.type === 'managementgroup');
  const isBelowSubscription = scopeById(scenario, scope)?.type.startsWith('resource');
  if (!isFromAbove || !isBelowSubscription) return;
  throw authorizationFailed({
    caller,
    action: 'Microsoft.Resources/subscriptions/resourceGroups/read',
    scope,
  });
}

/** What an activation of Azure must have besides what all surfaces ask. */
export function checkPlace(call: ArmCall, { body, linkedId }: AzureOrder): void {
  if (!isSameText(body.action, 'selfActivate')) return;
  const target = readTarget('azure', body);
  if (linkedId) checkLinked(call, target, linkedId);
  checkReach(call, target);
}

/** @throws Problem 403, as ARM does for what does not exist. */
export function requireScope({ state, scope, caller }: ArmCall, action: string): string {
  const known = scopeById(state.scenario, scope);
  if (known) return known.id;
  throw authorizationFailed({ caller, action, scope });
}
