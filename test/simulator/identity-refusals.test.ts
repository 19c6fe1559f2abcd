import { describe, expect, it } from 'vitest';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import type { IdentityBehaviour } from '../../src/simulator/identity/identity-behaviour.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  ADA,
  answerInAddress,
  authorizeUrl,
  byCode,
  byRefreshToken,
  CLIENTS,
  codeFor,
  type Fields,
  MARCUS,
  postToken,
  READ_ROLES,
  refusal,
  running,
  signedIn,
} from './simulator-support.ts';

const UNCONSENTED = 'https://graph.microsoft.com/RoleManagement.ReadWrite.Directory';
const ARM = 'https://management.azure.com/.default';
type Refusals = IdentityBehaviour['refusals'];

const STEP_UP = JSON.stringify({ access_token: { acrs: { essential: true, value: 'c1' } } });

describe('refusals that stay on a page', () => {
  it.each<[number, string, Fields, string | undefined]>([
    [
      50011,
      'an address that is not registered',
      { redirect_uri: 'http://127.0.0.1:50123' },
      undefined,
    ],
    [50011, 'an address elsewhere', { redirect_uri: 'http://localhost.evil.example' }, undefined],
    [700016, 'an unknown app', { client_id: '00000000-0000-4000-8000-000000000001' }, undefined],
    [7000112, 'a disabled app', { client_id: CLIENTS.retired }, undefined],
    [
      50194,
      'a single-tenant app without a tenant',
      { client_id: CLIENTS.singleTenant },
      'organizations',
    ],
    [90002, 'an unknown tenant', {}, '00000000-0000-4000-8000-000000000002'],
    [90002, 'an unknown domain', {}, 'northwind.example'],
    [900023, 'a malformed tenant', {}, 'contoso'],
  ])('AADSTS%i for %s', async (code, _, changes, tenant) => {
    const simulator = await running();
    const response = await fetch(authorizeUrl(simulator, changes, tenant), { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`AADSTS${code}: `);
  });

  it('AADSTS50105 when the behaviour says so', async () => {
    const refusals = [{ code: 50105, appliesTo: ADA, at: 'page' }] satisfies Refusals;
    const simulator = await running({ identity: { refusals } });
    const page = await fetch(authorizeUrl(simulator), { redirect: 'manual' });
    expect(await page.text()).toContain('AADSTS50105');
    expect(await codeFor(simulator, { login_hint: MARCUS })).toMatch(/^1\./u);
  });
});

describe('refusals that go back to the app', () => {
  it.each<[number, string, string, Fields]>([
    [
      90094,
      'access_denied',
      'a scope for administrators',
      { scope: `${READ_ROLES} ${UNCONSENTED}` },
    ],
    [
      65001,
      'consent_required',
      'Azure without consent, as with the built-in client',
      { scope: ARM, client_id: CLIENTS.graphCommandLine },
    ],
    [
      70011,
      'invalid_scope',
      '.default beside others',
      { scope: `https://graph.microsoft.com/.default ${READ_ROLES}` },
    ],
    [500011, 'invalid_resource', 'an unknown resource', { scope: 'https://graph.evil.example/a' }],
    [9002325, 'invalid_request', 'plain PKCE', { code_challenge_method: 'plain' }],
    [70005, 'unsupported_response_type', 'the implicit flow', { response_type: 'token' }],
    [90023, 'invalid_request', 'claims that are not JSON', { claims: '{' }],
  ])('AADSTS%i as %s for %s', async (code, error, _, changes) => {
    const simulator = await running();
    const answer = await answerInAddress(authorizeUrl(simulator, changes));
    expect(answer.get('error')).toBe(error);
    expect(answer.get('error_description')).toContain(`AADSTS${code}: `);
    expect(answer.get('state')).toBe('the-state');
    expect(answer.has('code')).toBe(false);
  });

  it('are shown on a page instead when the behaviour says so', async () => {
    const simulator = await running({ identity: { consentRefusal: 'page' } });
    const url = authorizeUrl(simulator, { scope: UNCONSENTED });
    const page = await fetch(url, { redirect: 'manual' });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('AADSTS90094');
  });

  it('may be any other code that a test asks for', async () => {
    const refusals = [{ code: 53003, appliesTo: CLIENTS.own, at: 'redirect' }] satisfies Refusals;
    const simulator = await running({ identity: { refusals } });
    const answer = await answerInAddress(authorizeUrl(simulator));
    expect(answer.get('error_description')).toContain('AADSTS53003');
  });
});

describe('refusals of the token endpoint', () => {
  it('have the body that Entra sends', async () => {
    const simulator = await running();
    const response = await postToken(simulator, byCode('1.unknown'));
    expect(response.status).toBe(400);
    const { error_description: description, ...body } = await refusal(response);
    expect(body).toMatchObject({
      error: 'invalid_grant',
      error_codes: [70000],
      timestamp: '2026-01-15 09:00:00Z',
    });
    expect(description).toBe(
      'AADSTS70000: The provided value for the input parameter is not valid: code. ' +
        `Trace ID: ${body.trace_id} Correlation ID: ${body.correlation_id} ` +
        'Timestamp: 2026-01-15 09:00:00Z',
    );
  });

  it.each<[number, string, Fields, string | undefined]>([
    [501481, 'a wrong verifier', { code_verifier: 'x'.repeat(43) }, undefined],
    [500112, 'another address', { redirect_uri: 'http://localhost:1' }, undefined],
    [70000, 'the code of another app', { client_id: CLIENTS.graphCommandLine }, undefined],
    [28000, 'two resources', { scope: `${READ_ROLES} ${ARM}` }, undefined],
    [70011, 'a scope that is none', { scope: 'a"b' }, undefined],
    [70003, 'another grant type', { grant_type: 'password' }, undefined],
    [900144, 'no code', { code: '' }, undefined],
    [700016, 'an unknown app', { client_id: '00000000-0000-4000-8000-000000000001' }, undefined],
    [7000112, 'a disabled app', { client_id: CLIENTS.retired }, undefined],
    [50194, 'a single-tenant app', { client_id: CLIENTS.singleTenant }, 'common'],
    [90002, 'an unknown tenant', {}, 'northwind.example'],
    [900023, 'a malformed tenant', {}, 'contoso'],
  ])('AADSTS%i for %s', async (code, _, changes, tenant) => {
    const simulator = await running();
    const fields = byCode(await codeFor(simulator), changes);
    const response = await postToken(simulator, fields, tenant);
    expect(response.status).toBe(400);
    expect((await refusal(response)).error_codes).toEqual([code]);
  });

  it('AADSTS7000218 with 401 for an app whose address is registered as Web', async () => {
    const simulator = await running();
    const code = await codeFor(simulator, { client_id: CLIENTS.web });
    const response = await postToken(simulator, byCode(code, { client_id: CLIENTS.web }));
    expect(response.status).toBe(401);
    expect(await refusal(response)).toMatchObject({
      error: 'invalid_client',
      error_codes: [7000218],
    });
  });

  it('AADSTS54005 for a code that comes again', async () => {
    const simulator = await running();
    const fields = byCode(await codeFor(simulator));
    expect((await postToken(simulator, fields)).status).toBe(200);
    expect((await refusal(await postToken(simulator, fields))).error_codes).toEqual([54005]);
  });

  it('AADSTS70008 for a code after ten minutes', async () => {
    const simulator = await running();
    const fields = byCode(await codeFor(simulator));
    simulator.advance(601);
    expect((await refusal(await postToken(simulator, fields))).error_codes).toEqual([70008]);
  });

  it('AADSTS53003 when Conditional Access blocks the token and not the page', async () => {
    const refusals = [{ code: 53003, appliesTo: ADA, at: 'token' }] satisfies Refusals;
    const simulator = await running({ identity: { refusals } });
    const response = await postToken(simulator, byCode(await codeFor(simulator)));
    expect(await refusal(response)).toMatchObject({
      error: 'invalid_grant',
      error_codes: [53003],
      suberror: 'message_only',
    });
  });
});

describe('refresh tokens', () => {
  it('bring new tokens, and stay good themselves', async () => {
    const simulator = await running();
    const first = await signedIn(simulator);
    const fields = byRefreshToken(first.refresh_token);
    expect((await postToken(simulator, fields)).status).toBe(200);
    expect((await postToken(simulator, fields)).status).toBe(200);
  });

  it('keep the strength of the sign-in', async () => {
    const simulator = await running();
    const first = await signedIn(simulator, { claims: STEP_UP });
    const fields = byRefreshToken(first.refresh_token, { claims: STEP_UP });
    expect((await postToken(simulator, fields)).status).toBe(200);
  });

  it('cannot make a sign-in stronger: AADSTS50076 with the claims to satisfy', async () => {
    const simulator = await running();
    const { refresh_token: token } = await signedIn(simulator);
    const mfa = JSON.stringify({ access_token: { amr: { essential: true, values: ['mfa'] } } });
    const ask = async (claims: string) =>
      refusal(await postToken(simulator, byRefreshToken(token, { claims })));
    const expected = { error: 'interaction_required', error_codes: [50076] };
    expect(await ask(STEP_UP)).toMatchObject({ ...expected, claims: STEP_UP });
    expect(await ask(mfa)).toMatchObject({ ...expected, claims: mfa });
  });

  it('AADSTS50173 once revoked; a new sign-in at the same instant is good', async () => {
    const simulator = await running();
    const before = await signedIn(simulator);
    const other = await signedIn(simulator, { login_hint: MARCUS });
    simulator.revoke(ADA);
    const after = await signedIn(simulator);
    expect(
      await refusal(await postToken(simulator, byRefreshToken(before.refresh_token))),
    ).toMatchObject({
      error: 'invalid_grant',
      error_codes: [50173],
      suberror: 'bad_token',
    });
    expect((await postToken(simulator, byRefreshToken(after.refresh_token))).status).toBe(200);
    expect((await postToken(simulator, byRefreshToken(other.refresh_token))).status).toBe(200);
  });

  it('AADSTS700082 after 90 days', async () => {
    const simulator = await running();
    const { refresh_token: token } = await signedIn(simulator);
    simulator.advance(90 * 86_400 + 1);
    const response = await postToken(simulator, byRefreshToken(token));
    const body = await refusal(response);
    expect(body.error_codes).toEqual([700082]);
    expect(body.error_description).toContain('issued on 2026-01-15T09:00:00.000Z');
  });

  it('AADSTS700007 in the hands of another app', async () => {
    const simulator = await running();
    const { refresh_token: token } = await signedIn(simulator);
    const fields = byRefreshToken(token, { client_id: CLIENTS.graphCommandLine });
    expect((await refusal(await postToken(simulator, fields))).error_codes).toEqual([700007]);
  });

  it('AADSTS70000 for an access token, for garbage, and for another key’s', async () => {
    const state = openStateDirectory(await temporaryFolder());
    const [simulator, stranger] = await Promise.all([running(), running({ state })]);
    const [own, foreign] = await Promise.all([signedIn(simulator), signedIn(stranger)]);
    const answers = [own.access_token, 'garbage', foreign.refresh_token].map(async (token) => {
      const response = await postToken(simulator, byRefreshToken(token));
      return (await refusal(response)).error_codes;
    });
    expect(await Promise.all(answers)).toEqual([[70000], [70000], [70000]]);
  });

  it('AADSTS65001 for a resource that the app has no consent for', async () => {
    const simulator = await running();
    const app = { client_id: CLIENTS.graphCommandLine };
    const code = await codeFor(simulator, app);
    const { refresh_token: token } = await signedIn(simulator, app);
    const wish = { ...app, scope: ARM };
    for (const fields of [byCode(code, wish), byRefreshToken(token, wish)]) {
      expect(await refusal(await postToken(simulator, fields))).toMatchObject({
        error: 'invalid_grant',
        error_codes: [65001],
        suberror: 'consent_required',
      });
    }
  });
});
