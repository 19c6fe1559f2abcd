import { isLonger, parseIsoDuration, seconds } from '../domain/duration.ts';
import type { Behaviour } from './behaviour.ts';
import { declaresCp1 } from './evaluation.ts';
import type { RequestEntry } from './journal.ts';
import { badRequest, type Problem } from './problem.ts';
import { endOfSchedule, type Schedule } from './schedule.ts';
import type { ScenarioPolicy } from './scenario.ts';
import type { Caller } from './world.ts';

/** What the rules are held against. */
export interface Checked {
  readonly policy: ScenarioPolicy;
  readonly caller: Caller;
  readonly isEligible: boolean;
  readonly justification: string | null;
  readonly ticket: RequestEntry['ticket'];
  readonly schedule: Schedule;
}

function isEmpty(value: string | null): boolean {
  return value === null || value.trim() === '';
}

function demands(policy: ScenarioPolicy, rule: ScenarioPolicy['enabledRules'][number]): boolean {
  return policy.enabledRules.includes(rule);
}

/** `PT0S` and a missing rule set no limit that anybody could keep. */
function isTooLong({ policy, schedule }: Checked): boolean {
  const maximum = parseIsoDuration(policy.maximumDuration ?? '');
  if (!maximum || maximum.seconds === 0) return false;
  const start = new Date(schedule.start);
  const end = endOfSchedule(schedule, start);
  return !end || isLonger(seconds((end.getTime() - start.getTime()) / 1000), maximum);
}

/** Rule by rule, in the order in which the service lists them: does it fail, and what it says. */
const RULES: readonly (readonly [string, string, (checked: Checked) => boolean])[] = [
  [
    'JustificationRule',
    'Justification is required',
    ({ policy, justification }) => demands(policy, 'Justification') && isEmpty(justification),
  ],
  [
    'TicketingRule',
    'Ticket information is required',
    ({ policy, ticket }) =>
      demands(policy, 'Ticketing') && (isEmpty(ticket.number) || isEmpty(ticket.system)),
  ],
  ['ExpirationRule', 'The requested duration exceeds the limit', isTooLong],
  [
    'MfaRule',
    'Multi-factor authentication is required',
    ({ policy, caller }) =>
      demands(policy, 'MultiFactorAuthentication') &&
      policy.authenticationContext === undefined &&
      !caller.amr.includes('mfa'),
  ],
  ['EligibilityRule', 'The principal is not eligible', ({ isEligible }) => !isEligible],
];

/** The names of all rules that fail, together. */
export function failedRules(checked: Checked): string[] {
  return RULES.filter(([, , fails]) => fails(checked)).map(([name]) => name);
}

export function policyFailure(rules: readonly string[], behaviour: Behaviour): Problem {
  const sentences = RULES.filter(([name]) => rules.includes(name)).map(
    ([name, why]) => `${name} - ${why}`,
  );
  const listed =
    behaviour.policyFailureText === 'list' ? JSON.stringify(rules) : sentences.join(', ');
  return badRequest(
    'RoleAssignmentRequestPolicyValidationFailed',
    `The following policy rules failed: ${listed}`,
  );
}

/** The claims challenge for an authentication context that the token lacks; else `null`. */
export function contextChallenge(
  { policy, caller }: Checked,
  { contextNeedsCp1 }: Behaviour,
): Problem | null {
  const value = policy.authenticationContext;
  const counts = !contextNeedsCp1 || declaresCp1(caller);
  if (value === undefined || (counts && caller.acrs.includes(value))) return null;
  const claims = `{"access_token":{"acrs":{"essential":true, "value":"${value}"}}}`;
  return badRequest(
    'RoleAssignmentRequestAcrsValidationFailed',
    `&claims=${encodeURIComponent(claims)}`,
  );
}
