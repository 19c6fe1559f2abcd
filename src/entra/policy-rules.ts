import * as z from 'zod';
import { parseIsoDuration, type Duration } from '../domain/duration.ts';
import type { Approver, Demand, Policy } from '../domain/policy.ts';
import { cleanName } from '../domain/text.ts';

const Expiration = z.looseObject({ maximumDuration: z.string() });
const Enablement = z.looseObject({ enabledRules: z.array(z.string()) });
const WireApprover = z.looseObject({
  '@odata.type': z.string().nullish(),
  /** Azure's name for the kind. */
  userType: z.string().nullish(),
  id: z.string().nullish(),
  userId: z.string().nullish(),
  groupId: z.string().nullish(),
  description: z.string().nullish(),
});
const Stage = z.looseObject({ primaryApprovers: z.array(WireApprover).nullish() });
const Approval = z.looseObject({
  setting: z.looseObject({
    isApprovalRequired: z.boolean(),
    approvalStages: z.array(Stage).nullish(),
  }),
});
const AuthenticationContext = z.looseObject({
  isEnabled: z.boolean(),
  claimValue: z.string().nullish(),
});
const Identified = z.looseObject({ id: z.string() });

/** The rule of that id, if it is there and has the shape we know. */
function ruleIn<T>(rules: readonly unknown[], id: string, schema: z.ZodType<T>): T | undefined {
  const rule = rules.find(
    (each) => Identified.safeParse(each).data?.id.toLowerCase() === id.toLowerCase(),
  );
  return schema.safeParse(rule).data;
}

function demand(isRequired: boolean | undefined): Demand {
  if (isRequired === undefined) return 'unknown';
  return isRequired ? 'required' : 'not-required';
}

/**
 * `isExpirationRequired` does not matter here: it allows assignments without an end, and the limit
 * "for assignments that are not permanent" holds either way. Every activation of ours has an end.
 */
function maximumIn(rules: readonly unknown[]): Duration | 'unknown' {
  const rule = ruleIn(rules, 'Expiration_EndUser_Assignment', Expiration);
  const maximum = parseIsoDuration(rule?.maximumDuration ?? '');
  return maximum && maximum.seconds > 0 ? maximum : 'unknown';
}

const APPROVER_KINDS: Readonly<Record<string, Approver['kind']>> = {
  singleuser: 'user',
  groupmembers: 'group',
  requestormanager: 'manager',
  user: 'user',
  group: 'group',
};

function toApprover(wire: z.infer<typeof WireApprover>): Approver {
  const type = wire['@odata.type']?.split('.').at(-1) ?? wire.userType ?? '';
  const kind = APPROVER_KINDS[type.toLowerCase()] ?? 'unknown';
  const named = [wire.description, wire.userId, wire.groupId, wire.id];
  const name = named.map((text) => cleanName(text ?? '')).find((text) => text !== '');
  return { kind, name: name ?? (kind === 'manager' ? 'your manager' : 'unnamed') };
}

function approvalIn(rules: readonly unknown[]): Pick<Policy, 'approval' | 'approvers'> {
  const setting = ruleIn(rules, 'Approval_EndUser_Assignment', Approval)?.setting;
  if (!setting?.isApprovalRequired)
    return { approval: demand(setting?.isApprovalRequired), approvers: [] };
  const stages = setting.approvalStages ?? [];
  const approvers = stages.flatMap((stage) => stage.primaryApprovers ?? []).map(toApprover);
  return { approval: 'required', approvers };
}

function enabledIn(rules: readonly unknown[]): (name: string) => Demand {
  const rule = ruleIn(rules, 'Enablement_EndUser_Assignment', Enablement);
  const enabled = rule?.enabledRules.map((name) => name.toLowerCase());
  return (name) => demand(enabled?.includes(name));
}

function contextIn(
  rules: readonly unknown[],
): Pick<Policy, 'authenticationContext' | 'claimValue'> {
  const rule = ruleIn(rules, 'AuthenticationContext_EndUser_Assignment', AuthenticationContext);
  const claimValue = cleanName(rule?.isEnabled ? (rule.claimValue ?? '') : '');
  return {
    authenticationContext: demand(rule?.isEnabled),
    claimValue: claimValue === '' ? null : claimValue,
  };
}

/** The rules of one policy -> what they demand. A rule that is missing or odd demands `unknown`. */
export function toPolicy(rules: readonly unknown[]): Policy {
  const enabled = enabledIn(rules);
  const context = contextIn(rules);
  return {
    maximumDuration: maximumIn(rules),
    justification: enabled('justification'),
    ticket: enabled('ticketing'),
    // An authentication context takes the place of the MFA rule.
    mfa:
      context.authenticationContext === 'required'
        ? 'not-required'
        : enabled('multifactorauthentication'),
    ...approvalIn(rules),
    ...context,
    unreadable: null,
  };
}
