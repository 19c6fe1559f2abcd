import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXPLANATIONS } from '../../src/domain/reasons.ts';
import * as directory from '../../src/entra/directory/wire.ts';
import { failureOf } from '../../src/entra/errors.ts';
import * as group from '../../src/entra/group/wire.ts';
import { activationBody } from '../../src/entra/schedule.ts';
import { toPolicy } from '../../src/entra/policy-rules.ts';
import { liveStage } from '../../src/domain/approval.ts';
import { deactivate, IN_UNIT, knownRequest, MEMBER } from './support/order.ts';
import {
  GROUP_ACTIVE,
  GROUP_APPROVAL,
  GROUP_AWAITING,
  GROUP_ELIGIBILITIES,
  groupPolicyLine,
  GROUP,
  GROUP_POST,
  groupRequest,
  ME,
  ROLE,
  ROLE_ACTIVE,
  ROLE_APPROVAL,
  ROLE_ELIGIBILITIES,
  ROLE_POLICY,
  ROLE_POST,
  roleRequest,
} from './support/samples.ts';
import { json, START, tenant, text } from './support/tenant.ts';
import { hours } from '../../src/domain/duration.ts';

/** Microsoft's example bodies, where they lie beside this checkout; skipped, and counted, elsewhere. */
const EXAMPLES = path.resolve(import.meta.dirname, '../../../shared/contracts/examples');

function example(name: string): string {
  return readFileSync(path.join(EXAMPLES, `${name}.json`), 'utf8');
}

const STATUS: Readonly<Record<string, number>> = {
  Authorization_RequestDenied: 403,
  PermissionScopeNotGranted: 403,
  InvalidAuthenticationToken: 401,
  TooManyRequests: 429,
};

const ERRORS: readonly (readonly [string, string])[] = [
  ['AadPremiumLicenseRequired', 'AadPremiumLicenseRequired'],
  ['AcrsValidationFailed', 'RoleAssignmentRequestAcrsValidationFailed'],
  ['ActiveDurationTooShort', 'ActiveDurationTooShort'],
  ['Authorization_RequestDenied', 'Authorization_RequestDenied'],
  ['InvalidAuthenticationToken', 'InvalidAuthenticationToken'],
  ['MissingParameters', 'MissingParameters'],
  ['PendingRoleAssignmentRequest', 'PendingRoleAssignmentRequest'],
  ['PermissionScopeNotGranted', 'PermissionScopeNotGranted'],
  ['PolicyValidationFailed.many', 'JustificationRule'],
  ['PolicyValidationFailed.mfa', 'MfaRule'],
  ['PolicyValidationFailed.ticketing', 'TicketingRule'],
  ['RoleAssignmentDoesNotExist', 'RoleAssignmentDoesNotExist'],
  ['RoleAssignmentExists', 'RoleAssignmentExists'],
  ['SubjectNotFound', 'SubjectNotFound'],
  ['TooManyRequests', 'TooManyRequests'],
];

if (!existsSync(EXAMPLES))
  process.stderr.write('contract examples skipped: all of this file (no ../shared/contracts)\n');

describe.skipIf(!existsSync(EXAMPLES))("Microsoft's example bodies", () => {
  it.each([
    ['group', GROUP_ELIGIBILITIES, 'group.eligibilityScheduleInstances.mine', 2],
    ['directory', ROLE_ELIGIBILITIES, 'role.eligibilityScheduleInstances.mine', 1],
  ] as const)('of eligibilities (%s) are read', async (name, line, file, count) => {
    const { on, surface } = tenant();
    on(line, text(200, example(file)));
    const found = await surface(name).eligibilities({});
    expect(found).toHaveLength(count);
    for (const row of found) {
      expect(row.name).not.toMatch(/^[\da-f-]{36}$/u);
      expect(row.memberType).not.toBe('Unknown');
    }
  });

  it.each([
    ['group', GROUP_ACTIVE, 'group.assignmentScheduleInstances.mine'],
    ['directory', ROLE_ACTIVE, 'role.assignmentScheduleInstances.mine'],
  ] as const)('of active assignments (%s) are read', async (name, line, file) => {
    const { on, surface } = tenant();
    on(line, text(200, example(file)));
    const found = await surface(name).active({});
    expect(found.map(({ assignmentType }) => assignmentType)).toEqual(['activated', 'assigned']);
    expect(found.map(({ endTime }) => endTime === null)).toEqual([false, true]);
    expect(found.map(({ through }) => through)).toEqual([null, null]);
  });

  it('of requests that wait for my decision are read', async () => {
    const { on, surface } = tenant();
    on(GROUP_AWAITING, text(200, example('group.requests.awaitingMe')));
    expect(await surface('group').awaiting({})).toMatchObject([
      { name: 'SG-PIM-Platform-Admins', principal: { name: 'Bob Example' } },
    ]);
  });

  it.each([
    ['group', MEMBER, `GET ${GROUP_APPROVAL}?$expand=stages`, 'group.assignmentApproval.200'],
    [
      'directory',
      IN_UNIT,
      `GET ${ROLE_APPROVAL}?$expand=steps`,
      'role.roleAssignmentApproval.beta.200',
    ],
  ] as const)('of approvals are read (%s)', async (name, target, line, file) => {
    const { on, surface } = tenant();
    on(line, text(200, example(file)));
    const stages = await surface(name).stages(knownRequest({ target }), {});
    expect(liveStage(stages)).toBe(stages[0]);
    expect(stages).toHaveLength(1);
  });

  it.each([
    ['group.selfDeactivate.request', MEMBER, GROUP_POST, groupRequest()],
    ['role.selfDeactivate.request', IN_UNIT, ROLE_POST, roleRequest()],
  ] as const)('of deactivations are what we send (%s)', async (file, target, line, answer) => {
    const world = tenant();
    world.on(line, json(201, answer));
    await deactivate(world, { target, justification: 'done' });
    expect(JSON.parse(world.sent[0]?.body ?? '')).toEqual(JSON.parse(example(file)));
  });

  it('of decisions are what we send', async () => {
    const { on, surface, sent } = tenant();
    on(`PATCH ${GROUP_APPROVAL}/stages/s1`, text(204, ''));
    await surface('group').decide(
      {
        request: knownRequest(),
        stage: { id: 's1', status: 'InProgress', result: 'NotReviewed', isMine: true },
        verdict: 'approve',
        justification: 'Checked with change board',
      },
      {},
    );
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual(
      JSON.parse(example('approval.decision.request')),
    );
  });

  it('of policies are read', async () => {
    const { on, surface } = tenant();
    on(groupPolicyLine(), text(200, example('policy.group.expand.200')));
    on(ROLE_POLICY, text(200, example('policy.role.expand.200')));
    const [ofGroup] = [...(await surface('group').policiesById(GROUP, {})).values()];
    const [ofRole] = [...(await surface('directory').policiesById(ROLE, {})).values()];
    expect(ofGroup).toMatchObject({
      maximumDuration: hours(1.5),
      mfa: 'required',
      ticket: 'not-required',
      approval: 'not-required',
    });
    expect(ofRole).toMatchObject({
      maximumDuration: hours(8),
      ticket: 'required',
      approvers: [{ kind: 'user', name: 'Ada Approver' }],
      mfa: 'not-required',
      claimValue: 'c1',
    });
  });

  it('of single rules are read', () => {
    const rules = ['Expiration', 'Enablement', 'Approval', 'AuthenticationContext'].map(
      (rule): unknown => JSON.parse(example(`policy.rule.${rule}_EndUser_Assignment`)),
    );
    expect(Object.values(toPolicy(rules))).not.toContain('unknown');
  });

  it.each([
    ['group.selfActivate.201', 'Provisioned', group.readRequest],
    ['role.selfActivate.201.provisioned', 'Provisioned', directory.readRequest],
    ['role.selfActivate.201.pendingApproval', 'PendingApproval', directory.readRequest],
    ['role.selfActivate.201.scheduled', 'Granted', directory.readRequest],
    ['role.selfDeactivate.201', 'Revoked', directory.readRequest],
  ])('of requests are read (%s)', (file, status, read) => {
    expect(read(JSON.parse(example(file)))).toMatchObject({ status });
  });

  it('of activations are what we send', () => {
    const order = {
      target: { kind: 'group', groupId: GROUP, accessId: 'member' },
      principalId: ME,
      startTime: START,
      duration: hours(2),
      justification: 'INC-4711 rotate certificates',
      ticket: { number: 'INC-4711', system: 'ServiceNow' },
    } as const;
    const sent = JSON.stringify({
      ...group.targetBody(order.target),
      ...activationBody(order, START),
    });
    expect(JSON.parse(sent.replace('.000Z', 'Z'))).toEqual(
      JSON.parse(example('group.selfActivate.request')),
    );
  });

  it.each(ERRORS)('of errors are explained (%s)', (file, reason) => {
    const answer = {
      status: STATUS[file] ?? 400,
      header: () => null,
      body: example(`error.graph.${file}`),
    };
    const { details, code } = failureOf(answer, START);
    expect(details.reasons?.[0]).toBe(reason);
    expect(Object.values(EXPLANATIONS).map((each) => each.code)).toContain(code);
    expect(details.requestId).toBe('5b0b7a5e-0a0c-4d0e-9a0f-1d6d2d3c4b5a');
  });
});
