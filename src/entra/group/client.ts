import type { Policy } from '../../domain/policy.ts';
import type { Call, SurfaceClient } from '../../domain/ports.ts';
import { ACCESS_IDS, policyKeyOf, type GroupTarget, type Target } from '../../domain/target.ts';
import { isGuid } from '../odata.ts';
import { fetchPolicies, readPoliciesAhead, readPolicy } from '../policies.ts';
import { isListed, prove } from '../proof.ts';
import { createRequestClient } from '../request-client.ts';
import type { Sender } from '../write.ts';
import { createGroupLists } from './lists.ts';
import { withGroupNames } from './request-names.ts';
import { proveGroup } from './proof.ts';
import { describe, readRequest, targetBody } from './wire.ts';

const BASE = '/v1.0/identityGovernance/privilegedAccess/group';
const REQUESTS = `${BASE}/assignmentScheduleRequests`;

function groupTarget(target: Target): GroupTarget {
  if (target.kind === 'group') return target;
  throw new TypeError('a role target reached the client for groups');
}

/** The groups (of the token's owner) whose role settings are asked for. */
function policyScope(groupId: string) {
  return { scopeId: groupId, scopeType: 'Group' } as const;
}

/** Source: "Get approval" and "Update approvalStage" of v1.0. */
const APPROVALS = {
  collection: `${BASE}/assignmentApprovals`,
  members: 'stages',
  permissions: ['PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup'],
} as const;

/** PIM for Groups. Source: Microsoft Graph v1.0, `privilegedAccessGroup`. */
export function createGroupClient(sender: Sender): SurfaceClient {
  const graph = sender.service;
  const lists = createGroupLists(graph, BASE);

  async function fetchByGroup(groupId: string, call: Call): Promise<ReadonlyMap<string, Policy>> {
    const policies = await fetchPolicies(graph, policyScope(groupId), call);
    return new Map(
      ACCESS_IDS.flatMap((accessId) => {
        const policy = policies.get(accessId);
        return policy ? [[policyKeyOf({ kind: 'group', groupId, accessId }), policy]] : [];
      }),
    );
  }

  const requests = createRequestClient(sender, {
    collection: REQUESTS,
    read: readRequest,
    targetBody: (target) => targetBody(groupTarget(target)),
    describe: (target) => describe(groupTarget(target), null),
    expand: { mine: ['group', ''], awaiting: ['group,principal', ''] },
    named: (rows, call) => withGroupNames(graph, rows, call),
    approvals: APPROVALS,
  });

  return {
    ...lists,
    ...requests,
    surface: 'group',
    now: () => graph.now(),
    policy(target, call) {
      const { groupId, accessId } = groupTarget(target);
      return readPolicy(graph, { ...policyScope(groupId), roleDefinitionId: accessId }, call);
    },
    async policiesById(id, call) {
      return isGuid(id) ? readPoliciesAhead(() => fetchByGroup(id, call)) : new Map();
    },
    proof(target, call) {
      const listed = async () => isListed(await lists.active(call), target, graph.now());
      return prove(listed, () => proveGroup(graph, groupTarget(target), call));
    },
    // A group has no narrower place, and allows what is given to it elsewhere: that nobody can ask here.
    scopesBelow: () => Promise.resolve([]),
    definitions: () => Promise.resolve(new Map()),
  };
}
