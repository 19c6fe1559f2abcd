import { describe, expect, it } from 'vitest';
import { hours } from '../../../src/domain/duration.ts';
import { unknownPolicy } from '../../../src/domain/policy.ts';
import { EXPIRATION, ENABLEMENT, NO_CONTEXT, OTHER_GROUP } from '../support/samples.ts';
import { broken, json, rows, tenant, text, type Reply } from '../support/tenant.ts';
import {
  activeAt,
  assignment,
  CONTRIBUTOR,
  fault,
  line,
  OTHER_SUBSCRIPTION,
  POLICY,
  PROVIDER,
  READER,
  RESOURCE_GROUP,
  ROLE_PATH,
  SUBSCRIPTION,
  TARGET,
} from './samples.ts';
import { orderFor, world } from './simulated.ts';

const APPROVAL_RULE = {
  id: 'Approval_EndUser_Assignment',
  ruleType: 'RoleManagementPolicyApprovalRule',
  setting: {
    isApprovalRequired: true,
    approvalStages: [
      {
        primaryApprovers: [
          { id: OTHER_GROUP, description: 'SG-Approvers', isBackup: false, userType: 'Group' },
          { id: 'u1', description: null, userType: 'User' },
          { id: 'x1', userType: 'Robot' },
        ],
        escalationApprovers: null,
      },
    ],
  },
};

function policyRow(roleDefinitionId: string, maximumDuration: string, scope = SUBSCRIPTION) {
  const expiration = { ...EXPIRATION, maximumDuration };
  const effectiveRules = [expiration, ENABLEMENT, APPROVAL_RULE, NO_CONTEXT];
  return { properties: { scope, roleDefinitionId, effectiveRules } };
}

describe('the policy of an Azure role', () => {
  it('is read from its effective rules, approvers by their kind', async () => {
    const { on, surface } = tenant();
    on(POLICY, rows(policyRow(ROLE_PATH, 'PT8H')));
    expect(await surface('azure').policy(TARGET, {})).toEqual({
      maximumDuration: hours(8),
      justification: 'required',
      ticket: 'required',
      mfa: 'required',
      approval: 'required',
      approvers: [
        { kind: 'group', name: 'SG-Approvers' },
        { kind: 'user', name: 'u1' },
        { kind: 'unknown', name: 'x1' },
      ],
      authenticationContext: 'not-required',
      claimValue: null,
      unreadable: null,
    });
  });

  it('trap 16: role id matched by its whole GUID, without case and whatever precedes it', async () => {
    const { on, surface } = tenant();
    on(
      POLICY,
      rows(
        policyRow(`${PROVIDER}/roleDefinitions/0${CONTRIBUTOR}`, 'PT1H'),
        policyRow(`${PROVIDER}/roleDefinitions/${CONTRIBUTOR}0`, 'PT2H'),
        policyRow(`${PROVIDER}/roleDefinitions/${READER}`, 'PT3H'),
        { properties: null },
        policyRow(`${PROVIDER}/roleDefinitions/${CONTRIBUTOR.toUpperCase()}`, 'PT8H'),
      ),
    );
    const policy = await surface('azure').policy(TARGET, {});
    expect(policy.maximumDuration).toEqual(hours(8));
  });

  it('is that of the scope where several scopes answer', async () => {
    const { on, surface } = tenant();
    const elsewhere = policyRow(ROLE_PATH, 'PT1H', OTHER_SUBSCRIPTION);
    on(POLICY, rows(elsewhere, policyRow(ROLE_PATH, 'PT8H', SUBSCRIPTION.toUpperCase())));
    const policy = await surface('azure').policy(TARGET, {});
    expect(policy.maximumDuration).toEqual(hours(8));
  });

  it.each([
    [
      'a refusal',
      json(403, fault('AuthorizationFailed')),
      'The role settings could not be read. Azure denied the request: you have no right to do that at that scope.',
    ],
    [
      'another role’s only',
      rows(policyRow(READER, 'PT1H')),
      'Microsoft returned no role settings for this.',
    ],
    [
      'garbage',
      text(200, '<html>hello</html>'),
      "The role settings could not be read. Microsoft's answer could not be read: it is not JSON.",
    ],
  ])('trap 11: after %s is unknown with the reason', async (_, reply, why) => {
    const { on, surface } = tenant();
    on(POLICY, reply);
    expect(await surface('azure').policy(TARGET, {})).toEqual(unknownPolicy(why));
  });

  it('is asked for by nothing but a role at a scope', async () => {
    const { surface, sent } = tenant();
    expect(await surface('azure').policiesById(CONTRIBUTOR, {})).toEqual(new Map());
    expect(sent).toEqual([]);
  });

  it.each([true, false])(
    'is found over HTTP, filter honoured: %s',
    async (policyFilterHonoured) => {
      const here = await world({ policyFilterHonoured });
      const { target } = await orderFor(here, 'Owner', 'Grid Production');
      expect(await here.azure.policy(target, {})).toMatchObject({
        maximumDuration: hours(2),
        approval: 'required',
        approvers: [{ kind: 'group', name: 'Change Approvers' }],
      });
    },
  );

  it('that one may not read stops no activation', async () => {
    const here = await world({ policyReads: 'needs-role' });
    const order = await orderFor(here, 'Contributor', 'Grid Production');
    expect(await here.azure.policy(order.target, {})).toMatchObject({
      maximumDuration: 'unknown',
      unreadable: expect.stringContaining('Azure denied the request'),
    });
    expect(await here.azure.activate(order, {})).toMatchObject({ status: 'Provisioned' });
  });
});

const DEFINITIONS_VERSION = 'api-version=2022-04-01';
const DEFINITION = line('GET', ROLE_PATH, DEFINITIONS_VERSION);
const PERMISSIONS = line('GET', `${SUBSCRIPTION}${PROVIDER}/permissions`, DEFINITIONS_VERSION);
const BLOCK = {
  actions: ['*'],
  notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write'],
  dataActions: [],
  notDataActions: [],
};
/** The same, as another answer may write it. */
const SAME_BLOCK = {
  actions: ['*'],
  notActions: ['microsoft.authorization/*/write', 'Microsoft.Authorization/*/Delete'],
};

function role(...permissions: readonly unknown[]): Reply {
  return json(200, { properties: { roleName: 'Contributor', permissions } });
}

describe('what Azure roles allow', () => {
  it('is read once for each role, by its GUID', async () => {
    const { on, surface } = tenant();
    on(DEFINITION, role(BLOCK, SAME_BLOCK));
    const elsewhere = {
      ...TARGET,
      scope: RESOURCE_GROUP,
      roleDefinitionId: ROLE_PATH.toUpperCase(),
    };
    const found = await surface('azure').definitions([elsewhere, TARGET], {});
    expect(found).toEqual(
      new Map([
        [
          CONTRIBUTOR,
          { permissions: [BLOCK, { ...SAME_BLOCK, dataActions: [], notDataActions: [] }] },
        ],
      ]),
    );
  });

  it('is left out where it cannot be read', async () => {
    const { on, surface } = tenant();
    const reader = { ...TARGET, roleDefinitionId: READER };
    const odd = { ...TARGET, roleDefinitionId: '/x/../y' };
    on(DEFINITION, role(BLOCK));
    on(
      line('GET', `${PROVIDER}/roleDefinitions/${READER}`, DEFINITIONS_VERSION),
      json(403, fault('AuthorizationFailed')),
    );
    const found = await surface('azure').definitions([TARGET, reader, odd], {});
    expect([...found.keys()]).toEqual([CONTRIBUTOR]);
  });

  it.each([
    ['open', 1],
    ['needs-role', 0],
  ] as const)('is readable before anything is on, or not: %s', async (definitionReads, size) => {
    const here = await world({ definitionReads });
    const { target } = await orderFor(here, 'Owner', 'Grid Production');
    expect((await here.azure.definitions([target], {})).size).toBe(size);
  });

  it('is not read when the call is cancelled', async () => {
    const call = { signal: AbortSignal.abort() };
    await expect(tenant().surface('azure').definitions([TARGET], call)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});

describe('whether an Azure role works', () => {
  it.each([
    ['effective', rows(assignment()), role(BLOCK), rows({ actions: ['*/read'] }, SAME_BLOCK)],
    ['not-yet', rows(assignment()), role(BLOCK), rows({ actions: ['*'] })],
    ['not-yet', rows(assignment()), role(BLOCK), rows()],
    ['not-yet', rows(assignment()), role(BLOCK, { dataActions: ['x/read'] }), rows(BLOCK)],
    ['unknown', rows(assignment()), json(403, fault('AuthorizationFailed')), rows(BLOCK)],
    ['unknown', rows(assignment()), role(), rows(BLOCK)],
    ['unknown', rows(assignment()), role(BLOCK), json(403, fault('AuthorizationFailed'))],
  ] as const)('is %s', async (kind, active, definition, permissions) => {
    const { on, surface } = tenant();
    on(activeAt(SUBSCRIPTION), active);
    on(DEFINITION, definition);
    on(PERMISSIONS, permissions);
    expect(await surface('azure').proof(TARGET, {})).toMatchObject({ kind });
  });

  it.each([
    ['none', rows()],
    ['one that is over', rows(assignment({ status: 'Revoked' }))],
    ['another place', rows(assignment({ scope: RESOURCE_GROUP }))],
    ['another role', rows(assignment({ roleDefinitionId: READER }))],
  ])('is not-yet when the list shows %s', async (_, reply) => {
    const { on, surface, sent } = tenant();
    on(activeAt(SUBSCRIPTION), reply);
    expect(await surface('azure').proof(TARGET, {})).toMatchObject({ kind: 'not-yet' });
    expect(sent).toHaveLength(1);
  });

  it('is unknown when the list cannot be read', async () => {
    const { on, surface, drive } = tenant();
    on(activeAt(SUBSCRIPTION), broken('ECONNRESET'), broken('ECONNRESET'), broken('ECONNRESET'));
    expect(await drive(surface('azure').proof(TARGET, {}))).toEqual({
      kind: 'unknown',
      how: 'What is active at the scope is unreadable.',
    });
  });

  it('follows the lag of the lists', async () => {
    const here = await world({ activeListLagSeconds: 30 });
    const order = await orderFor(here, 'Contributor', 'Grid Production');
    await here.azure.activate(order, {});
    expect(await here.azure.proof(order.target, {})).toMatchObject({ kind: 'not-yet' });
    here.simulator.advance(30);
    expect(await here.azure.proof(order.target, {})).toMatchObject({ kind: 'effective' });
  });
});
