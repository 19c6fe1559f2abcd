/**
 * Every refusal of Microsoft that we know, with what to tell people about it. Upstream's own words
 * are only ever quoted beside this; they never become guidance.
 * Sources: Microsoft Learn "Troubleshoot privileged role errors" and what public clients of these
 * APIs have recorded.
 */
import type { Explanation } from './explanation.ts';
import { SIGN_IN_REASONS } from './sign-in-reasons.ts';

const activationRules = {
  JustificationRule: {
    code: 'rejected',
    cause: 'The role settings demand a justification.',
    fix: 'Say why the privilege is needed.',
    next: 'activate',
  },
  TicketingRule: {
    code: 'rejected',
    cause: 'The role settings demand a ticket.',
    fix: 'Give the ticket number and the ticket system.',
    next: 'activate',
  },
  ExpirationRule: {
    code: 'rejected',
    cause: 'The duration is longer than the role settings allow.',
    fix: 'Ask for a shorter duration.',
    next: 'activate',
  },
  MfaRule: {
    code: 'step-up-required',
    cause:
      'The role settings demand multifactor authentication, and this sign-in was made without.',
    fix: 'Sign in again (`entra-pim login`) with multifactor authentication, then activate again; if that does not help, ask your administrator.',
    next: 'sign-in',
  },
  EligibilityRule: {
    code: 'rejected',
    cause: 'You are not eligible for this at that scope (any more).',
    fix: 'List your eligibilities again and use one of them.',
    next: 'list',
  },
  ApprovalRule: {
    code: 'rejected',
    cause: 'The approval settings of the role refuse this activation.',
    fix: 'Ask your administrator to check the approval settings.',
    next: 'ask-administrator',
  },
  ActivationDayRule: {
    code: 'rejected',
    cause: 'The role settings do not allow an activation on that day.',
    fix: 'Ask your administrator on which days this may be activated.',
    next: 'ask-administrator',
  },
  AdminRequestRule: {
    code: 'rejected',
    cause: "The role settings applied a rule for administrators' requests, which this is not.",
    fix: 'Report this with the request id.',
    next: 'report',
  },
} as const satisfies Record<string, Explanation>;

const requests = {
  RoleAssignmentRequestAcrsValidationFailed: {
    code: 'step-up-required',
    cause:
      'The role settings demand an authentication context (Conditional Access) that this sign-in does not carry.',
    fix: 'Ask your administrator which Conditional Access policy stands behind it, or activate this one in the Entra portal.',
    next: 'portal',
  },
  RoleAssignmentRequestPolicyValidationFailed: {
    code: 'rejected',
    cause: 'The role settings refuse this activation.',
    fix: 'See in the Entra portal what the role settings demand, or ask your administrator.',
    next: 'portal',
  },
  RoleAssignmentExists: {
    code: 'conflict',
    cause: 'It is active already, or was deactivated moments ago and is not cleared yet.',
    fix: 'See what is active; a later start is possible only once that has ended. After a deactivation wait two minutes, then activate again.',
    next: 'list-active',
  },
  RoleAssignmentRequestExists: {
    code: 'conflict',
    cause: 'A request for this exists already.',
    fix: 'Find it among your requests; wait for the decision, or cancel it. If it is not there, cancel it in the Entra portal.',
    next: 'requests',
  },
  PendingRoleAssignmentRequest: {
    code: 'conflict',
    cause: 'A request for this is pending already (it waits for approval, or is stuck).',
    fix: 'Find it among your requests; wait for the decision, or cancel it. If it is not there, cancel it in the Entra portal.',
    next: 'requests',
  },
  OverlapsPendingRoleAssignmentRequests: {
    code: 'conflict',
    cause: 'The times overlap with a request that is scheduled already.',
    fix: 'Choose a start at least one minute after the other one ends, or cancel that one; it is among your requests.',
    next: 'requests',
  },
  ActiveDurationTooShort: {
    code: 'rejected',
    cause:
      'PIM allows no activation shorter than 5 minutes, and no deactivation within the first 5.',
    fix: 'Ask for 5 minutes or more.',
    next: 'activate',
  },
  RoleAssignmentDoesNotExist: {
    code: 'not-found',
    cause:
      'There is no such assignment: it is not active, or was asked for with another access level or scope.',
    fix: 'List again and use the row as it stands.',
    next: 'list',
  },
  SubjectNotFound: {
    code: 'not-found',
    cause: 'Microsoft does not know your account in this tenant (yet).',
    fix: 'Check that you are signed in to the tenant that holds the eligibility.',
    next: 'whoami',
  },
  RoleNotFound: {
    code: 'not-found',
    cause: 'The role does not exist.',
    fix: 'List again and use one of the rows.',
    next: 'list',
  },
  RoleDefinitionDoesNotExist: {
    code: 'not-found',
    cause: 'The role does not exist.',
    fix: 'List again and use one of the rows.',
    next: 'list',
  },
  RoleAssignmentRequestNotEligible: {
    code: 'rejected',
    cause: 'You are not eligible for this (any more).',
    fix: 'List your eligibilities again and use one of them.',
    next: 'list',
  },
  ResourceIsLocked: {
    code: 'rejected',
    cause: 'The resource is locked.',
    fix: 'Ask its owner to remove the lock.',
    next: 'ask-administrator',
  },
  CannotDeleteLastAdminAssignment: {
    code: 'rejected',
    cause: 'This is the last owner, and the last one cannot be removed.',
    fix: 'Have another owner assigned first.',
    next: 'ask-administrator',
  },
  InvalidRoleAssignmentRequest: {
    code: 'rejected',
    cause: 'Microsoft found the request malformed.',
    fix: 'Report this with the request id: it is probably our fault.',
    next: 'report',
  },
  InvalidRoleAssignmentRequestSchedule: {
    code: 'rejected',
    cause: 'Microsoft refused the start or the duration.',
    fix: 'Try without a start time; if that fails too, report it with the request id.',
    next: 'report',
  },
} as const satisfies Record<string, Explanation>;

const access = {
  AadPremiumLicenseRequired: {
    code: 'licence-missing',
    cause: 'The tenant has no Microsoft Entra ID P2 or ID Governance licence, which PIM needs.',
    fix: 'Ask your administrator; nothing can be activated here without it.',
    next: 'ask-administrator',
  },
  PermissionScopeNotGranted: {
    code: 'consent-missing',
    cause: 'The app you signed in with lacks a permission for this.',
    fix: 'Activating, or listing that type alone, asks you to consent; else have an administrator consent.',
    next: 'whoami',
  },
  Authorization_RequestDenied: {
    code: 'forbidden',
    cause: 'Microsoft denied the request: a permission or a directory role is missing.',
    fix: 'See which consent is missing, and have an administrator grant it.',
    next: 'whoami',
  },
  InvalidAuthenticationToken: {
    code: 'sign-in-required',
    cause: 'Microsoft does not accept the sign-in (any more).',
    fix: 'Sign in again with `entra-pim login`. If that does not help, check the clock of this machine and the cloud.',
    next: 'sign-in',
  },
  InsufficientClaims: {
    code: 'step-up-required',
    cause: 'Microsoft asks for a fresh sign-in (continuous access evaluation).',
    fix: 'Sign in again.',
    next: 'sign-in',
  },
  MissingParameters: {
    code: 'upstream',
    cause: 'Microsoft found a parameter missing.',
    fix: 'Report this with the request id: it is probably our fault.',
    next: 'report',
  },
  Request_BadRequest: {
    code: 'upstream',
    cause: 'Microsoft did not accept the query.',
    fix: 'Report this with the request id: it is probably our fault.',
    next: 'report',
  },
  InvalidFilter: {
    code: 'upstream',
    cause: 'Microsoft did not accept the filter.',
    fix: 'Report this with the request id: it is probably our fault.',
    next: 'report',
  },
  InvalidResource: {
    code: 'upstream',
    cause: 'Microsoft did not accept the role at that scope, or the object named in the query.',
    fix: 'Activate at the scope that the list shows; if you did, report this with the request id.',
    next: 'list',
  },
  ResourceNotFound: {
    code: 'not-found',
    cause: 'Microsoft knows no such object.',
    fix: 'List again and use one of the rows.',
    next: 'list',
  },
  InsufficientPermissions: {
    code: 'forbidden',
    cause: 'Azure does not let you read the rows of others there.',
    fix: 'Report this with the request id: it is probably our fault.',
    next: 'report',
  },
  AuthorizationFailed: {
    code: 'forbidden',
    cause: 'Azure denied the request: you have no right to do that at that scope.',
    fix: 'List again and activate at the scope that the list shows, not at a narrower one.',
    next: 'list',
  },
  RequestDisallowedByPolicy: {
    code: 'forbidden',
    cause: 'An Azure Policy of that scope forbids this.',
    fix: 'Ask whoever looks after that subscription which policy it is.',
    next: 'ask-administrator',
  },
  RequestDisallowedByAzure: {
    code: 'step-up-required',
    cause: 'Azure demands multifactor authentication for changes; this sign-in was made without.',
    fix: 'Sign in again with multifactor authentication, then try again.',
    next: 'sign-in',
  },
  InvalidResourceType: {
    code: 'upstream',
    cause: 'Azure does not know this kind of request there.',
    fix: 'Report this with the request id; it may be the wrong cloud.',
    next: 'report',
  },
  CultureNotFoundException: {
    code: 'upstream',
    cause: 'Microsoft refused the language header.',
    fix: 'Report this: a proxy may be rewriting the request.',
    next: 'report',
  },
  TooManyRequests: {
    code: 'throttled',
    cause: 'Microsoft is throttling requests.',
    fix: 'Nothing was done. Wait a little, then try again.',
    next: 'wait',
  },
} as const satisfies Record<string, Explanation>;

const TABLE = { ...activationRules, ...requests, ...access, ...SIGN_IN_REASONS };

/** A code or rule name of Microsoft's that we can explain. */
export type KnownReason = keyof typeof TABLE;

export const EXPLANATIONS: Readonly<Record<KnownReason, Explanation>> = TABLE;

export const KNOWN_REASONS: readonly KnownReason[] = Object.keys(TABLE).filter(isKnownReason);

/** Names of the policy rules that `RoleAssignmentRequestPolicyValidationFailed` lists. */
type RuleName = keyof typeof activationRules;

export function isKnownReason(text: string): text is KnownReason {
  return Object.hasOwn(TABLE, text);
}

export function isRuleName(text: string): text is RuleName {
  return Object.hasOwn(activationRules, text);
}
