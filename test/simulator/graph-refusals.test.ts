import { describe, expect, it } from 'vitest';
import { contosoScenario } from '../../src/simulator/scenario.ts';
import {
  ALL_SCOPES,
  errorOf,
  GRID_NORTH,
  GROUP_REQUESTS,
  groupOrder,
  GROUPS,
  MINE,
  POLICIES,
  PRODUCTION_SUPPORT,
  ROLE_REQUESTS,
  roleOrder,
  ROLES,
  service,
  type Service,
  verdictOf,
} from './graph-support.ts';

const LIST = `${ROLES}/roleEligibilityScheduleInstances/${MINE}`;
const GROUP_POLICY = `${POLICIES}?$filter=scopeId eq '${PRODUCTION_SUPPORT}' and scopeType eq 'Group'`;
const ROLE_POLICY = `${POLICIES}?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'`;

describe('an error', () => {
  it('carries the ids that support asks for, and repeats the one of the client', async () => {
    const answer = await service().get('/nowhere', { headers: { 'client-request-id': 'mine-1' } });
    const { innerError } = errorOf(answer);
    expect(innerError['client-request-id']).toBe('mine-1');
    expect(innerError['request-id']).toBe(answer.headers['request-id']);
    expect(innerError.date).toBe('2026-01-15T09:00:00');
  });

  it('refuses a call without a good token', async () => {
    const answer = await service().get(LIST, { as: '' });
    expect(verdictOf(answer)).toBe('401 InvalidAuthenticationToken');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  it.each(['*', '*, en', 'en_US', 'not a language'])(
    'trap 1: refuses Accept-Language "%s" as a culture that does not exist',
    async (language) => {
      const headers = { 'accept-language': language };
      expect(verdictOf(await service().get(LIST, { headers }))).toBe(
        '400 CultureNotFoundException',
      );
    },
  );

  it.each(['en', 'en-US', 'en-US,en;q=0.9'])('accepts Accept-Language "%s"', async (language) => {
    const headers = { 'accept-language': language };
    expect(verdictOf(await service().get(LIST, { headers }))).toBe('200');
  });

  it.each([
    ['/v1.0', '/nowhere'],
    ['/beta', `${ROLES}/roleAssignmentApprovals/x`],
    ['/v2.0', LIST],
    ['/v1.0', `${ROLE_REQUESTS}/00000000-0000-0000-0000-000000000000`],
  ])('does not know %s%s', async (version, path) => {
    expect(verdictOf(await service().get(path, { version }))).toBe('404 ResourceNotFound');
  });

  it('does not take a method that the address does not have', async () => {
    expect(verdictOf(await service().patch(LIST, {}))).toBe('405 Request_BadRequest');
  });

  it('takes no body that is no JSON, lacks an action, or does not say that it is JSON', async () => {
    const graph = service();
    expect(verdictOf(await graph.post(ROLE_REQUESTS, 'action=selfActivate'))).toBe(
      '400 BadRequest',
    );
    expect(verdictOf(await graph.post(ROLE_REQUESTS, {}))).toBe('400 BadRequest');
    const headers = { 'content-type': 'text/plain' };
    const plain = await graph.post(ROLE_REQUESTS, roleOrder(), { headers });
    expect(verdictOf(plain)).toBe('400 BadRequest');
    expect(graph.journal.entries()).toEqual([]);
  });

  it('says that the licence is missing, for PIM but not for the directory', async () => {
    const company = contosoScenario();
    const scenario = { ...company, tenant: { ...company.tenant, hasPremiumLicence: false } };
    const graph = service({ scenario });
    const paths = [LIST, `${GROUPS}/eligibilityScheduleInstances/${MINE}`, ROLE_POLICY];
    for (const path of paths) {
      expect(verdictOf(await graph.get(path))).toBe('400 AadPremiumLicenseRequired');
    }
    expect(verdictOf(await graph.get('/me'))).toBe('200');
  });

  it('trap 12: takes down one area and leaves the others', async () => {
    const failure = {
      area: 'directory' as const,
      status: 403,
      code: 'Authorization_RequestDenied',
      message: 'Insufficient privileges to complete the operation.',
    };
    const graph = service({ behaviour: { failures: [failure] } });
    expect(verdictOf(await graph.get(LIST))).toBe('403 Authorization_RequestDenied');
    expect(verdictOf(await graph.get(`${GROUPS}/eligibilitySchedules/${MINE}`))).toBe('200');
    expect(verdictOf(await graph.get(ROLE_POLICY))).toBe('200');
  });
});

type Call = (graph: Service, scopes: readonly string[]) => Promise<{ status: number }>;

const get =
  (path: string): Call =>
  (graph, scopes) =>
    graph.get(path, { scopes });

/** What is called, and which permission alone lets it through. */
const CALLS: readonly (readonly [string, string, Call])[] = [
  ['User.Read', 'GET me', get('/me')],
  ['Group.Read.All', 'GET groups', get('/groups')],
  ['Group.ReadBasic.All', 'GET a group', get(`/groups/${PRODUCTION_SUPPORT}`)],
  ['AdministrativeUnit.Read.All', 'GET a unit', get(`/directory${GRID_NORTH}`)],
  ['RoleManagement.Read.Directory', 'GET role definitions', get(`${ROLES}/roleDefinitions`)],
  [
    'PrivilegedEligibilitySchedule.Read.AzureADGroup',
    'GET group eligibilities',
    get(`${GROUPS}/eligibilityScheduleInstances/${MINE}`),
  ],
  [
    'PrivilegedAssignmentSchedule.Read.AzureADGroup',
    'GET active groups',
    get(`${GROUPS}/assignmentScheduleInstances/${MINE}`),
  ],
  [
    'PrivilegedAssignmentSchedule.Read.AzureADGroup',
    'GET group requests',
    get(`${GROUP_REQUESTS}/${MINE}`),
  ],
  [
    'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
    'POST group requests',
    (graph, scopes) => graph.post(GROUP_REQUESTS, groupOrder(), { scopes }),
  ],
  ['RoleEligibilitySchedule.Read.Directory', 'GET role eligibilities', get(LIST)],
  [
    'RoleAssignmentSchedule.Read.Directory',
    'GET active roles',
    get(`${ROLES}/roleAssignmentScheduleInstances/${MINE}`),
  ],
  [
    'RoleAssignmentSchedule.ReadWrite.Directory',
    'GET role requests',
    get(`${ROLE_REQUESTS}/${MINE}`),
  ],
  [
    'RoleAssignmentSchedule.ReadWrite.Directory',
    'POST role requests',
    (graph, scopes) => graph.post(ROLE_REQUESTS, roleOrder(), { scopes }),
  ],
  ['RoleManagementPolicy.Read.AzureADGroup', 'GET group policies', get(GROUP_POLICY)],
  ['RoleManagementPolicy.Read.Directory', 'GET role policies', get(ROLE_POLICY)],
];

describe('delegated permissions', () => {
  it.each(CALLS)('%s is enough to %s', async (scope, _what, call) => {
    expect((await call(service(), [scope])).status).toBeLessThan(300);
  });

  it.each(CALLS)('without %s or a wider one nobody may %s', async (_scope, _what, call) => {
    expect((await call(service(), ['openid'])).status).toBe(403);
  });

  it('does not let the Read permission list role requests', async () => {
    const scopes = ALL_SCOPES.filter((scope) => !scope.startsWith('RoleAssignmentSchedule'));
    const sent = { scopes: [...scopes, 'RoleAssignmentSchedule.Read.Directory'] };
    const answer = await service().get(`${ROLE_REQUESTS}/${MINE}`, sent);
    expect(verdictOf(answer)).toBe('403 UnknownError');
    expect(JSON.parse(errorOf(answer).message)).toEqual({
      errorCode: 'PermissionScopeNotGranted',
      message:
        'Authorization failed due to missing permission scope RoleAssignmentSchedule.ReadWrite.Directory,RoleManagement.ReadWrite.Directory.',
      instanceAnnotations: [],
    });
  });

  it('speaks of privileges, not of scopes, where plain directory objects are asked for', async () => {
    const answer = await service().get('/groups', { scopes: ['User.Read'] });
    expect(verdictOf(answer)).toBe('403 Authorization_RequestDenied');
  });

  it('accepts the old permissions for groups, unless switched off', async () => {
    const scopes = ['PrivilegedAccess.Read.AzureADGroup'];
    const path = `${GROUPS}/eligibilityScheduleInstances/${MINE}`;
    expect((await service().get(path, { scopes })).status).toBe(200);
    const strict = service({ behaviour: { acceptsLegacyGroupScopes: false } });
    expect((await strict.get(path, { scopes })).status).toBe(403);
  });
});
