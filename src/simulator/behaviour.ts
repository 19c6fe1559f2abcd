import * as z from 'zod';

const area = z.enum(['group', 'directory', 'policy', 'object', 'azure']);

/** What a failure takes down: a PIM surface, Graph's policies, or plain directory objects. */
export type Area = z.infer<typeof area>;

/**
 * How the tenant behaves where Microsoft's service is slow, odd, or not documented beyond doubt.
 * Plain data: a test overrides what it is about. What Microsoft's own answers were seen to be is the
 * default, save for waiting times; the alternatives are what other sources report.
 */
export const behaviourSchema = z.strictObject({
  /** Rows per page; `$top` may ask for fewer. */
  pageSize: z.int().positive(),
  /** Undocumented for PIM lists: `false` ignores `$top`. */
  honoursTop: z.boolean(),
  /** How long an activation takes to be provisioned. Seen: roles at once, groups up to 13 s. */
  provisioningDelaySeconds: z.strictObject({ group: z.number(), directory: z.number() }),
  /** The status meanwhile; other values than the documented one were seen. */
  provisioningStatus: z.string(),
  /** `Failed` inside a 201 was seen. */
  provisioningOutcome: z.enum(['Provisioned', 'Failed']),
  /** How long a provisioned activation is missing from the lists. Seen: 8 to 11 s. */
  lagSeconds: z.number(),
  /** How long after a deactivation the next activation is refused as existing. Seen: 12 s for roles. */
  reactivationGapSeconds: z.number(),
  /** An approval that nobody decides is granted after this time; `null` = people must decide. */
  autoApproveAfterSeconds: z.number().nullable(),
  /** `false`: `$expand=group` gives no names, as one project reports. */
  groupNamesExpanded: z.boolean(),
  /** `false`: `$expand=directoryScope` gives `null`. */
  expandDirectoryScope: z.boolean(),
  /** What `$expand=roleDefinition` gives: also what the role allows, or the name alone. */
  expandedDefinitions: z.enum(['full', 'name-only']),
  /** `observed`: groups `direct`, roles `Direct`. Clients must not care. */
  enumCasing: z.enum(['observed', 'lower', 'pascal']),
  /** The status of a request whose start lies ahead. */
  grantedStatusForFuture: z.string(),
  /** A request without `startDateTime`: whether it means "now" is not confirmed. */
  missingStart: z.enum(['now', 'refused']),
  /** The status in the answer to `isValidationOnly`; undocumented. */
  validationStatus: z.string(),
  /** A second activation, starting later, while one runs: sources disagree. */
  futureWhileActive: z.enum(['refused', 'accepted']),
  /** Which own requests may be cancelled. Documented: `Granted`; clients also cancel pending ones. */
  cancellableStatuses: z.array(z.string()),
  /** Whose id a row has that came through a group. */
  memberTypeGroupPrincipal: z.enum(['group', 'self']),
  /** Which scope types find role policies. Both are said to. */
  policyScopeTypes: z.array(z.string()),
  /** `list`: `["JustificationRule"]`; `sentence`: `JustificationRule - …`, newer. */
  policyFailureText: z.enum(['list', 'sentence']),
  /** Whether an authentication context counts only in tokens of clients that declare `cp1`, as one project saw. */
  contextNeedsCp1: z.boolean(),
  /** How "you are not eligible" is said. */
  notEligible: z.enum(['EligibilityRule', 'RoleAssignmentRequestNotEligible']),
  /** How "one is waiting already" is said. */
  pendingCode: z.enum(['PendingRoleAssignmentRequest', 'RoleAssignmentRequestExists']),
  /** The broad `PrivilegedAccess.*.AzureADGroup` are no longer listed but said to be accepted. */
  acceptsLegacyGroupScopes: z.boolean(),
  /** Whether lists of group requests take the permission to write them, as one source says. */
  groupRequestsNeedWrite: z.boolean(),
  /** What beta asks for approvals of Entra roles: as documented, or more, as two projects report. */
  betaApprovalScope: z.enum(['documented', 'privileged-access-too']),
  /**
   * What lists for approvers show besides what they can decide on. `decided`: what is over, with the
   * status it has. `as-pending`: what is over or no longer theirs, as if it still waited.
   */
  staleApproverRows: z.enum(['decided', 'none', 'as-pending']),
  /** Areas that answer with an error whatever is asked. */
  failures: z.array(
    z.strictObject({ area, status: z.int(), code: z.string(), message: z.string() }),
  ),
});

export type Behaviour = Readonly<z.infer<typeof behaviourSchema>>;

export const DEFAULT_BEHAVIOUR: Behaviour = {
  pageSize: 100,
  honoursTop: true,
  provisioningDelaySeconds: { group: 2, directory: 0 },
  provisioningStatus: 'PendingProvisioning',
  provisioningOutcome: 'Provisioned',
  lagSeconds: 0,
  reactivationGapSeconds: 0,
  autoApproveAfterSeconds: null,
  groupNamesExpanded: true,
  expandDirectoryScope: true,
  expandedDefinitions: 'full',
  enumCasing: 'observed',
  grantedStatusForFuture: 'Granted',
  missingStart: 'now',
  validationStatus: 'Granted',
  futureWhileActive: 'refused',
  cancellableStatuses: ['Granted', 'PendingApproval'],
  memberTypeGroupPrincipal: 'group',
  policyScopeTypes: ['DirectoryRole', 'Directory'],
  policyFailureText: 'list',
  contextNeedsCp1: true,
  notEligible: 'EligibilityRule',
  pendingCode: 'PendingRoleAssignmentRequest',
  acceptsLegacyGroupScopes: true,
  groupRequestsNeedWrite: false,
  betaApprovalScope: 'documented',
  staleApproverRows: 'decided',
  failures: [],
};
