import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import { contosoScenario, fabrikamScenario } from '../../src/simulator/scenario.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  ADA,
  ADA_AS_GUEST,
  ADA_AT_HOME,
  authorizeUrl,
  CONTOSO,
  FABRIKAM,
  JONAS,
  running,
  signedIn,
} from './simulator-support.ts';

const ARM = 'https://management.azure.com/user_impersonation';
const GUEST_NAME = 'ada.lindgren_contoso.example#EXT#@fabrikam.example';
const PRIYA = 'priya.nair@fabrikam.example';
const FREIGHT_OPERATIONS = '4102ce3f-54c4-468b-8108-b94c146c6d2a';
const PRODUCTION_SUPPORT = 'bc67ba94-637d-4efa-a09e-467ada679f81';
const CUSTOMS_DESK = 'ff2f59b6-c7f2-48cd-8ae7-d593093a4696';
const FREIGHT_TRACKING = '/subscriptions/b7f191d4-1f65-4d77-a67b-2d8dd6d948a7';
const GROUPS = '/v1.0/identityGovernance/privilegedAccess/group';
const MINE = "filterByCurrentUser(on='principal')";

function headersWith(token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    'accept-language': 'en-US',
    'content-type': 'application/json',
  };
}

/** Somebody with a token of one tenant. */
async function caller(simulator: RunningSimulator, name: string, tenant: string) {
  const graph = await signedIn(simulator, { login_hint: name }, tenant);
  const arm = await signedIn(simulator, { login_hint: name, scope: ARM }, tenant);
  const rows = z.object({ value: z.array(z.looseObject({ id: z.string() })) });
  const read = async (path: string, token: string) => {
    const response = await fetch(simulator.origin + path, { headers: headersWith(token) });
    return rows.parse(await response.json()).value;
  };
  return {
    me: async () =>
      (
        await fetch(`${simulator.origin}/v1.0/me`, { headers: headersWith(graph.access_token) })
      ).json(),
    graph: (path: string) => read(path, graph.access_token),
    azure: (path: string) => read(path, arm.access_token),
    activate: async (groupId: string, principalId: string) => {
      const body = JSON.stringify({
        action: 'selfActivate',
        accessId: 'member',
        principalId,
        groupId,
        justification: 'Two companies',
        scheduleInfo: { expiration: { type: 'afterDuration', duration: 'PT1H' } },
      });
      const headers = headersWith(graph.access_token);
      const url = `${simulator.origin}${GROUPS}/assignmentScheduleRequests`;
      const response = await fetch(url, { method: 'POST', headers, body });
      return z
        .looseObject({ id: z.string().optional(), error: z.looseObject({}).optional() })
        .parse(await response.json());
    },
  };
}

const ELIGIBLE_GROUPS = `${GROUPS}/eligibilityScheduleInstances/${MINE}`;
const ELIGIBLE_ROLES = `/v1.0/roleManagement/directory/roleEligibilityScheduleInstances/${MINE}`;
const REQUESTS = `${GROUPS}/assignmentScheduleRequests/${MINE}`;
const ELIGIBLE_AZURE =
  '/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01&$filter=asTarget()';

describe('Graph and Azure', () => {
  it('show each token its own tenant, and nothing of the other', async () => {
    const simulator = await running();
    const guest = await caller(simulator, ADA, FABRIKAM);
    const home = await caller(simulator, ADA, CONTOSO);
    expect(await guest.me()).toMatchObject({ id: ADA_AS_GUEST, userPrincipalName: GUEST_NAME });
    expect((await guest.graph(ELIGIBLE_GROUPS)).map((row) => row['groupId'])).toEqual([
      FREIGHT_OPERATIONS,
    ]);
    expect(await guest.graph(ELIGIBLE_ROLES)).toHaveLength(1);
    const there = await guest.azure(ELIGIBLE_AZURE);
    expect(there).toHaveLength(1);
    expect(JSON.stringify(there)).toContain(FREIGHT_TRACKING);
    expect(JSON.stringify(await home.azure(ELIGIBLE_AZURE))).not.toContain(FREIGHT_TRACKING);
    expect(await home.graph(ELIGIBLE_GROUPS)).toHaveLength(6);
    expect((await home.activate(FREIGHT_OPERATIONS, ADA_AT_HOME)).error).toMatchObject({
      code: 'ResourceNotFound',
    });
    expect((await guest.activate(FREIGHT_OPERATIONS, ADA_AT_HOME)).error).toMatchObject({
      code: 'SubjectNotFound',
    });
  });

  it('keep what happens in each tenant apart, on disk as well', async () => {
    const folder = await temporaryFolder();
    const state = openStateDirectory(folder);
    const before = await running({ state });
    const guest = await caller(before, ADA, FABRIKAM);
    const { id } = await guest.activate(FREIGHT_OPERATIONS, ADA_AS_GUEST);
    expect(await state.read('tenant.jsonl')).toBeNull();
    expect(await state.read(`tenant-${FABRIKAM}.jsonl`)).not.toBeNull();
    await before.stop();
    const after = await running({ state });
    const again = await caller(after, ADA, FABRIKAM);
    expect((await again.graph(REQUESTS)).map((row) => row.id)).toEqual([id]);
    const home = await caller(after, ADA, CONTOSO);
    expect(await home.graph(REQUESTS)).toEqual([]);
    await home.activate(PRODUCTION_SUPPORT, ADA_AT_HOME);
    // The name that it had when there was one tenant.
    expect(await state.read('tenant.jsonl')).not.toBeNull();
  });

  it('have people decide in the tenant that has the request', async () => {
    const simulator = await running();
    const jonas = await caller(simulator, JONAS, FABRIKAM);
    const jonasId = fabrikamScenario().users[0]?.id ?? '';
    const { id: requestId = '' } = await jonas.activate(CUSTOMS_DESK, jonasId);
    const wrong = simulator.decide({ requestId, by: ADA, result: 'Approve' });
    await expect(wrong).rejects.toMatchObject({ status: 403 });
    const stranger = simulator.decide({ requestId, by: 'eve@elsewhere.example', result: 'Deny' });
    await expect(stranger).rejects.toMatchObject({ status: 404 });
    await simulator.decide({ requestId, by: PRIYA, result: 'Approve' });
    simulator.advance(5);
    expect((await jonas.graph(REQUESTS))[0]).toMatchObject({ status: 'Provisioned' });
  });
});

describe('the tenants of a simulator', () => {
  it('are shown, the first one as before', async () => {
    const simulator = await running();
    const response = await fetch(`${simulator.origin}/simulator/state`);
    expect(await response.json()).toMatchObject({
      tenant: { id: CONTOSO },
      tenants: [
        { tenant: { id: CONTOSO } },
        {
          tenant: { id: FABRIKAM },
          users: [{}, {}, { id: ADA_AS_GUEST, home: { tenantId: CONTOSO } }],
        },
      ],
    });
    expect(simulator.tenants.map(({ tenant }) => tenant.id)).toEqual([CONTOSO, FABRIKAM]);
    expect(simulator.scenario).toBe(simulator.tenants[0]);
  });

  it.each([
    ['a scenario of its own', { scenario: contosoScenario() }],
    ['a large tenant', { eligibilities: 20 }],
    ['no others wanted', { others: [] }],
  ])('are one with %s', async (_, options) => {
    const simulator = await running(options);
    expect(simulator.tenants).toHaveLength(1);
    expect(await (await fetch(authorizeUrl(simulator, {}, FABRIKAM))).text()).toContain(
      'AADSTS90002',
    );
  });

  it('can be any', async () => {
    const simulator = await running({
      scenario: fabrikamScenario(),
      others: [contosoScenario()],
    });
    expect(simulator.tenantId).toBe(FABRIKAM);
    const answer = await signedIn(simulator, { login_hint: ADA }, 'organizations');
    expect(decodeJwt(answer.access_token)['tid']).toBe(CONTOSO);
  });
});
