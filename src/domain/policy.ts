import type { Duration } from './duration.ts';

/** What a rule says; `unknown` when the rule or the whole policy could not be read. Never a default. */
export type Demand = 'required' | 'not-required' | 'unknown';

/** Who may approve, as the policy names them. */
export interface Approver {
  readonly kind: 'user' | 'group' | 'manager' | 'unknown';
  readonly name: string;
}

/**
 * The role settings that bear on turning a role on (the four `…_EndUser_Assignment` rules).
 * Source: reference "PIM rules overview" of Microsoft Graph.
 */
export interface Policy {
  /** Upper limit of an activation; `unknown` for no rule, `PT0S` or an unreadable one. */
  readonly maximumDuration: Duration | 'unknown';
  readonly justification: Demand;
  readonly ticket: Demand;
  readonly mfa: Demand;
  readonly approval: Demand;
  readonly approvers: readonly Approver[];
  readonly authenticationContext: Demand;
  /** Which authentication context the sign-in must carry (`c1`…`c99`); `null` when none is named. */
  readonly claimValue: string | null;
  /** Why the policy is unknown, in one sentence; `null` when it was read. */
  readonly unreadable: string | null;
}

/** What an activation will need beside what the wish brings along. */
export type Requirement =
  | { readonly kind: 'approval'; readonly approvers: readonly Approver[] }
  | { readonly kind: 'mfa' }
  | { readonly kind: 'authentication-context'; readonly claimValue: string | null };

/** Known before anything is sent, so that nobody learns of it one refusal at a time. */
export function requirementsOf(policy: Policy): Requirement[] {
  const { approval, approvers, mfa, authenticationContext, claimValue } = policy;
  return [
    ...(approval === 'required' ? [{ kind: 'approval' as const, approvers }] : []),
    ...(mfa === 'required' ? [{ kind: 'mfa' as const }] : []),
    ...(authenticationContext === 'required'
      ? [{ kind: 'authentication-context' as const, claimValue }]
      : []),
  ];
}

/** The policy of which nothing is known. The service still judges; we only cannot say beforehand. */
export function unknownPolicy(why: string): Policy {
  return {
    maximumDuration: 'unknown',
    justification: 'unknown',
    ticket: 'unknown',
    mfa: 'unknown',
    approval: 'unknown',
    approvers: [],
    authenticationContext: 'unknown',
    claimValue: null,
    unreadable: why,
  };
}
