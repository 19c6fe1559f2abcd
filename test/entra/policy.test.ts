import { describe, expect, it } from 'vitest';
import { hours, seconds } from '../../src/domain/duration.ts';
import { PimError } from '../../src/domain/errors.ts';
import { unknownPolicy } from '../../src/domain/policy.ts';
import { policyKeyOf, type DirectoryTarget, type GroupTarget } from '../../src/domain/target.ts';
import { toPolicy } from '../../src/entra/policy-rules.ts';
import {
  APPROVAL,
  CONTEXT,
  ENABLEMENT,
  EXPIRATION,
  fault,
  GROUP,
  groupPolicyLine,
  NO_CONTEXT,
  policyAssignment,
  ROLE,
  ROLE_POLICY,
  UNIT_SCOPE,
} from './support/samples.ts';
import { broken, json, rows, tenant, text } from './support/tenant.ts';

const OWNER: GroupTarget = { kind: 'group', groupId: GROUP, accessId: 'owner' };
const IN_UNIT: DirectoryTarget = {
  kind: 'directory',
  roleDefinitionId: ROLE,
  directoryScopeId: UNIT_SCOPE,
  appScopeId: null,
};
const ALL_RULES = [EXPIRATION, ENABLEMENT, APPROVAL, NO_CONTEXT];

describe('the rules of a policy', () => {
  it('become demands', () => {
    expect(toPolicy(ALL_RULES)).toEqual({
      maximumDuration: hours(8),
      justification: 'required',
      ticket: 'required',
      mfa: 'required',
      approval: 'required',
      approvers: [
        { kind: 'user', name: 'Ada Approver' },
        { kind: 'group', name: 'SG-Approvers' },
        { kind: 'manager', name: 'your manager' },
      ],
      authenticationContext: 'not-required',
      claimValue: null,
      unreadable: null,
    });
  });

  it('demand nothing where they are empty', () => {
    const setting = { ...APPROVAL.setting, isApprovalRequired: false };
    const rules = [
      { ...ENABLEMENT, enabledRules: [] },
      { ...APPROVAL, setting },
    ];
    expect(toPolicy(rules)).toMatchObject({
      justification: 'not-required',
      ticket: 'not-required',
      mfa: 'not-required',
      approval: 'not-required',
      approvers: [],
    });
  });

  it('with an authentication context do without MFA', () => {
    expect(toPolicy([ENABLEMENT, CONTEXT])).toMatchObject({
      mfa: 'not-required',
      authenticationContext: 'required',
      claimValue: 'c1',
    });
  });

  it('trap 11: are unknown one by one where they are missing', () => {
    const { unreadable, ...demands } = unknownPolicy('');
    expect(unreadable).toBe('');
    expect(toPolicy([])).toEqual({ ...demands, unreadable: null });
  });

  it('trap 11: are unknown where they are odd', () => {
    const { unreadable, ...demands } = unknownPolicy('');
    expect(unreadable).toBe('');
    const odd = [
      { ...EXPIRATION, maximumDuration: null },
      { ...ENABLEMENT, enabledRules: null },
      { ...APPROVAL, setting: null },
      { ...NO_CONTEXT, isEnabled: 'perhaps' },
      'not a rule',
    ];
    expect(toPolicy(odd)).toEqual({ ...demands, unreadable: null });
  });

  it.each(['PT0S', '', 'P1M', 'eight hours', 'PT'])(
    'trap 11: a maximum of %j is unknown, never 8 hours',
    (maximumDuration) => {
      expect(toPolicy([{ ...EXPIRATION, maximumDuration }]).maximumDuration).toBe('unknown');
    },
  );

  it.each([
    ['PT8H30M', 8.5 * 3600],
    ['P1D', 24 * 3600],
    ['P1DT2H', 26 * 3600],
    ['PT1H30M', 5400],
  ])('trap 9: a maximum of %s is read whole', (maximumDuration, count) => {
    expect(toPolicy([{ ...EXPIRATION, maximumDuration }]).maximumDuration).toEqual(seconds(count));
  });

  it('limit activations also where endless assignments are allowed', () => {
    const rule = { ...EXPIRATION, isExpirationRequired: false };
    expect(toPolicy([rule]).maximumDuration).toEqual(hours(8));
  });

  it('name approvers safely, by id where there is no name', () => {
    const approvers = [
      { '@odata.type': '#microsoft.graph.singleUser', description: 'A\u202Eda', userId: 'u1' },
      { '@odata.type': '#microsoft.graph.groupMembers', description: null, groupId: 'g1' },
      { '@odata.type': '#microsoft.graph.somethingNew' },
    ];
    const setting = { isApprovalRequired: true, approvalStages: [{ primaryApprovers: approvers }] };
    expect(toPolicy([{ ...APPROVAL, setting }]).approvers).toEqual([
      { kind: 'user', name: 'Ada' },
      { kind: 'group', name: 'g1' },
      { kind: 'unknown', name: 'unnamed' },
    ]);
  });
});

describe('reading a policy', () => {
  it('trap 2: asks for that of owners where ownership is meant', async () => {
    const { on, surface, sent } = tenant();
    const member = policyAssignment('member', { ...EXPIRATION, maximumDuration: 'PT1H' });
    on(groupPolicyLine('owner'), rows(member, policyAssignment('Owner', ...ALL_RULES)));
    expect(await surface('group').policy(OWNER, {})).toMatchObject({ maximumDuration: hours(8) });
    expect(sent).toHaveLength(1);
  });

  it("trap 5: asks for the tenant's policy of a role held in an administrative unit", async () => {
    const { on, surface } = tenant();
    on(ROLE_POLICY, rows(policyAssignment(ROLE.toUpperCase(), ...ALL_RULES)));
    expect(await surface('directory').policy(IN_UNIT, {})).toMatchObject({
      maximumDuration: hours(8),
      unreadable: null,
    });
  });

  it('trap 20: asks for one role at a time, and finds it among others', async () => {
    const { on, surface, sent } = tenant();
    const others = Array.from({ length: 30 }, (_, index) => policyAssignment(`role-${index}`));
    on(ROLE_POLICY, rows(...others, policyAssignment(ROLE, ...ALL_RULES)));
    expect(await surface('directory').policy(IN_UNIT, {})).toMatchObject({
      maximumDuration: hours(8),
    });
    expect(sent[0]?.line).not.toContain(' or ');
  });

  it('doubles quotes in what it asks for', async () => {
    const { on, surface, sent } = tenant();
    const line = ROLE_POLICY.replace(ROLE, "x''y");
    on(line, rows());
    await surface('directory').policy({ ...IN_UNIT, roleDefinitionId: "x'y" }, {});
    expect(sent.map((request) => request.line)).toEqual([line]);
  });

  it.each([
    [
      'a refusal',
      json(403, fault('Authorization_RequestDenied', 'No.')),
      'The role settings could not be read. Microsoft denied the request: a permission or a directory role is missing.',
    ],
    [
      'a missing consent',
      json(
        403,
        fault(
          'UnknownError',
          '{"errorCode":"PermissionScopeNotGranted","message":"Authorization failed due to missing permission scope A.B,C.D."}',
        ),
      ),
      'The role settings could not be read. The app you signed in with lacks a permission for this. Missing: A.B, C.D.',
    ],
    [
      'garbage',
      text(200, '<html>hello</html>'),
      "The role settings could not be read. Microsoft's answer could not be read: it is not JSON.",
    ],
    ['no policy', rows(), 'Microsoft returned no role settings for this.'],
    [
      'a policy without rules',
      rows({ roleDefinitionId: ROLE, policy: null }),
      'Microsoft returned no role settings for this.',
    ],
  ])('trap 11: after %s is unknown, with the reason', async (_, reply, why) => {
    const { on, surface } = tenant();
    on(ROLE_POLICY, reply);
    expect(await surface('directory').policy(IN_UNIT, {})).toEqual(unknownPolicy(why));
  });

  it('trap 11: is unknown without a network', async () => {
    const { on, surface, drive } = tenant();
    on(ROLE_POLICY, broken('ECONNRESET'), broken('ECONNRESET'), broken('ECONNRESET'));
    expect(await drive(surface('directory').policy(IN_UNIT, {}))).toMatchObject({
      maximumDuration: 'unknown',
      unreadable:
        'The role settings could not be read. The connection to Microsoft failed (ECONNRESET).',
    });
  });

  it('is cancelled, not unknown, when the call is cancelled', async () => {
    const call = { signal: AbortSignal.abort() };
    await expect(tenant().surface('group').policy(OWNER, call)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('does not hide that a sign-in is needed', async () => {
    const pending = new PimError('sign-in-pending', 'Finish in the browser.');
    const signIn = { ...tenant().signIn, token: () => Promise.reject(pending) };
    await expect(tenant({ signIn }).surface('group').policy(OWNER, {})).rejects.toBe(pending);
  });
});

describe('reading policies ahead', () => {
  it('gives both access levels of a group in one call', async () => {
    const { on, surface, sent } = tenant();
    on(
      groupPolicyLine(),
      rows(policyAssignment('member', EXPIRATION), policyAssignment('owner', CONTEXT)),
    );
    const found = await surface('group').policiesById(GROUP, {});
    expect([...found.keys()]).toEqual([
      policyKeyOf({ ...OWNER, accessId: 'member' }),
      policyKeyOf(OWNER),
    ]);
    expect(found.get(policyKeyOf(OWNER))).toMatchObject({ claimValue: 'c1' });
    expect(sent).toHaveLength(1);
  });

  it('gives that of a role, for every scope', async () => {
    const { on, surface } = tenant();
    on(ROLE_POLICY, rows(policyAssignment(ROLE, EXPIRATION), policyAssignment('another')));
    const found = await surface('directory').policiesById(ROLE, {});
    expect([...found.keys()]).toEqual([policyKeyOf(IN_UNIT)]);
  });

  it.each(['Global Reader', 'g-7k2m9xq4', `${ROLE}' or 1 eq 1`, ''])(
    'asks nobody about %j',
    async (id) => {
      const { surface, sent } = tenant();
      expect((await surface('group').policiesById(id, {})).size).toBe(0);
      expect((await surface('directory').policiesById(id, {})).size).toBe(0);
      expect(sent).toEqual([]);
    },
  );

  it('gives nothing when it fails', async () => {
    const { on, surface } = tenant();
    on(ROLE_POLICY, json(400, fault('InvalidResource', 'No such role.')));
    expect((await surface('directory').policiesById(ROLE, {})).size).toBe(0);
  });

  it('gives nothing when the sign-in fails', async () => {
    const failed = new PimError('sign-in-failed', 'No.');
    const signIn = { ...tenant().signIn, token: () => Promise.reject(failed) };
    expect((await tenant({ signIn }).surface('group').policiesById(GROUP, {})).size).toBe(0);
  });

  it('says so when it is cancelled', async () => {
    const call = { signal: AbortSignal.abort() };
    await expect(tenant().surface('group').policiesById(GROUP, call)).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
