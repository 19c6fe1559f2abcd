/** Rows about the request itself: in the way, against the rules, about nothing. */
import { activate } from './activate.ts';
import {
  type ErrorRow,
  LONG_SECONDS,
  GROUP,
  OWNED_GROUP,
  ROLE,
  AZURE,
  APPROVED,
  SUBMITTED,
  type Refusal,
  refusal,
  answer,
  whenActivating,
  whenDemanding,
  CLAIMS,
  on,
  offAgain,
  whenDeactivating,
  tomorrow,
  elsewhere,
  pending,
} from './error-row.ts';

const EXISTS = refusal('RoleAssignmentExists', 'The Role assignment already exists.');
const PENDING = refusal(
  'PendingRoleAssignmentRequest',
  'There is already an existing pending Role assignment request.',
);
const RULES = 'RoleAssignmentRequestPolicyValidationFailed';
function rules(list: string): Refusal {
  return refusal(RULES, `The following policy rules failed: ${list}`);
}

const CONTEXT_ROLE = { name: 'Application Administrator', duration: 1 };
const CLEARING = { reactivationGapSeconds: LONG_SECONDS };

export const ALREADY: readonly ErrorRow[] = [
  {
    title: '400 RoleAssignmentExists: activate, active since the list was read (group)',
    before: (stack) => elsewhere(stack, GROUP),
    run: 'activate',
    input: GROUP,
  },
  {
    title: '400 RoleAssignmentExists: activate for later while it runs (directory)',
    before: (stack) => on(stack, ROLE),
    run: 'activate',
    input: { ...ROLE, ...tomorrow() },
  },
  {
    title:
      '400 RoleAssignmentExists: activate, not cleared two minutes after a deactivation (group)',
    world: { simulator: { behaviour: CLEARING } },
    before: (stack) => offAgain(stack, GROUP),
    run: 'activate',
    input: GROUP,
  },
  {
    title:
      '400 RoleAssignmentExists: activate, not cleared two minutes after a deactivation (azure)',
    world: { simulator: { azure: CLEARING } },
    before: (stack) => offAgain(stack, AZURE),
    run: 'activate',
    input: AZURE,
  },
  {
    title: '400 RoleAssignmentExists: validate (directory)',
    faults: [answer(SUBMITTED.directory, EXISTS)],
    run: 'activate',
    input: { ...ROLE, validate_only: true },
  },
  {
    title: '400 PendingRoleAssignmentRequest: activate, it awaits approval (group)',
    before: pending,
    run: 'activate',
    input: APPROVED,
  },
  {
    title: '400 RoleAssignmentRequestExists: activate, it awaits approval (group)',
    world: { simulator: { behaviour: { pendingCode: 'RoleAssignmentRequestExists' } } },
    before: pending,
    run: 'activate',
    input: APPROVED,
  },
  whenActivating('group', PENDING, ' that no list shows'),
  whenActivating('azure', PENDING, ' that no list shows'),
  whenActivating(
    'directory',
    refusal('RoleAssignmentRequestExists', 'A request exists.'),
    ' that no list shows',
  ),
  {
    title: '400 OverlapsPendingRoleAssignmentRequests: activate for later (group)',
    before: (stack) => on(stack, { ...GROUP, ...tomorrow() }),
    run: 'activate',
    input: { ...GROUP, ...tomorrow(30) },
  },
  {
    title: '400 OverlapsPendingRoleAssignmentRequests: activate for later (azure)',
    before: (stack) => on(stack, { ...AZURE, ...tomorrow() }),
    run: 'activate',
    input: { ...AZURE, ...tomorrow(30) },
  },
];

export const RULE_ROWS: readonly ErrorRow[] = [
  {
    title: `400 ${RULES} ["JustificationRule"]: activate, settings unreadable (directory)`,
    run: 'activate',
    input: { name: 'Exchange Administrator', justification: ' ' },
  },
  {
    title: `400 ${RULES} JustificationRule - …: activate, settings unreadable (azure)`,
    world: { simulator: { behaviour: { policyFailureText: 'sentence' } } },
    run: 'activate',
    input: { name: 'Contributor', directory_scope_id: 'Finance', justification: ' ' },
  },
  {
    title: `400 ${RULES} ["ExpirationRule"]: activate, settings unreadable (directory)`,
    run: 'activate',
    input: { name: 'Exchange Administrator', duration: 12 },
  },
  {
    title: `400 ${RULES} ["MfaRule"]: activate (group)`,
    run: 'activate',
    input: OWNED_GROUP,
  },
  whenDemanding('group', rules('["MfaRule"]'), ' ["MfaRule"]'),
  whenDemanding('azure', rules('MfaRule - text'), ' MfaRule - …'),
  {
    title: `400 ${RULES} ["JustificationRule","ExpirationRule"]: validate (directory)`,
    run: 'activate',
    input: {
      name: 'Exchange Administrator',
      justification: ' ',
      duration: 12,
      validate_only: true,
    },
  },
  ...[
    'TicketingRule',
    'EligibilityRule',
    'ApprovalRule',
    'ActivationDayRule',
    'AdminRequestRule',
  ].map((rule) => whenActivating('directory', rules(`["${rule}"]`), ` ["${rule}"]`)),
  whenActivating('azure', rules('TicketingRule - Ticket is required'), ' TicketingRule - …'),
  whenActivating('group', rules('["MfaRule","TicketingRule"]'), ' ["MfaRule","TicketingRule"]'),
  whenActivating('group', rules('["BrandNewRule"]'), ' ["BrandNewRule"]'),
  whenActivating('group', rules(''), ' without a rule'),
  {
    title: 'authentication context, signed in for before anything is sent: activate (directory)',
    run: 'activate',
    input: CONTEXT_ROLE,
  },
  {
    title: '400 RoleAssignmentRequestAcrsValidationFailed: validate (directory)',
    run: 'activate',
    input: { ...CONTEXT_ROLE, validate_only: true },
  },
  {
    title: 'AADSTS53003, Conditional Access blocks the further sign-in: activate (directory)',
    before: async ({ signIn, simulator }) => {
      await signIn.token();
      const refusals = [{ code: 53003, appliesTo: '*', at: 'redirect' }];
      simulator.behaviour.patch({ identity: { refusals } });
      return undefined;
    },
    run: 'activate',
    input: CONTEXT_ROLE,
  },
  whenDemanding('directory', refusal('RoleAssignmentRequestAcrsValidationFailed', CLAIMS)),
  whenDemanding('azure', refusal('RoleAssignmentRequestAcrsValidationFailed', CLAIMS)),
];

const TOO_SHORT = refusal(
  'ActiveDurationTooShort',
  'The Active duration is too short. Miniumum Required is 5 minutes.',
);
const NO_ASSIGNMENT = refusal('RoleAssignmentDoesNotExist', 'The Role assignment does not exist.');
const NO_SUBJECT = refusal('SubjectNotFound', 'The subject is not found.');

export const SUBJECT_ROWS: readonly ErrorRow[] = [
  {
    title: '400 ActiveDurationTooShort: deactivate within five minutes, known before (group)',
    before: async (stack) => {
      await activate(stack, GROUP);
      return undefined;
    },
    run: 'deactivate',
    input: { name: GROUP.name },
  },
  whenDeactivating('group', TOO_SHORT, ' by their clock'),
  whenDeactivating('azure', TOO_SHORT, ' by their clock'),
  whenActivating('group', TOO_SHORT),
  whenDeactivating('group', NO_ASSIGNMENT),
  {
    title: '400 RoleAssignmentDoesNotExist, too new: deactivate (azure)',
    world: { simulator: { azure: { notFoundSeconds: LONG_SECONDS } } },
    before: (stack) => on(stack, AZURE),
    run: 'deactivate',
    input: { name: AZURE.name },
  },
  whenActivating('group', NO_ASSIGNMENT, ' with that access'),
  whenActivating('group', NO_SUBJECT),
  whenActivating('azure', NO_SUBJECT),
  whenActivating('directory', refusal('RoleNotFound', 'The role is not found.')),
  whenActivating('azure', refusal('RoleDefinitionDoesNotExist', 'No such role definition.')),
  whenActivating('directory', refusal('RoleAssignmentRequestNotEligible', 'Not eligible.')),
  whenActivating('azure', refusal('ResourceIsLocked', 'The resource is locked.')),
  whenDeactivating('group', refusal('CannotDeleteLastAdminAssignment', 'The last owner.')),
  whenActivating('group', refusal('InvalidRoleAssignmentRequest', 'The request is invalid.')),
  whenActivating(
    'azure',
    refusal('InvalidRoleAssignmentRequestSchedule', 'The schedule is invalid.'),
  ),
];
