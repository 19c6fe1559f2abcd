import { expect, it } from 'vitest';
import { challengeIn } from '../../src/entra/challenge.ts';
import type { Attempt } from '../../src/entra/http/send.ts';

const CLAIMS = '{"access_token":{"acrs":{"essential":true, "value":"c1"}}}';
const ENCODED = encodeURIComponent(CLAIMS);
const BASE64URL = Buffer.from(CLAIMS).toString('base64url');
const BASE64 = Buffer.from(CLAIMS).toString('base64');
const RULES = 'RoleAssignmentRequestPolicyValidationFailed';
const FAILED = 'The following policy rules failed:';

function attempt(status: number, code: string, message: string, challenge?: string): Attempt {
  const body = JSON.stringify({ error: { code, message } });
  const header = (name: string) => (name === 'www-authenticate' ? (challenge ?? null) : null);
  return { kind: 'answered', answer: { status, header, body } };
}

function bearer(claims: string): string {
  return `Bearer realm="", authorization_uri="https://login.example/x", error="insufficient_claims", claims="${claims}"`;
}

it.each([
  [
    'in the message',
    attempt(400, 'RoleAssignmentRequestAcrsValidationFailed', `&claims=${ENCODED}`),
  ],
  [
    'after other words',
    attempt(403, 'RequestDisallowedByAzure', `Use MFA. &claims=${ENCODED}&x=1`),
  ],
  [
    'in an error inside the message',
    attempt(400, 'X', JSON.stringify({ errorCode: 'Y', message: `&claims=${ENCODED}` })),
  ],
  ['in the header', attempt(401, 'x', 'y', bearer(BASE64URL))],
  ['in the header, with padding', attempt(401, 'x', 'y', bearer(BASE64))],
  ['in the header, as it is', attempt(401, 'x', 'y', bearer(CLAIMS))],
  ['in the header, escaped', attempt(401, 'x', 'y', bearer(CLAIMS.replaceAll('"', '\\"')))],
])('claims %s are passed on unchanged, and called by their context', (_, given) => {
  const challenge = challengeIn(given);
  expect(challenge?.claims()).toBe(CLAIMS);
  expect(challenge?.label).toBe('authentication context c1');
});

it.each([
  [
    'several contexts',
    '{"access_token":{"acrs":{"values":["c1","c2"]}}}',
    'authentication contexts c1, c2',
  ],
  ['none', '{"access_token":{"nbf":{"essential":true,"value":"1"}}}', 'a fresh sign-in'],
  [
    'foreign text in place of one',
    '{"access_token":{"acrs":{"value":"<b>x</b>"}}}',
    'a fresh sign-in',
  ],
  ['something of another shape', '{"access_token":7}', 'a fresh sign-in'],
])('claims with %s', (_, claims, label) => {
  const challenge = challengeIn(attempt(400, 'x', `&claims=${encodeURIComponent(claims)}`));
  expect(challenge?.claims()).toBe(claims);
  expect(challenge?.label).toBe(label);
});

it.each([`${FAILED} ["MfaRule"]`, `${FAILED} MfaRule - Multi-factor authentication is required`])(
  'a second factor is asked for where it alone is missing: %s',
  (message) => {
    expect(challengeIn(attempt(400, RULES, message))?.label).toBe('multifactor authentication');
  },
);

it.each([
  ['other rules failed as well', attempt(400, RULES, `${FAILED} ["MfaRule","TicketingRule"]`)],
  ['unknown rules failed as well', attempt(400, RULES, `${FAILED} ["MfaRule","BrandNewRule"]`)],
  ['the name stands in another error', attempt(400, 'Other', `${FAILED} ["MfaRule"]`)],
  ['claims are no JSON', attempt(400, 'x', '&claims=%7B%22acc')],
  ['claims are no object', attempt(400, 'x', '&claims=7')],
  ['claims are wrongly encoded', attempt(400, 'x', '&claims=%E0%A4%A')],
  ['it may have been done', attempt(503, 'x', `&claims=${ENCODED}`)],
  ['it was done', attempt(201, 'x', `&claims=${ENCODED}`)],
  ['a token has expired', attempt(401, 'InvalidAuthenticationToken', 'expired')],
])('nothing is asked of the person where %s', (_, given) => {
  expect(challengeIn(given)).toBeNull();
});
