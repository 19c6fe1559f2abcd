import type { Policy } from '../../domain/policy.ts';
import type { Call, SurfaceClient } from '../../domain/ports.ts';
import { idOf, policyKeyOf, type DirectoryTarget, type Target } from '../../domain/target.ts';
import { isGuid } from '../odata.ts';
import { fetchPolicies, readPoliciesAhead, readPolicy } from '../policies.ts';
import { isListed, prove } from '../proof.ts';
import { createRequestClient } from '../request-client.ts';
import type { Sender } from '../write.ts';
import { createDefinitions } from './definitions.ts';
import { createRoleLists } from './lists.ts';
import { proveRole } from './proof.ts';
import { withUnitNames } from './request-names.ts';
import { describe, readRequest, targetBody } from './wire.ts';

const BASE = '/v1.0/roleManagement/directory';
const REQUESTS = `${BASE}/roleAssignmentScheduleRequests`;

function directoryTarget(target: Target): DirectoryTarget {
  if (target.kind === 'directory') return target;
  throw new TypeError('a group target reached the client for roles');
}

/** One policy per role for the tenant, also for roles held in an administrative unit. */
function policyFilter(roleDefinitionId: string) {
  return { scopeId: '/', scopeType: 'DirectoryRole', roleDefinitionId } as const;
}

/**
 * In beta only. Documented is the first permission; two projects needed the second as well.
 * Source: "Update approvalStep" of beta.
 */
const APPROVALS = {
  collection: '/beta/roleManagement/directory/roleAssignmentApprovals',
  members: 'steps',
  permissions: ['RoleAssignmentSchedule.ReadWrite.Directory', 'PrivilegedAccess.ReadWrite.AzureAD'],
} as const;

/** Entra roles. Source: Microsoft Graph v1.0, `rbacApplication` (`roleManagement/directory`). */
export function createDirectoryClient(sender: Sender): SurfaceClient {
  const graph = sender.service;
  const known = createDefinitions(graph);
  const lists = createRoleLists(graph, BASE, known);

  async function fetchByRole(id: string, call: Call): Promise<ReadonlyMap<string, Policy>> {
    const policy = (await fetchPolicies(graph, policyFilter(id), call)).get(id.toLowerCase());
    if (policy === undefined) return new Map();
    const target = { kind: 'directory', roleDefinitionId: id, directoryScopeId: '/' } as const;
    return new Map([[policyKeyOf({ ...target, appScopeId: null }), policy]]);
  }

  const requests = createRequestClient(sender, {
    collection: REQUESTS,
    read: readRequest,
    targetBody: (target) => targetBody(directoryTarget(target)),
    describe: (target) => describe(directoryTarget(target), { role: null, place: null }),
    expand: {
      mine: ['roleDefinition,directoryScope', 'roleDefinition', ''],
      awaiting: ['roleDefinition,principal', ''],
    },
    named: (rows, call) => withUnitNames(graph, rows, call),
    approvals: APPROVALS,
  });

  return {
    ...lists,
    ...requests,
    surface: 'directory',
    now: () => graph.now(),
    policy(target, call) {
      return readPolicy(graph, policyFilter(directoryTarget(target).roleDefinitionId), call);
    },
    async policiesById(id, call) {
      return isGuid(id) ? readPoliciesAhead(() => fetchByRole(id, call)) : new Map();
    },
    proof(target, call) {
      const role = directoryTarget(target);
      const listed = async () => isListed(await lists.active(call), target, graph.now());
      const check = () =>
        proveRole(graph, role, { isBuiltIn: known.isBuiltIn(role.roleDefinitionId) }, call);
      return prove(listed, check);
    },
    definitions: (targets, call) => known.read(targets.map(idOf), call),
    // PIM activates a role exactly where it is eligible.
    scopesBelow: () => Promise.resolve([]),
  };
}
