import type { Policy } from '../../domain/policy.ts';
import type { Call, SurfaceClient } from '../../domain/ports.ts';
import { ACCESS_IDS, policyKeyOf, type GroupTarget, type Target } from '../../domain/target.ts';
import { activate, type Sender } from '../activation.ts';
import { createExpanding } from '../expansion.ts';
import { groupNames } from '../names.ts';
import { isGuid, mine, withQuery } from '../odata.ts';
import { fetchPolicies, readPoliciesAhead, readPolicy } from '../policies.ts';
import { getRequest, listRequests, member } from '../requests.ts';
import { readRows } from '../wire.ts';
import {
  readRequest,
  toAssignment,
  toBody,
  toEligibility,
  WireAssignment,
  WireEligibility,
} from './wire.ts';

const BASE = '/v1.0/identityGovernance/privilegedAccess/group';
const ELIGIBILITIES = mine(`${BASE}/eligibilityScheduleInstances`);
const ACTIVE = mine(`${BASE}/assignmentScheduleInstances`);
const REQUESTS = `${BASE}/assignmentScheduleRequests`;

function groupTarget(target: Target): GroupTarget {
  if (target.kind === 'group') return target;
  throw new TypeError('a role target reached the client for groups');
}

/** The groups (of the token's owner) whose role settings are asked for. */
function policyScope(groupId: string) {
  return { scopeId: groupId, scopeType: 'Group' } as const;
}

/** PIM for Groups. Source: Microsoft Graph v1.0, `privilegedAccessGroup`. */
export function createGroupClient(sender: Sender): SurfaceClient {
  const { graph } = sender;
  const expanding = createExpanding('group', '');

  async function eligibilities(call: Call) {
    const rows = await expanding((expand) =>
      graph.list(withQuery(ELIGIBILITIES, { expand }), call),
    );
    const wires = readRows(WireEligibility, rows, 'eligibilities of groups');
    const nameless = wires.filter(({ group }) => !group?.displayName).map((wire) => wire.groupId);
    const names = await groupNames(graph, nameless, call);
    return wires.map((wire) => toEligibility(wire, names.get(wire.groupId.toLowerCase()) ?? null));
  }

  async function active(call: Call) {
    const rows = await graph.list(ACTIVE, call);
    return readRows(WireAssignment, rows, 'assignments of groups').map(toAssignment);
  }

  async function fetchByGroup(groupId: string, call: Call): Promise<ReadonlyMap<string, Policy>> {
    const policies = await fetchPolicies(graph, policyScope(groupId), call);
    return new Map(
      ACCESS_IDS.flatMap((accessId) => {
        const policy = policies.get(accessId);
        return policy ? [[policyKeyOf({ kind: 'group', groupId, accessId }), policy]] : [];
      }),
    );
  }

  const requests = (call: Call) => listRequests(graph, REQUESTS, readRequest, call);

  return {
    surface: 'group',
    eligibilities,
    active,
    requests,
    policy(target, call) {
      const { groupId, accessId } = groupTarget(target);
      return readPolicy(graph, { ...policyScope(groupId), roleDefinitionId: accessId }, call);
    },
    async policiesById(id, call) {
      return isGuid(id) ? readPoliciesAhead(() => fetchByGroup(id, call)) : new Map();
    },
    activate(order, call) {
      const target = groupTarget(order.target);
      const body = (now: Date) => toBody(target, order, now);
      return activate(sender, { path: REQUESTS, body, read: readRequest, requests }, order, call);
    },
    async request(id, call) {
      return getRequest(graph, member(REQUESTS, id), readRequest, call);
    },
  };
}
