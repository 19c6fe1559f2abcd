import * as z from 'zod';

/**
 * How Azure Resource Manager behaves where sources disagree or only one speaks. Plain data, like the
 * switches of Graph; those that mean the same on every surface (texts of failed rules, page size,
 * what may be cancelled) are there. Defaults: what most sources saw, save for waiting times.
 */
export const azureBehaviourSchema = z.strictObject({
  /** `empty`: the active list at the root shows nothing, as one project saw; per scope it does. */
  rootActiveList: z.enum(['complete', 'empty']),
  /** `true`: below a management group, what is active on it is listed too, as `Inherited`. */
  inheritedAtScope: z.boolean(),
  /** How long a provisioned activation is missing from lists and permissions. Seen: 10 to 90 s. */
  activeListLagSeconds: z.number().min(0),
  /** How long an activation that is over stays listed, with status `Revoked`. */
  endedRowsSeconds: z.number().min(0),
  /** How long a new activation cannot be turned off as it "does not exist". Seen: 44 s. */
  notFoundSeconds: z.number().min(0),
  /** How long after a deactivation the next activation is refused as existing. Seen: 90 to 117 s. */
  reactivationGapSeconds: z.number().min(0),
  /** How long provisioning goes on after the answer. Seen: none, the answer itself takes 15 s. */
  provisioningDelaySeconds: z.number().min(0),
  /** `true`: `asRequestor()` is refused to who has no active role, as seen live. */
  asRequestorRefused: z.boolean(),
  /** `full-path`: below the eligibility's own scope a bare GUID as linked id is refused. */
  linkedIdAtChildScope: z.enum(['full-path', 'any']),
  /** `refused`: nothing below a subscription can be activated from a management group. */
  resourceGroupUnderManagementGroup: z.enum(['accepted', 'refused']),
  /** What a cancellation answers: 200 in the specification, 204 in clients. */
  cancelStatus: z.union([z.literal(200), z.literal(204)]),
  /** How `approvalId` is written. */
  approvalId: z.enum(['path', 'guid']),
  /** Which body a decision must have; `batch-only`: no direct decision, only through `/batch`. */
  approvalBody: z.enum(['wrapped', 'flat', 'batch-only']),
  /** `false`: a policy list ignores `roleDefinitionId eq`. */
  policyFilterHonoured: z.boolean(),
  /** `needs-role`: who is only eligible cannot read policies. */
  policyReads: z.enum(['open', 'needs-role']),
  /** `needs-role`: who is only eligible cannot read role definitions. */
  definitionReads: z.enum(['open', 'needs-role']),
  /** What `/batch` does with more than twenty requests: go on in the background, or refuse. */
  largeBatch: z.enum(['background', 'refused']),
  /** How often whoever asks for its result is told to wait. */
  batchPolls: z.int().min(0),
  /** `true`: every list begins with an empty page that names a next one. */
  emptyFirstPage: z.boolean(),
});

export type AzureBehaviour = Readonly<z.infer<typeof azureBehaviourSchema>>;

export const DEFAULT_AZURE_BEHAVIOUR: AzureBehaviour = {
  rootActiveList: 'complete',
  inheritedAtScope: false,
  activeListLagSeconds: 0,
  endedRowsSeconds: 0,
  notFoundSeconds: 0,
  reactivationGapSeconds: 0,
  provisioningDelaySeconds: 0,
  asRequestorRefused: true,
  linkedIdAtChildScope: 'full-path',
  resourceGroupUnderManagementGroup: 'accepted',
  cancelStatus: 200,
  approvalId: 'path',
  approvalBody: 'wrapped',
  policyFilterHonoured: true,
  policyReads: 'open',
  definitionReads: 'open',
  largeBatch: 'background',
  batchPolls: 1,
  emptyFirstPage: false,
};
