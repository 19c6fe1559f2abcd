import * as z from 'zod';
import { isPimError, type PimError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/explanation.ts';
import { unknownPolicy, type Policy } from '../domain/policy.ts';
import type { Call } from '../domain/ports.ts';
import { cleanMessage } from '../domain/text.ts';
import type { Service } from './service.ts';
import { literal, withQuery } from './odata.ts';
import { toPolicy } from './policy-rules.ts';

/** What a policy assignment is asked by. Source: "List roleManagementPolicyAssignments". */
interface PolicyFilter {
  readonly scopeId: string;
  readonly scopeType: 'Group' | 'DirectoryRole';
  /** Left out: every role of that scope. */
  readonly roleDefinitionId?: string;
}

const Assignment = z.looseObject({
  roleDefinitionId: z.string(),
  policy: z.looseObject({ rules: z.array(z.unknown()) }),
});

const COLLECTION = '/v1.0/policies/roleManagementPolicyAssignments';

/** Faults that are not the policy's: whoever asked must hear of them. */
const NOT_OURS: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'configuration',
  'sign-in-required',
  'sign-in-pending',
  'sign-in-failed',
]);

/**
 * One call for assignment, policy and rules. By `roleDefinitionId` in lower case; rows that are not
 * understood, or were not asked for, are left out.
 */
export async function fetchPolicies(
  graph: Service,
  filter: PolicyFilter,
  call: Call,
): Promise<ReadonlyMap<string, Policy>> {
  const conditions = Object.entries(filter).map(([name, value]) => `${name} eq ${literal(value)}`);
  const path = withQuery(COLLECTION, {
    filter: conditions.join(' and '),
    expand: 'policy($expand=rules)',
  });
  const policies = new Map<string, Policy>();
  for (const row of await graph.list(path, call)) {
    const assignment = Assignment.safeParse(row).data;
    if (assignment === undefined) continue;
    policies.set(assignment.roleDefinitionId.toLowerCase(), toPolicy(assignment.policy.rules));
  }
  return policies;
}

function sentence(error: PimError): string {
  const { missingScopes } = error.details;
  const scopes = missingScopes === undefined ? '' : ` Missing: ${missingScopes.join(', ')}.`;
  return cleanMessage(`The role settings could not be read. ${error.message}${scopes}`);
}

/** What cannot be read is an unknown policy with its reason, and stops nothing. */
export async function orUnknownPolicy(read: () => Promise<Policy | undefined>): Promise<Policy> {
  try {
    return (await read()) ?? unknownPolicy('Microsoft returned no role settings for this.');
  } catch (error) {
    if (!isPimError(error) || NOT_OURS.has(error.code)) throw error;
    return unknownPolicy(sentence(error));
  }
}

/** One policy, unknown where it cannot be read. */
export function readPolicy(
  graph: Service,
  filter: Required<PolicyFilter>,
  call: Call,
): Promise<Policy> {
  return orUnknownPolicy(async () => {
    const policies = await fetchPolicies(graph, filter, call);
    return policies.get(filter.roleDefinitionId.toLowerCase());
  });
}

/** For reading ahead: nothing at all when anything fails; only a cancelled call is an error. */
export async function readPoliciesAhead<T>(
  read: () => Promise<ReadonlyMap<string, T>>,
): Promise<ReadonlyMap<string, T>> {
  try {
    return await read();
  } catch (error) {
    if (!isPimError(error) || error.code === 'cancelled') throw error;
    return new Map();
  }
}
