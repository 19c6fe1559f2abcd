import { describe, expect, it } from 'vitest';
import { PimError } from '../../../src/domain/errors.ts';
import { json, tenant } from '../support/tenant.ts';
import { ELIGIBILITIES, fault } from './samples.ts';

describe('Azure without a token', () => {
  it.each(['consent-missing', 'sign-in-required'] as const)('says %s, unchanged', async (code) => {
    const missing = new PimError(code, 'The app has no consent for Azure.');
    const signIn = { ...tenant().signIn, token: () => Promise.reject(missing) };
    const azure = tenant({ signIn }).surface('azure');
    await expect(azure.eligibilities({})).rejects.toBe(missing);
    await expect(azure.active({})).rejects.toBe(missing);
    await expect(azure.requests({})).rejects.toBe(missing);
  });
});

describe('Azure’s errors', () => {
  it.each([
    ['InsufficientPermissions', 403, 'forbidden'],
    ['AuthorizationFailed', 403, 'forbidden'],
    ['RequestDisallowedByAzure', 403, 'step-up-required'],
    ['ResourceIsLocked', 400, 'rejected'],
    ['SubjectNotFound', 400, 'not-found'],
    ['RoleNotFound', 400, 'not-found'],
    ['OverlapsPendingRoleAssignmentRequests', 400, 'conflict'],
    ['InvalidResourceType', 404, 'upstream'],
  ] as const)('%s is %i, %s', async (reason, status, code) => {
    const { on, surface } = tenant();
    on(ELIGIBILITIES, json(status, fault(reason)));
    await expect(surface('azure').eligibilities({})).rejects.toMatchObject({
      code,
      details: { reasons: [reason], status },
    });
  });

  it.each([
    ['Users must use MFA for Create operation.', 'step-up-required', 'RequestDisallowedByAzure'],
    ['&claims=%7B%22access_token%22%7D', 'step-up-required', 'RequestDisallowedByAzure'],
    ['Resource was disallowed by policy "no owners".', 'forbidden', 'RequestDisallowedByPolicy'],
  ] as const)('RequestDisallowedByPolicy with %j is %s', async (message, code, reason) => {
    const { on, surface } = tenant();
    on(ELIGIBILITIES, json(403, fault('RequestDisallowedByPolicy', message)));
    await expect(surface('azure').eligibilities({})).rejects.toMatchObject({
      code,
      details: { reasons: [reason] },
    });
  });

  it('are understood from their details where the code says little', async () => {
    const { on, surface } = tenant();
    const details = [
      { code: 'Odd', message: 'x' },
      { code: 'ResourceIsLocked', message: 'It is locked.' },
    ];
    on(ELIGIBILITIES, json(400, fault('BadRequest', 'Several things.', details)));
    await expect(surface('azure').eligibilities({})).rejects.toMatchObject({
      details: {
        reasons: ['ResourceIsLocked'],
        upstream: { code: 'ResourceIsLocked', message: 'It is locked.' },
      },
    });
  });

  it('are whole where their details are odd', async () => {
    const { on, surface } = tenant();
    const body = { error: { code: 'AuthorizationFailed', message: 'No.', details: 'none' } };
    on(ELIGIBILITIES, json(403, body, { 'x-ms-correlation-request-id': 'corr-1' }));
    await expect(surface('azure').eligibilities({})).rejects.toMatchObject({
      details: { reasons: ['AuthorizationFailed'], requestId: 'corr-1' },
    });
  });
});
