import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { PimError } from '../../src/domain/errors.ts';
import { failureOf } from '../../src/entra/errors.ts';
import { describeFault } from '../../src/operations/fault.ts';
import { fault } from './support/samples.ts';
import { START } from './support/tenant.ts';

const REQUEST_ID = '5b0b7a5e-0a0c-4d0e-9a0f-1d6d2d3c4b5a';

function failure(status: number, body: unknown, headers: Record<string, string> = {}): PimError {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return failureOf({ status, header: (name) => headers[name] ?? null, body: text }, START);
}

const RULES_FAILED = 'RoleAssignmentRequestPolicyValidationFailed';

function rulesFailed(list: string): PimError {
  return failure(400, fault(RULES_FAILED, `The following policy rules failed: ${list}`));
}

describe('codes that we know', () => {
  it.each([
    [400, 'RoleAssignmentExists', 'conflict'],
    [400, 'PendingRoleAssignmentRequest', 'conflict'],
    [400, 'ActiveDurationTooShort', 'rejected'],
    [400, 'SubjectNotFound', 'not-found'],
    [400, 'RoleAssignmentDoesNotExist', 'not-found'],
    [400, 'AadPremiumLicenseRequired', 'licence-missing'],
    [403, 'Authorization_RequestDenied', 'forbidden'],
    [401, 'InvalidAuthenticationToken', 'sign-in-required'],
    [400, 'MissingParameters', 'upstream'],
    [429, 'TooManyRequests', 'throttled'],
  ])('%i %s is %s', (status, code, expected) => {
    expect(failure(status, fault(code, 'Some text.'))).toMatchObject({
      code: expected,
      details: {
        reasons: [code],
        status,
        requestId: REQUEST_ID,
        upstream: { code, message: 'Some text.' },
      },
    });
  });

  it('trap 1: a refused language is known by its text', () => {
    const text = 'System.Globalization.CultureNotFoundException: Culture is not supported.';
    expect(failure(400, fault('UnknownError', text)).details.reasons).toEqual([
      'CultureNotFoundException',
    ]);
  });

  it('names the permissions that an error inside the error message asks for', () => {
    const message = JSON.stringify({
      errorCode: 'PermissionScopeNotGranted',
      message:
        'Authorization failed due to missing permission scope RoleAssignmentSchedule.ReadWrite.Directory,RoleManagement.ReadWrite.Directory.',
      instanceAnnotations: [],
    });
    expect(failure(403, fault('UnknownError', message))).toMatchObject({
      code: 'consent-missing',
      details: {
        missingScopes: [
          'RoleAssignmentSchedule.ReadWrite.Directory',
          'RoleManagement.ReadWrite.Directory',
        ],
        upstream: { code: 'PermissionScopeNotGranted' },
      },
    });
  });
});

function missing(list: string): readonly string[] | undefined {
  const text = `Due to missing permission scope ${list}`;
  return failure(403, fault('PermissionScopeNotGranted', text)).details.missingScopes;
}

describe('permissions that Microsoft names', () => {
  it('have the shape of permissions; everything else is left out', () => {
    const odd = 'Evil, User_Read.All, A.B.C.D.E, User.1, RoleManagement.Read.Directory, -.-,';
    expect(missing(odd)).toEqual(['RoleManagement.Read.Directory']);
    expect(missing('Please, ignore, everything.')).toBeUndefined();
    expect(missing(`User.${'a'.repeat(500)}`)).toBeUndefined();
  });

  it('are few', () => {
    expect(missing(Array.from({ length: 20 }, () => 'User.Read').join(','))).toHaveLength(8);
  });
});

describe('policy rules that failed', () => {
  it.each([
    ['["JustificationRule","ExpirationRule"]', ['JustificationRule', 'ExpirationRule']],
    ['JustificationRule - Justification is required', ['JustificationRule']],
    ['["TicketingRule"]', ['TicketingRule']],
  ])('are read from %s', (list, reasons) => {
    expect(rulesFailed(list)).toMatchObject({ code: 'rejected', details: { reasons } });
  });

  it('are all told at once', () => {
    expect(rulesFailed('["JustificationRule","ExpirationRule"]').message).toBe(
      'The role settings demand a justification. The duration is longer than the role settings allow.',
    );
  });

  it('mean a step-up when it is MFA alone', () => {
    expect(rulesFailed('["MfaRule"]')).toMatchObject({
      code: 'step-up-required',
      details: { reasons: ['MfaRule'] },
    });
  });

  it.each([
    ['["MfaRule","TicketingRule"]', ['TicketingRule', 'MfaRule']],
    ['["MfaRule","ActivationDayRule"]', ['ActivationDayRule', 'MfaRule']],
    ['["MfaRule","BrandNewRule"]', [RULES_FAILED, 'MfaRule']],
  ])('mean a refusal when MFA is only part of it: %s', (list, reasons) => {
    expect(rulesFailed(list)).toMatchObject({ code: 'rejected', details: { reasons } });
  });

  it.each(['ApprovalRule', 'ActivationDayRule', 'AdminRequestRule'])(
    'that no input mends lead elsewhere: %s',
    (rule) => {
      const error = rulesFailed(`["${rule}"]`);
      expect(error).toMatchObject({ code: 'rejected', details: { reasons: [rule] } });
      expect(['report', 'ask-administrator']).toContain(describeFault(error).next);
    },
  );

  it('are named and passed on when we know none of them', () => {
    expect(rulesFailed('["BrandNewRule","OtherRule"]')).toMatchObject({
      code: 'rejected',
      message:
        'The role settings refuse this activation. Microsoft names the rules "BrandNewRule" and "OtherRule", unknown to us.',
      details: {
        reasons: [RULES_FAILED],
        upstream: { message: 'The following policy rules failed: ["BrandNewRule","OtherRule"]' },
      },
    });
  });

  it('are named when we know only the others', () => {
    expect(rulesFailed('["JustificationRule","BrandNewRule"]')).toMatchObject({
      code: 'rejected',
      message:
        'The role settings demand a justification. Microsoft names the rule "BrandNewRule", unknown to us.',
      details: { reasons: ['JustificationRule'] },
    });
  });

  it('are not named when there are too many, or they are too long', () => {
    const names = Array.from({ length: 12 }, (_, index) => `New${'x'.repeat(index)}Rule`);
    const { message } = rulesFailed(JSON.stringify([`${'X'.repeat(60)}Rule`, ...names]));
    expect(message.match(/"New\w*Rule"/gu)).toHaveLength(8);
    expect(message).not.toContain('XX');
  });
});

describe('codes that we do not know', () => {
  it.each([
    [400, 'rejected'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'conflict'],
    [418, 'rejected'],
    [401, 'sign-in-required'],
    [429, 'throttled'],
    [500, 'upstream'],
  ])('go by the status: %i is %s', (status, expected) => {
    expect(failure(status, fault('Brand_New', 'Never seen.'))).toMatchObject({
      code: expected,
      details: { upstream: { code: 'Brand_New', message: 'Never seen.' }, requestId: REQUEST_ID },
    });
  });

  it('are data: cleaned, capped, and not part of our own words', () => {
    const error = failure(400, fault('Bad\u001B[2J', `Ignore\u202E all\n${'x'.repeat(999)}`));
    expect(error.details.upstream?.code).toBe('Bad [2J');
    expect(error.details.upstream?.message).toMatch(/^Ignore all x+…$/u);
    expect(error.details.upstream?.message).toHaveLength(300);
    expect(error.message).toBe('Microsoft refused the request (HTTP 400).');
  });

  it.each(['Ignore all', 'x'.repeat(65), 'a\u001B[2J', ''])(
    'have no request id that could be something else (%j)',
    (id) => {
      const body = { error: { code: 'x', message: 'y', innerError: { 'request-id': id } } };
      expect(failure(400, body, { 'request-id': id }).details).not.toHaveProperty('requestId');
      expect(failure(400, fault('x', 'y'), { 'request-id': id }).details.requestId).toBe(
        REQUEST_ID,
      );
    },
  );

  it('have the request id of the header when there is one', () => {
    expect(failure(400, fault('x', 'y'), { 'request-id': 'abc' }).details.requestId).toBe('abc');
  });
});

describe('answers that are not from Graph', () => {
  it.each([
    [403, '<html>Blocked by your proxy</html>', 'malformed'],
    [404, '', 'malformed'],
    [400, '{"error":"text"}', 'malformed'],
    [407, '<html>Sign in to the proxy</html>', 'malformed'],
    [302, '', 'malformed'],
    [500, '<html>Oops</html>', 'upstream'],
    [503, '', 'upstream'],
    [502, '{"error":', 'upstream'],
    [429, '', 'throttled'],
    [401, '', 'sign-in-required'],
  ])('%i with %j is %s', (status, body, expected) => {
    const error = failure(status, body);
    expect(error).toMatchObject({ code: expected, details: { status } });
    expect(error.details).not.toHaveProperty('upstream');
  });
});

describe('claims challenges', () => {
  const CLAIMS = '%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%7D%7D%7D';

  it('trap 13: in a 400 mean a step-up, and are never shown', () => {
    const error = failure(
      400,
      fault('RoleAssignmentRequestAcrsValidationFailed', `&claims=${CLAIMS}`),
    );
    expect(error).toMatchObject({
      code: 'step-up-required',
      details: {
        reasons: ['RoleAssignmentRequestAcrsValidationFailed'],
        upstream: { message: 'A claims challenge (left out here).' },
      },
    });
    expect(inspect(error, { depth: 9 })).not.toMatch(/acrs|%7B/u);
  });

  it.each([
    fault('Other', `Try again with &claims=${CLAIMS}`),
    fault('Other', '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}'),
    fault('Other', JSON.stringify({ errorCode: 'Deep', message: `x&claims=${CLAIMS}` })),
  ])('trap 13: are never shown under other codes either (%#)', (body) => {
    expect(inspect(failure(400, body), { depth: 9 })).not.toMatch(/acrs|%7B/u);
  });

  it('trap 13: in a header mean a fresh sign-in', () => {
    const header = { 'www-authenticate': 'Bearer error="insufficient_claims", claims="eyJ4In0="' };
    const error = failure(401, fault('InvalidAuthenticationToken', 'y'), header);
    expect(error).toMatchObject({
      code: 'step-up-required',
      details: { reasons: ['InsufficientClaims'] },
    });
    expect(inspect(error, { depth: 9 })).not.toContain('eyJ');
  });
});
