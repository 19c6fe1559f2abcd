import type { Policy } from '../../domain/policy.ts';
import type { Call, SurfaceClient } from '../../domain/ports.ts';
import { policyKeyOf, type DirectoryTarget, type Target } from '../../domain/target.ts';
import { activate, type Sender } from '../activation.ts';
import { createExpanding } from '../expansion.ts';
import { unitNames } from '../names.ts';
import { isGuid, mine, withQuery } from '../odata.ts';
import { fetchPolicies, readPoliciesAhead, readPolicy } from '../policies.ts';
import { getRequest, listRequests, member } from '../requests.ts';
import { readRows } from '../wire.ts';
import {
  readRequest,
  toAssignment,
  toBody,
  toEligibility,
  unitIdOf,
  WireAssignment,
  WireEligibility,
} from './wire.ts';

const BASE = '/v1.0/roleManagement/directory';
const ELIGIBILITIES = mine(`${BASE}/roleEligibilityScheduleInstances`);
const ACTIVE = mine(`${BASE}/roleAssignmentScheduleInstances`);
const REQUESTS = `${BASE}/roleAssignmentScheduleRequests`;

function directoryTarget(target: Target): DirectoryTarget {
  if (target.kind === 'directory') return target;
  throw new TypeError('a group target reached the client for roles');
}

/** One policy per role for the tenant, also for roles held in an administrative unit. */
function policyFilter(roleDefinitionId: string) {
  return { scopeId: '/', scopeType: 'DirectoryRole', roleDefinitionId } as const;
}

/** Units that hold a role and whose name did not come with the row. */
function namelessUnits(wires: readonly WireEligibility[]): string[] {
  return wires.flatMap((wire) => (wire.directoryScope?.displayName ? [] : (unitIdOf(wire) ?? [])));
}

/** Entra roles. Source: Microsoft Graph v1.0, `rbacApplication` (`roleManagement/directory`). */
export function createDirectoryClient(sender: Sender): SurfaceClient {
  const { graph } = sender;
  const expanding = createExpanding('roleDefinition,directoryScope', 'roleDefinition');

  async function eligibilities(call: Call) {
    const rows = await expanding((expand) =>
      graph.list(withQuery(ELIGIBILITIES, { expand }), call),
    );
    const wires = readRows(WireEligibility, rows, 'eligibilities of roles');
    const names = await unitNames(graph, namelessUnits(wires), call);
    return wires.map((wire) =>
      toEligibility(wire, names.get(unitIdOf(wire)?.toLowerCase() ?? '') ?? null),
    );
  }

  async function active(call: Call) {
    const rows = await graph.list(ACTIVE, call);
    return readRows(WireAssignment, rows, 'assignments of roles').map(toAssignment);
  }

  async function fetchByRole(id: string, call: Call): Promise<ReadonlyMap<string, Policy>> {
    const policy = (await fetchPolicies(graph, policyFilter(id), call)).get(id.toLowerCase());
    if (policy === undefined) return new Map();
    const target = { kind: 'directory', roleDefinitionId: id, directoryScopeId: '/' } as const;
    return new Map([[policyKeyOf({ ...target, appScopeId: null }), policy]]);
  }

  const requests = (call: Call) => listRequests(graph, REQUESTS, readRequest, call);

  return {
    surface: 'directory',
    eligibilities,
    active,
    requests,
    policy(target, call) {
      return readPolicy(graph, policyFilter(directoryTarget(target).roleDefinitionId), call);
    },
    async policiesById(id, call) {
      return isGuid(id) ? readPoliciesAhead(() => fetchByRole(id, call)) : new Map();
    },
    activate(order, call) {
      const target = directoryTarget(order.target);
      const body = (now: Date) => toBody(target, order, now);
      return activate(sender, { path: REQUESTS, body, read: readRequest, requests }, order, call);
    },
    async request(id, call) {
      return getRequest(graph, member(REQUESTS, id), readRequest, call);
    },
  };
}
