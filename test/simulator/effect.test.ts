import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { effectOf } from '../../src/simulator/effect.ts';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { contosoScenario, parseScenario } from '../../src/simulator/scenario.ts';
import {
  activate,
  activateRole,
  ADA as ADA_ID,
  FINANCE_REPORTING,
  GRID_NORTH,
  GROUP_REQUESTS,
  groupOrder,
  IDENTITY_OPERATIONS,
  PRODUCTION_SUPPORT,
  ROLE,
  ROLE_REQUESTS,
  roleOrder,
  type Row,
  service,
  verdictOf,
} from './graph-support.ts';
import { ADA, byRefreshToken, postToken, running, signedIn, tokens } from './simulator-support.ts';

/** In every member's token. */
const EVERY_USER = 'b79fbf4d-3ef9-4689-8143-76b194e85509';
const GROUPS_ADMINISTRATOR = ROLE['Groups Administrator'];
const SECURITY_READER = ROLE['Security Reader'];
const CHECK = '/me/checkMemberGroups';

/** Ada at a simulator over HTTP: what she asks for, and what a fresh token says. */
async function ada(options: Partial<SimulatorOptions> = {}) {
  const simulator = await running({ signInAs: ADA, ...options });
  const first = await signedIn(simulator);
  const send = async (path: string, body: Row): Promise<Response> =>
    fetch(`${simulator.origin}/v1.0${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${first.access_token}`,
        'content-type': 'application/json',
        'accept-language': 'en',
      },
      body: JSON.stringify(body),
    });
  return {
    simulator,
    send,
    freshClaims: async () => {
      const answer = await postToken(simulator, byRefreshToken(first.refresh_token));
      return decodeJwt((await tokens(answer)).access_token);
    },
    firstClaims: decodeJwt(first.access_token),
  };
}

const securityReader = roleOrder({ roleDefinitionId: SECURITY_READER, directoryScopeId: '/' });

describe('the access token', () => {
  it('names the roles that are on for the whole tenant when it is issued', async () => {
    const { simulator, send, freshClaims, firstClaims } = await ada();
    expect(firstClaims['wids']).toEqual([GROUPS_ADMINISTRATOR, EVERY_USER]);
    expect((await send(ROLE_REQUESTS, securityReader)).status).toBe(201);
    expect((await freshClaims())['wids']).toEqual([
      SECURITY_READER,
      GROUPS_ADMINISTRATOR,
      EVERY_USER,
    ]);
    simulator.advance(3600);
    expect((await freshClaims())['wids']).toEqual([GROUPS_ADMINISTRATOR, EVERY_USER]);
  });

  it('says nothing of roles over administrative units', async () => {
    const { send, freshClaims } = await ada();
    expect((await send(ROLE_REQUESTS, roleOrder({ directoryScopeId: GRID_NORTH }))).status).toBe(
      201,
    );
    expect((await freshClaims())['wids']).toEqual([GROUPS_ADMINISTRATOR, EVERY_USER]);
  });

  it('follows only after the lag', async () => {
    const { simulator, send, freshClaims } = await ada({
      identity: { effectLagSeconds: 60, groupsClaim: 'ids' },
    });
    await send(ROLE_REQUESTS, securityReader);
    await send(GROUP_REQUESTS, groupOrder());
    simulator.advance(59);
    expect((await freshClaims())['wids']).not.toContain(SECURITY_READER);
    simulator.advance(2);
    expect((await freshClaims())['wids']).toContain(SECURITY_READER);
    // Groups take two seconds to be provisioned; the lag begins then.
    expect((await freshClaims())['groups']).not.toContain(PRODUCTION_SUPPORT);
    simulator.advance(1);
    expect((await freshClaims())['groups']).toEqual([PRODUCTION_SUPPORT, IDENTITY_OPERATIONS]);
  });

  it('has no roles where the claim is off, and no groups unless it is on', async () => {
    const { firstClaims } = await ada({ identity: { widsClaim: false } });
    expect(firstClaims).not.toHaveProperty('wids');
    expect(firstClaims).not.toHaveProperty('groups');
  });

  it('may say only where groups can be asked for', async () => {
    const { firstClaims, simulator } = await ada({ identity: { groupsClaim: 'overage' } });
    expect(firstClaims).not.toHaveProperty('groups');
    expect(firstClaims).toMatchObject({
      _claim_names: { groups: 'src1' },
      _claim_sources: {
        src1: {
          endpoint: `https://graph.windows.net/${simulator.tenantId}/users/${ADA_ID}/getMemberObjects`,
        },
      },
    });
  });
});

describe('what takes effect', () => {
  it('includes roles that an activated group has', async () => {
    const { assignments, ...company } = contosoScenario();
    const [row] = assignments.filter((one) => 'roleDefinitionId' in one);
    const scenario = parseScenario({
      ...company,
      assignments: [{ ...row, principalId: PRODUCTION_SUPPORT }],
    });
    const graph = service({ scenario });
    const roles = (lag = 0) => effectOf(graph.tenant.state(), ADA_ID, lag).roleTemplateIds;
    await activate(graph);
    expect(roles()).toEqual([]);
    graph.advance(2);
    expect(roles()).toEqual([GROUPS_ADMINISTRATOR]);
    expect(roles(1)).toEqual([]);
  });

  it('does not include ownership of a group', async () => {
    const graph = service();
    await activateRole(graph);
    const owner = groupOrder({
      groupId: FINANCE_REPORTING,
      accessId: 'owner',
      justification: 'Quarter end',
    });
    expect((await graph.post(GROUP_REQUESTS, owner, { amr: ['mfa'] })).status).toBe(201);
    graph.advance(5);
    expect(effectOf(graph.tenant.state(), ADA_ID, 0)).toEqual({
      groupIds: [IDENTITY_OPERATIONS],
      roleTemplateIds: [GROUPS_ADMINISTRATOR],
    });
  });
});

describe('checkMemberGroups', () => {
  const both = { groupIds: [PRODUCTION_SUPPORT.toUpperCase(), IDENTITY_OPERATIONS] };

  it('tells which of the groups one is a member of by now', async () => {
    const graph = service();
    expect(await graph.post(CHECK, both)).toMatchObject({
      status: 200,
      body: { value: [IDENTITY_OPERATIONS] },
    });
    await activate(graph);
    graph.advance(2);
    expect((await graph.post(CHECK, both)).body).toMatchObject({
      value: [PRODUCTION_SUPPORT, IDENTITY_OPERATIONS],
    });
    expect((await graph.post(CHECK, { groupIds: [FINANCE_REPORTING] })).body).toMatchObject({
      value: [],
    });
  });

  it('follows after the same lag as tokens', async () => {
    const { simulator, send } = await ada({ identity: { effectLagSeconds: 60 } });
    await send(GROUP_REQUESTS, groupOrder());
    const value = async (): Promise<unknown> => (await send(CHECK, both)).json();
    simulator.advance(61);
    expect(await value()).toMatchObject({ value: [IDENTITY_OPERATIONS] });
    simulator.advance(1);
    expect(await value()).toMatchObject({ value: [PRODUCTION_SUPPORT, IDENTITY_OPERATIONS] });
  });

  it.each([
    ['User.Read', '200'],
    ['User.ReadBasic.All', '200'],
    ['GroupMember.Read.All', '200'],
    ['Group.Read.All', '200'],
    ['Directory.Read.All', '200'],
    ['RoleEligibilitySchedule.Read.Directory', '403 Authorization_RequestDenied'],
  ])('needs one of its permissions: %s', async (scope, verdict) => {
    const answer = await service().post(CHECK, both, { scopes: [scope] });
    expect(verdictOf(answer)).toBe(verdict);
  });

  it.each([{}, { groupIds: 'all' }, { groupIds: Array.from({ length: 21 }, () => ADA_ID) }])(
    'refuses what is no list of at most 20 ids',
    async (body) => {
      expect(verdictOf(await service().post(CHECK, body))).toBe('400 Request_BadRequest');
    },
  );
});
