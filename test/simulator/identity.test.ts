import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { selfSignIn } from '../../src/simulator/self-sign-in.ts';
import {
  ADA,
  answerInAddress,
  authorizeUrl,
  byCode,
  CLIENTS,
  codeFor,
  type Fields,
  MARCUS,
  postToken,
  READ_ROLES,
  REDIRECT,
  running,
  signedIn,
} from './simulator-support.ts';

const GRAPH_ME = '/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances';
const OWN_SCOPES = [
  'User.Read',
  'Group.Read.All',
  'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
  'PrivilegedEligibilitySchedule.Read.AzureADGroup',
  'RoleManagementPolicy.Read.AzureADGroup',
  'RoleEligibilitySchedule.Read.Directory',
  'RoleAssignmentSchedule.ReadWrite.Directory',
  'RoleManagementPolicy.Read.Directory',
];

describe('metadata', () => {
  it('names the endpoints of a tenant, and leaves the issuer open for organizations', async () => {
    const { origin, tenantId } = await running();
    const read = async (tenant: string): Promise<unknown> =>
      (await fetch(`${origin}/${tenant}/v2.0/.well-known/openid-configuration`)).json();
    expect(await read(tenantId)).toMatchObject({
      issuer: `${origin}/${tenantId}/v2.0`,
      token_endpoint: `${origin}/${tenantId}/oauth2/v2.0/token`,
    });
    expect(await read('organizations')).toMatchObject({
      issuer: `${origin}/{tenantid}/v2.0`,
      token_endpoint: `${origin}/organizations/oauth2/v2.0/token`,
    });
  });

  it('answers instance discovery and logout', async () => {
    const { origin } = await running();
    expect((await fetch(`${origin}/common/discovery/instance`)).status).toBe(200);
    expect((await fetch(`${origin}/common/oauth2/v2.0/logout`)).status).toBe(200);
  });
});

describe('tokens', () => {
  it('are signed with the published key and hold who, where and what', async () => {
    const simulator = await running();
    const answer = await signedIn(simulator);
    const jwks = z
      .object({ keys: z.array(z.looseObject({ kty: z.string() })) })
      .parse(await (await fetch(`${simulator.origin}/common/discovery/v2.0/keys`)).json());
    const { payload } = await jwtVerify(answer.access_token, createLocalJWKSet(jwks), {
      audience: 'https://graph.microsoft.com',
      currentDate: simulator.clock.now(),
    });
    expect(payload).toMatchObject({
      tid: simulator.tenantId,
      upn: ADA,
      appid: CLIENTS.own,
      amr: ['pwd'],
      exp: Math.floor(simulator.clock.now().getTime() / 1000) + 3600,
    });
    expect(payload['acrs']).toBeUndefined();
    const id = decodeJwt(answer.id_token ?? '');
    expect(id).toMatchObject({
      iss: `${simulator.origin}/${simulator.tenantId}/v2.0`,
      aud: CLIENTS.own,
      oid: payload['oid'],
      preferred_username: ADA,
      nonce: 'the-nonce',
      ver: '2.0',
    });
    const info: unknown = JSON.parse(Buffer.from(answer.client_info ?? '', 'base64url').toString());
    expect(info).toEqual({ uid: payload['oid'], utid: simulator.tenantId });
  });

  it('carry every consented permission whatever was asked, spelled as it was asked', async () => {
    const simulator = await running();
    const qualified = await signedIn(simulator);
    expect(decodeJwt(qualified.access_token)['scp']).toBe(OWN_SCOPES.join(' '));
    expect(qualified.scope).toContain(READ_ROLES);
    const bare = await signedIn(simulator, { scope: 'User.Read openid' });
    expect(bare.scope).toContain(' RoleEligibilitySchedule.Read.Directory ');
    expect(bare.scope).not.toContain('https://');
  });

  it('hold no refresh token, ID token or client_info that nobody asked for', async () => {
    const simulator = await running();
    const code = await codeFor(simulator, { scope: READ_ROLES });
    const fields = byCode(code, { scope: READ_ROLES, client_info: '0' });
    const answer: unknown = await (await postToken(simulator, fields)).json();
    expect(Object.keys(z.looseObject({}).parse(answer)).toSorted()).toEqual([
      'access_token',
      'expires_in',
      'ext_expires_in',
      'scope',
      'token_type',
    ]);
  });

  it('hold the authentication context and strength that were asked for', async () => {
    const simulator = await running();
    const claims = JSON.stringify({
      access_token: {
        acrs: { essential: true, value: 'c1' },
        amr: { values: ['mfa'] },
        xms_cc: { values: ['cp1'] },
      },
    });
    const code = await codeFor(simulator, { claims });
    const answer = await postToken(simulator, byCode(code, { claims }));
    const { access_token: token } = z
      .object({ access_token: z.string() })
      .parse(await answer.json());
    expect(decodeJwt(token)).toMatchObject({ acrs: ['c1'], amr: ['pwd', 'mfa'], xms_cc: ['cp1'] });
  });

  it('say mfa when the tenant always asks for it', async () => {
    const simulator = await running({ identity: { mfa: true } });
    const answer = await signedIn(simulator);
    expect(decodeJwt(answer.access_token)['amr']).toEqual(['pwd', 'mfa']);
  });

  it('are taken by Graph until they expire, and no others are', async () => {
    const simulator = await running();
    const answer = await signedIn(simulator);
    const ask = async (token: string | undefined): Promise<number> => {
      const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en-US' };
      const url = `${simulator.origin}${GRAPH_ME}/filterByCurrentUser(on='principal')`;
      return (await fetch(url, { headers })).status;
    };
    expect(await ask(answer.access_token)).toBe(200);
    expect(await ask(answer.id_token)).toBe(401);
    expect(await ask(answer.refresh_token)).toBe(401);
    expect(await ask(`${answer.access_token.slice(0, -8)}AAAAAAAA`)).toBe(401);
    simulator.advance(3601);
    expect(await ask(answer.access_token)).toBe(401);
  });

  it('are all remembered for tests that search logs for secrets', async () => {
    const simulator = await running();
    const answer = await signedIn(simulator);
    expect(simulator.issuedSecrets()).toEqual(
      expect.arrayContaining([answer.access_token, answer.refresh_token, answer.id_token]),
    );
    expect(simulator.issuedSecrets()).toHaveLength(4);
  });
});

describe('who signs in', () => {
  it.each([
    ['the default user', {}, {}, ADA],
    ['the hinted user', {}, { login_hint: MARCUS.toUpperCase() }, MARCUS],
    [
      'the user whom the test chose, against the hint',
      { signInAs: MARCUS },
      { login_hint: ADA },
      MARCUS,
    ],
  ])('is %s', async (_, options, changes: Fields, expected) => {
    const simulator = await running(options);
    const answer = await signedIn(simulator, changes);
    expect(decodeJwt(answer.access_token)['upn']).toBe(expected);
  });

  it('cannot be somebody who is not in the tenant', async () => {
    const simulator = await running();
    const page = await fetch(authorizeUrl(simulator, { login_hint: 'eve@elsewhere.example' }));
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('AADSTS50034');
    await expect(running({ signInAs: 'eve@elsewhere.example' })).rejects.toMatchObject({
      code: 'configuration',
    });
  });
});

describe('the sign-in page', () => {
  it('lists the users, says that it is a simulator, and runs no foreign code', async () => {
    const simulator = await running({ signIn: 'interactive' });
    const response = await fetch(authorizeUrl(simulator));
    const page = await response.text();
    expect(page).toContain('SIMULATOR');
    expect(page).toContain(`value="${MARCUS}"`);
    expect(page).not.toContain('<script');
    const csp = response.headers.get('content-security-policy');
    expect(csp).toContain("default-src 'none'");
    expect(csp).toContain(`form-action 'self' ${REDIRECT}`);
  });

  it('signs in whom the person picks', async () => {
    const simulator = await running({ signIn: 'interactive' });
    const body = new URLSearchParams({ user: MARCUS });
    const answer = await answerInAddress(authorizeUrl(simulator), { method: 'POST', body });
    expect(answer.get('state')).toBe('the-state');
    const response = await postToken(simulator, byCode(answer.get('code') ?? ''));
    expect(response.status).toBe(200);
  });

  it('goes back with access_denied when the person cancels', async () => {
    const simulator = await running({ signIn: 'interactive' });
    const body = new URLSearchParams({ cancel: '1' });
    const answer = await answerInAddress(authorizeUrl(simulator), { method: 'POST', body });
    expect(answer.get('error')).toBe('access_denied');
    expect(answer.get('error_description')).toMatch(/^AADSTS65004: .* Trace ID: .* Timestamp: /u);
  });

  it('does not appear for prompt=none', async () => {
    const simulator = await running({ signIn: 'interactive' });
    const answer = await answerInAddress(authorizeUrl(simulator, { prompt: 'none' }));
    expect(answer.get('error')).toBe('login_required');
  });

  it('escapes what the client sends', async () => {
    const simulator = await running();
    const changes = { response_mode: 'form_post', state: '"><script>alert(1)</script>' };
    const page = await (await fetch(authorizeUrl(simulator, changes))).text();
    expect(page).toContain('&quot;&gt;&lt;script&gt;alert(1)');
    expect(page).not.toContain('<script>alert');
  });

  it('answers in the fragment when asked to', async () => {
    const simulator = await running();
    const url = authorizeUrl(simulator, { response_mode: 'fragment' });
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.headers.get('location')).toMatch(/^http:\/\/localhost:50123\/#code=1\./u);
  });

  it('is never opened elsewhere than on this computer by the demo', async () => {
    await expect(selfSignIn('https://login.microsoftonline.com/')).rejects.toMatchObject({
      code: 'configuration',
    });
  });
});
