import { describe, expect, it } from 'vitest';
import { contosoScenario, parseScenario } from '../../src/simulator/scenario.ts';
import { serviceOf } from '../../src/simulator/services.ts';
import { surfaceOf } from '../../src/simulator/surfaces.ts';
import {
  activate,
  armService,
  at,
  CONTRIBUTOR,
  ELIGIBLE,
  errorOf,
  FINANCE,
  GRID,
  GRID_PRODUCTION,
  GRID_TEST,
  KEY_VAULT_ADMINISTRATOR,
  KV_SCADA,
  MINE,
  newName,
  order,
  OWNER,
  propertiesOf,
  READER,
  REQUESTS,
  requestAt,
  RG_BILLING,
  rowsOf,
  verdictOf,
} from './azure-support.ts';
import { ADA } from './graph-support.ts';

describe('a call', () => {
  it.each([
    [undefined, 'x', '404 InvalidResourceType'],
    ['', ELIGIBLE, '400 MissingApiVersionParameter'],
    ['api-version=', ELIGIBLE, '400 MissingApiVersionParameter'],
    ['api-version=2019-01-01', ELIGIBLE, '404 InvalidResourceType'],
    ['api-version=2020-10-01', 'roleAssignmentApprovals', '404 InvalidResourceType'],
    ['api-version=2020-10-01', 'permissions', '404 InvalidResourceType'],
  ])('with the version %j of %s is answered %s', async (version, path, verdict) => {
    const answer = await armService().get(at('', path, MINE, version));
    expect(verdictOf(answer)).toBe(verdict);
  });

  it('names the versions that there are', async () => {
    const answer = await armService().get(at('', ELIGIBLE, MINE, 'api-version=2019-01-01'));
    expect(errorOf(answer).message).toBe(
      "The resource type 'roleEligibilityScheduleInstances' could not be found in the namespace 'Microsoft.Authorization' for api version '2019-01-01'. The supported api-versions are '2020-10-01,2020-10-01-preview'.",
    );
  });

  it.each([
    ['missing', 'AuthenticationFailed'],
    ['invalid', 'InvalidAuthenticationToken'],
    ['expired', 'ExpiredAuthenticationToken'],
    ['wrong-audience', 'InvalidAuthenticationTokenAudience'],
  ] as const)('with a token that is %s is answered 401 %s', async (token, code) => {
    const answer = await armService().get(at('', ELIGIBLE, MINE), { token });
    expect(verdictOf(answer)).toBe(`401 ${code}`);
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  it('without user_impersonation in the token is refused', async () => {
    const answer = await armService().get(at('', ELIGIBLE, MINE), { scopes: ['other'] });
    expect(verdictOf(answer)).toBe('403 AuthorizationFailed');
  });

  it('trap 1: with Node’s own Accept-Language is refused', async () => {
    const headers = { 'accept-language': '*' };
    const answer = await armService().get(at('', ELIGIBLE, MINE), { headers });
    expect(verdictOf(answer)).toBe('400 CultureNotFoundException');
  });

  it('of another method, type of content or spelling of the address', async () => {
    const arm = armService();
    expect(verdictOf(await arm.send('POST', at('', ELIGIBLE)))).toBe('405 MethodNotAllowed');
    const headers = { 'content-type': 'text/plain' };
    const text = await arm.send('PUT', requestAt(GRID), order(READER), { headers });
    expect(verdictOf(text)).toBe('415 UnsupportedMediaType');
    expect(verdictOf(await arm.get('/providers/%E0%A4%A?api-version=1'))).toBe('400 BadRequest');
    const upper = at('', ELIGIBLE.toUpperCase(), MINE).replace('Authorization', 'AUTHORIZATION');
    expect((await arm.get(upper)).status).toBe(200);
  });

  it('is answered with ARM’s own tracing headers', async () => {
    const headers = { 'x-ms-correlation-request-id': 'mine' };
    const answer = await armService().get(at('', ELIGIBLE, MINE), { headers });
    expect(answer.headers).toMatchObject({
      'x-ms-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/u),
      'x-ms-correlation-request-id': 'mine',
      'content-type': 'application/json; charset=utf-8',
    });
    const failed = await armService().get('/providers/none?api-version=1');
    expect(failed.headers['x-ms-request-id']).toBe(failed.headers['x-ms-correlation-request-id']);
  });

  it('fails with the tenant’s licence, and with what a test breaks', async () => {
    const company = contosoScenario();
    const scenario = { ...company, tenant: { ...company.tenant, hasPremiumLicence: false } };
    const unlicensed = await armService({ scenario }).get(at('', ELIGIBLE, MINE));
    expect(verdictOf(unlicensed)).toBe('400 AadPremiumLicenseRequired');
    const failures = [
      { area: 'azure', status: 503, code: 'ServerBusy', message: 'Later.' },
    ] as const;
    const broken = armService({ behaviour: { failures: [...failures] } });
    expect(verdictOf(await broken.get(at('', ELIGIBLE, MINE)))).toBe('503 ServerBusy');
  });
});

const policies = (scope: string, role?: string): string => {
  const path = `${scope}/providers/Microsoft.Authorization/roleDefinitions/${role ?? ''}`;
  const query = role === undefined ? '' : `$filter=roleDefinitionId eq '${path}'`;
  return at(scope, 'roleManagementPolicyAssignments', query);
};

describe('a policy of an Azure role', () => {
  it('says in its rules what an activation must have', async () => {
    const [row, ...others] = rowsOf(await armService().get(policies(GRID_PRODUCTION, OWNER)));
    expect(others).toEqual([]);
    expect(propertiesOf(row)).toMatchObject({
      scope: GRID_PRODUCTION,
      effectiveRules: [
        { id: 'Expiration_EndUser_Assignment', maximumDuration: 'PT2H' },
        { id: 'Enablement_EndUser_Assignment', enabledRules: ['Justification'] },
        {
          id: 'Approval_EndUser_Assignment',
          setting: {
            isApprovalRequired: true,
            approvalStages: [
              { primaryApprovers: [{ description: 'Change Approvers', userType: 'Group' }] },
            ],
          },
        },
        { id: 'AuthenticationContext_EndUser_Assignment', isEnabled: false, claimValue: '' },
      ],
    });
  });

  it.each([
    ['an authentication context', KV_SCADA, KEY_VAULT_ADMINISTRATOR, { claimValue: 'c1' }],
    ['no time at all', RG_BILLING, READER, { maximumDuration: 'PT0S' }],
    ['a whole day', GRID, READER, { maximumDuration: 'P1D' }],
    ['what Microsoft sets where nobody did', GRID_TEST, READER, { maximumDuration: 'PT8H' }],
  ])('may have %s', async (_what, scope, role, rule) => {
    const [row] = rowsOf(await armService().get(policies(scope, role)));
    expect(propertiesOf(row)['effectiveRules']).toContainEqual(expect.objectContaining(rule));
  });

  it('may be unreadable: 403 when asked for by itself, missing among others', async () => {
    const arm = armService();
    const answer = await arm.get(policies(FINANCE, CONTRIBUTOR));
    expect(verdictOf(answer)).toBe('403 AuthorizationFailed');
    expect(errorOf(answer).message).toBe(
      `The client 'ada.lindgren@contoso.example' with object id '${ADA}' does not have authorization to perform action 'Microsoft.Authorization/roleManagementPolicyAssignments/read' over scope '${FINANCE}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    );
    expect(rowsOf(await arm.get(policies(FINANCE)))).toHaveLength(4);
    const everything = at(FINANCE, 'roleManagementPolicyAssignments', '$filter=atScope()');
    expect(rowsOf(await arm.get(everything))).toHaveLength(4);
    expect((await arm.get(policies(''))).status).toBe(403);
  });

  it('may need a role, which an activation gives', async () => {
    const arm = armService({ azure: { policyReads: 'needs-role' } });
    const asked = policies(GRID_PRODUCTION, CONTRIBUTOR);
    expect(verdictOf(await arm.get(asked))).toBe('403 AuthorizationFailed');
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    expect((await arm.get(asked)).status).toBe(200);
  });

  it('comes with all others where the service ignores the filter', async () => {
    const arm = armService({ azure: { policyFilterHonoured: false } });
    expect(rowsOf(await arm.get(policies(GRID, READER)))).toHaveLength(5);
  });
});

const request = (path: string, host = '127.0.0.1:4000') => ({
  method: 'GET',
  url: new URL(`http://127.0.0.1:4000${path}`),
  headers: { host },
  body: '',
});

describe('the services on one origin', () => {
  it('are told apart by path, and by Microsoft’s host names where those are used', () => {
    expect(serviceOf(request(at('', REQUESTS)))).toBe('azure');
    expect(serviceOf(request(requestAt(GRID_PRODUCTION, newName())))).toBe('azure');
    expect(serviceOf(request('/batch?api-version=1'))).toBe('azure');
    expect(serviceOf(request('/v1.0/me'))).toBeNull();
    expect(serviceOf(request('/anything', 'management.azure.com:443'))).toBe('azure');
    expect(serviceOf(request('/batch', 'graph.microsoft.com'))).toBe('graph');
    expect(serviceOf(request('/batch', 'login.microsoftonline.com'))).toBe('identity');
  });

  it('are told apart in the request log and for faults', () => {
    expect(surfaceOf(request(at('', REQUESTS)))).toBe('azure');
    expect(surfaceOf(request(at(GRID, REQUESTS)))).toBe('azure');
    expect(surfaceOf(request('/batch?api-version=1'))).toBe('azure');
    expect(surfaceOf(request('/v1.0/$batch'))).toBe('other');
  });
});

describe('a scenario', () => {
  it('may do without Azure', () => {
    const { azure, ...rest } = contosoScenario();
    expect(azure.scopes).not.toEqual([]);
    expect(parseScenario(rest).azure).toEqual({
      scopes: [],
      roleDefinitions: [],
      eligibilities: [],
      assignments: [],
      policies: [],
    });
  });

  it('names an Azure scope or role that does not exist', () => {
    const company = contosoScenario();
    const [policy] = company.azure.policies;
    const azure = { ...company.azure, policies: [{ ...policy, scope: '/subscriptions/none' }] };
    expect(() => parseScenario({ ...company, azure })).toThrow('/subscriptions/none');
  });
});
