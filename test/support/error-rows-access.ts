/** Rows about what one may do, and about what is not there. */
import { contosoScenario } from '../../src/simulator/scenario.ts';
import { activate, WHY } from './activate.ts';
import { type StackOptions } from './stack.ts';
import {
  type ErrorRow,
  MARCUS,
  SUBMITTED,
  refusal,
  answer,
  whenActivating,
  whenDemanding,
  whenListing,
  pendingId,
  CLAIMS,
  SESSION_ENDED,
} from './error-row.ts';

const scenario = contosoScenario();
const UNLICENSED: StackOptions = {
  simulator: {
    scenario: { ...scenario, tenant: { ...scenario.tenant, hasPremiumLicence: false } },
  },
};
const GROUPS_ONLY: StackOptions = {
  env: { AZURE_CLIENT_ID: '68e58909-ccb2-4416-925a-56c9a30f4300' },
};
const LICENCE = refusal(
  'AadPremiumLicenseRequired',
  'The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license.',
);
const UNGRANTED = refusal(
  'UnknownError',
  '{"errorCode":"PermissionScopeNotGranted","message":"Authorization failed due to missing permission scope RoleAssignmentSchedule.ReadWrite.Directory,RoleManagement.ReadWrite.Directory.","instanceAnnotations":[]}',
  403,
);
const DENIED = refusal(
  'Authorization_RequestDenied',
  'Insufficient privileges to complete the operation.',
  403,
);

export const ACCESS_ROWS: readonly ErrorRow[] = [
  {
    title: '400 AadPremiumLicenseRequired: list, from every surface',
    world: UNLICENSED,
    run: 'list_eligible',
    input: { search: 'Virtual' },
  },
  {
    title: '400 AadPremiumLicenseRequired: list, nothing else to read (group)',
    world: UNLICENSED,
    run: 'list_eligible',
    input: { type: 'Group' },
  },
  whenListing('group', LICENCE),
  whenActivating('group', LICENCE),
  whenListing(
    'group',
    refusal('MissingParameters', 'The required parameters GroupId or PrincipalId is missing.'),
  ),
  whenListing('directory', refusal('Request_BadRequest', 'Invalid filter clause.'), '', 2),
  whenListing('group', refusal('InvalidResource', 'The resource is invalid.')),
  whenListing('directory', refusal('InvalidFilter', 'The filter is invalid.')),
  whenActivating(
    'azure',
    refusal(
      'InvalidResource',
      'The given built-in role is not supported to be assigned to a single resource scope.',
    ),
  ),
  {
    title: '403 UnknownError with PermissionScopeNotGranted inside: list (directory)',
    world: GROUPS_ONLY,
    run: 'list_eligible',
    input: { search: 'Legacy' },
  },
  whenActivating('directory', UNGRANTED, ' with PermissionScopeNotGranted inside'),
  whenActivating('directory', DENIED),
  whenListing('group', DENIED, '', 2),
  {
    title: '403 Authorization_RequestDenied: decide (group)',
    before: pendingId,
    as: MARCUS,
    faults: [answer({ method: 'PATCH', surface: 'group' }, DENIED)],
    run: 'decide_request',
    input: { decision: 'approve', justification: WHY },
  },
  whenListing(
    'azure',
    refusal(
      'InsufficientPermissions',
      "The requestor 3f2b9c1a-7d54-4f0e-8a36-1c9e5b7d2f40 does not have permissions for this request. Please use $filter=asTarget() to filter on the requestor's assignments.",
      403,
    ),
  ),
  whenActivating(
    'azure',
    refusal(
      'AuthorizationFailed',
      "The client 'ida@contoso.com' with object id '3f2b9c1a-7d54-4f0e-8a36-1c9e5b7d2f40' does not have authorization to perform action 'Microsoft.Authorization/roleAssignmentScheduleRequests/write' over scope '/subscriptions/9c1d7e52-08fb-4b63-a4d9-e51f3c6b8a07' or the scope is invalid.",
      403,
    ),
  ),
  {
    title: '403 AuthorizationFailed on the role settings only: activate (azure)',
    run: 'activate',
    input: { name: 'Contributor', directory_scope_id: 'Finance' },
  },
  whenActivating(
    'azure',
    refusal('RequestDisallowedByPolicy', 'Resource was disallowed by policy.', 403),
  ),
  whenDemanding(
    'azure',
    refusal('RequestDisallowedByPolicy', `MFA is required. ${CLAIMS}`, 403),
    ' with claims',
  ),
  whenDemanding('azure', refusal('RequestDisallowedByAzure', `MFA is required. ${CLAIMS}`, 403)),
];

const EXPIRED = refusal(
  'InvalidAuthenticationToken',
  'Lifetime validation failed, the token is expired.',
  401,
);
export const TOKEN_ROWS: readonly ErrorRow[] = [
  whenListing('group', EXPIRED, ', once'),
  whenListing('group', EXPIRED, ', also for the new one', 2),
  {
    ...whenActivating('directory', EXPIRED, ', also for the new one'),
    faults: [answer(SUBMITTED.directory, EXPIRED, 2)],
  },
  whenListing('directory', SESSION_ENDED, ' with insufficient_claims, once'),
  whenListing('directory', SESSION_ENDED, ' with insufficient_claims, twice', 2),
  whenListing('directory', SESSION_ENDED, ' with insufficient_claims, again and again', 3),
  whenActivating('group', SESSION_ENDED, ' with insufficient_claims, once'),
  whenActivating('group', SESSION_ENDED, ' with insufficient_claims, again and again', 3),
  whenActivating('azure', SESSION_ENDED, ' with insufficient_claims, again and again', 3),
];

const MISSING = refusal('ResourceNotFound', 'The resource is not found.', 404);

export const STATUS_ROWS: readonly ErrorRow[] = [
  whenActivating('group', MISSING),
  whenListing('directory', MISSING),
  whenActivating('azure', refusal('InvalidResourceType', 'No such resource type.', 404)),
  {
    title: '404 ResourceNotFound: cancel (group)',
    before: pendingId,
    faults: [answer({ method: 'POST', pathIncludes: '/cancel' }, MISSING)],
    run: 'cancel_request',
  },
  {
    title: '400 BadRequest, not cancelable any more: cancel (group)',
    world: { simulator: { behaviour: { cancellableStatuses: [] } } },
    before: pendingId,
    run: 'cancel_request',
  },
  {
    title: '409 decided already: decide (group)',
    before: pendingId,
    as: MARCUS,
    faults: [
      answer(
        { method: 'PATCH', surface: 'group' },
        refusal('Conflict', 'The approval is decided.', 409),
      ),
    ],
    run: 'decide_request',
    input: { decision: 'approve', justification: WHY },
  },
  {
    title: '409 decided already: decide (azure)',
    before: async (stack) => ({
      request: (
        await activate(stack, { name: 'Owner', directory_scope_id: 'Grid Production', duration: 1 })
      ).requestId,
    }),
    as: MARCUS,
    faults: [
      answer(
        { method: 'PUT', surface: 'azure' },
        refusal('Conflict', 'The approval is decided.', 409),
      ),
    ],
    run: 'decide_request',
    input: { decision: 'deny', justification: WHY },
  },
];
