import { describe, expect, it } from 'vitest';
import {
  activate,
  armService,
  CONTRIBUTOR,
  errorOf,
  FINANCE,
  GRID_PRODUCTION,
  GRID_TEST,
  KEY_VAULT_ADMINISTRATOR,
  KV_SCADA,
  newName,
  order,
  OWNER,
  READER,
  requestAt,
  RG_BILLING,
  RG_SCADA,
  verdictOf,
  VM_CONTRIBUTOR,
} from './azure-support.ts';
import { type Row } from './graph-support.ts';

describe('each rule of a policy', () => {
  it.each<[string, string, string, Row]>([
    ['JustificationRule', GRID_PRODUCTION, CONTRIBUTOR, { justification: '' }],
    ['TicketingRule', RG_SCADA, VM_CONTRIBUTOR, {}],
    [
      'ExpirationRule',
      GRID_TEST,
      CONTRIBUTOR,
      { scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT5H' } } },
    ],
    ['MfaRule', FINANCE, OWNER, {}],
    ['EligibilityRule', FINANCE, READER, {}],
  ])('%s is checked', async (rule, scope, role, changes) => {
    const listed = await armService().send('PUT', requestAt(scope), order(role, changes));
    expect(verdictOf(listed)).toBe('400 RoleAssignmentRequestPolicyValidationFailed');
    expect(errorOf(listed).message).toBe(`The following policy rules failed: ["${rule}"]`);
    const arm = armService({ behaviour: { policyFailureText: 'sentence' } });
    const said = await arm.send('PUT', requestAt(scope), order(role, changes));
    expect(errorOf(said).message).toMatch(new RegExp(`failed: ${rule} - `, 'u'));
  });

  it('are satisfied by what they ask for', async () => {
    const arm = armService();
    const ticketInfo = { ticketNumber: 'CHG-1', ticketSystem: 'ServiceNow' };
    expect(await activate(arm, RG_SCADA, order(VM_CONTRIBUTOR, { ticketInfo }))).toBe(
      '201 Provisioned',
    );
    expect(await activate(arm, FINANCE, order(OWNER), { amr: ['mfa'] })).toBe('201 Provisioned');
    expect(await activate(arm, RG_BILLING, order(READER, { justification: null }))).toBe(
      '201 Provisioned',
    );
  });

  it('answers with a claims challenge until the context is in the token', async () => {
    const arm = armService();
    const refused = await arm.send('PUT', requestAt(KV_SCADA), order(KEY_VAULT_ADMINISTRATOR));
    expect(verdictOf(refused)).toBe('400 RoleAssignmentRequestAcrsValidationFailed');
    expect(decodeURIComponent(errorOf(refused).message)).toBe(
      '&claims={"access_token":{"acrs":{"essential":true, "value":"c1"}}}',
    );
    expect(await activate(arm, KV_SCADA, order(KEY_VAULT_ADMINISTRATOR), { acrs: ['c1'] })).toBe(
      '201 Provisioned',
    );
  });

  it('is enforced although it cannot be read', async () => {
    expect(await activate(armService(), FINANCE, order(CONTRIBUTOR, { justification: '' }))).toBe(
      '400 RoleAssignmentRequestPolicyValidationFailed',
    );
  });
});

describe('what stands in the way', () => {
  it('an activation that runs already', async () => {
    const arm = armService();
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    expect(await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR))).toBe(
      '400 RoleAssignmentExists',
    );
    expect(await activate(arm, GRID_TEST, order(CONTRIBUTOR))).toBe('201 Provisioned');
  });

  it('a request that waits for approval', async () => {
    const arm = armService();
    expect(await activate(arm, GRID_PRODUCTION, order(OWNER))).toBe('201 PendingApproval');
    expect(await activate(arm, GRID_PRODUCTION, order(OWNER))).toBe(
      '400 PendingRoleAssignmentRequest',
    );
  });

  it('an unknown role, scope, person, body or request type', async () => {
    const arm = armService();
    expect(await activate(arm, FINANCE, order(newName()))).toBe('400 RoleDefinitionDoesNotExist');
    expect(await activate(arm, '/subscriptions/none', order(OWNER))).toBe(
      '403 AuthorizationFailed',
    );
    expect(await activate(arm, FINANCE, order(OWNER, { principalId: newName() }))).toBe(
      '400 SubjectNotFound',
    );
    const flat = await arm.send('PUT', requestAt(FINANCE), { requestType: 'SelfActivate' });
    expect(verdictOf(flat)).toBe('400 InvalidRequestContent');
    expect(await activate(arm, FINANCE, order(OWNER, { requestType: 'AdminAssign' }))).toBe(
      '403 AuthorizationFailed',
    );
    expect(await activate(arm, FINANCE, order(OWNER, { requestType: 'SelfExtend' }))).toBe(
      '400 InvalidRoleAssignmentRequest',
    );
    expect(arm.journal.entries()).toEqual([]);
  });
});

const validate = (scope: string, body: Row, azure = armService()) =>
  azure.send('POST', requestAt(scope, newName(), '/validate'), body);

describe('/validate', () => {
  it('gives the verdict and keeps nothing', async () => {
    const arm = armService();
    expect(verdictOf(await validate(GRID_PRODUCTION, order(CONTRIBUTOR), arm))).toBe('200 Granted');
    expect(verdictOf(await validate(GRID_PRODUCTION, order(OWNER), arm))).toBe(
      '200 PendingApproval',
    );
    const without = order(CONTRIBUTOR, { justification: '' });
    expect(verdictOf(await validate(GRID_PRODUCTION, without, arm))).toBe(
      '400 RoleAssignmentRequestPolicyValidationFailed',
    );
    expect(arm.journal.entries()).toEqual([]);
  });
});
