import { decodeJwt, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import { openSigningKey } from '../../src/simulator/identity/signing-key.ts';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  ADA,
  ADA_AS_GUEST,
  ADA_AT_HOME,
  answerInAddress,
  authorizeUrl,
  byCode,
  byRefreshToken,
  CLIENTS,
  codeFor,
  CONTOSO,
  FABRIKAM,
  type Fields,
  JONAS,
  MARCUS,
  postToken,
  READ_ROLES,
  refusal,
  running,
  signedIn,
  tokens,
} from './simulator-support.ts';

const ARM = 'https://management.azure.com/user_impersonation';
const GUEST_NAME = 'ada.lindgren_contoso.example#EXT#@fabrikam.example';
const PRIYA = 'priya.nair@fabrikam.example';

function pageAt(simulator: RunningSimulator, tenant: string, changes: Fields = {}) {
  return fetch(authorizeUrl(simulator, changes, tenant), { redirect: 'manual' });
}

describe('who signs in at the address of a second tenant', () => {
  it.each<[string, string, Fields, readonly [string, string]]>([
    ['its own default user', FABRIKAM, {}, [FABRIKAM, JONAS]],
    ['its guest, by her name at home', FABRIKAM, { login_hint: ADA }, [FABRIKAM, ADA]],
    ['its guest, by its domain', 'fabrikam.example', { login_hint: ADA }, [FABRIKAM, ADA]],
    ['the first default user for organizations', 'organizations', {}, [CONTOSO, ADA]],
    ['anybody, at home', 'organizations', { login_hint: JONAS }, [FABRIKAM, JONAS]],
    ['a guest, at home, for common', 'common', { login_hint: ADA }, [CONTOSO, ADA]],
  ])('is %s', async (_, tenant, changes, [tid, name]) => {
    const simulator = await running();
    const answer = await signedIn(simulator, changes, tenant);
    expect(decodeJwt(answer.access_token)).toMatchObject({ tid, unique_name: name });
    expect(decodeJwt(answer.id_token ?? '')).toMatchObject({
      iss: `${simulator.origin}/${tid}/v2.0`,
      tid,
      preferred_username: name,
    });
  });

  it('is whom the test chose, also as a guest', async () => {
    const simulator = await running({ signInAs: ADA });
    const answer = await signedIn(simulator, {}, FABRIKAM);
    expect(decodeJwt(answer.access_token)['oid']).toBe(ADA_AS_GUEST);
  });

  it.each([
    [50020, MARCUS, FABRIKAM],
    [50020, JONAS, CONTOSO],
    [50034, GUEST_NAME, FABRIKAM],
    [50034, 'eve@elsewhere.example', 'organizations'],
  ])('is refused with AADSTS%i for %s', async (code, name, tenant) => {
    const simulator = await running();
    const page = await pageAt(simulator, tenant, { login_hint: name });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain(`AADSTS${code}: `);
  });

  it('is picked from those who can sign in there', async () => {
    const simulator = await running({ signIn: 'interactive' });
    const offered = async (tenant: string): Promise<string[]> => {
      const text = await (await pageAt(simulator, tenant)).text();
      return [...text.matchAll(/name="user" value="([^"]+)"/gu)].map(([, name = '']) => name);
    };
    const noor = 'noor.haddad@contoso.example';
    expect(await offered(CONTOSO)).toEqual([ADA, MARCUS, noor]);
    expect(await offered(FABRIKAM)).toEqual([JONAS, PRIYA, ADA]);
    expect(await offered('organizations')).toEqual([ADA, MARCUS, noor, JONAS, PRIYA]);
    const body = new URLSearchParams({ user: ADA });
    const url = authorizeUrl(simulator, {}, FABRIKAM);
    const code = (await answerInAddress(url, { method: 'POST', body })).get('code') ?? '';
    const answer = await tokens(await postToken(simulator, byCode(code), FABRIKAM));
    expect(decodeJwt(answer.access_token)['oid']).toBe(ADA_AS_GUEST);
  });
});

describe("a guest's tokens", () => {
  it('say who she is there, where she comes from, and who she is at home', async () => {
    const simulator = await running();
    const answer = await signedIn(simulator, { login_hint: ADA }, FABRIKAM);
    const idp = `https://sts.windows.net/${CONTOSO}/`;
    const access = decodeJwt(answer.access_token);
    expect(access).toMatchObject({ tid: FABRIKAM, oid: ADA_AS_GUEST, idp, unique_name: ADA });
    expect(access['upn']).toBeUndefined();
    // What every guest has, and no member.
    expect(access['wids']).toEqual(['13bd1c72-6f4a-4dcf-985f-18d3b80f208a']);
    expect(decodeJwt(answer.id_token ?? '')).toMatchObject({ oid: ADA_AS_GUEST, idp });
    const info: unknown = JSON.parse(Buffer.from(answer.client_info ?? '', 'base64url').toString());
    expect(info).toEqual({ uid: ADA_AT_HOME, utid: CONTOSO });
  });

  it('of a member have no idp', async () => {
    const simulator = await running();
    const answer = await signedIn(simulator);
    expect(decodeJwt(answer.access_token)['idp']).toBeUndefined();
    expect(decodeJwt(answer.id_token ?? '')['idp']).toBeUndefined();
  });
});

describe('a refresh token', () => {
  it('is good for every tenant in which the person is somebody, and every resource', async () => {
    const simulator = await running();
    const first = await signedIn(simulator);
    const there = await tokens(
      await postToken(simulator, byRefreshToken(first.refresh_token, { scope: ARM }), FABRIKAM),
    );
    expect(decodeJwt(there.access_token)).toMatchObject({ tid: FABRIKAM, oid: ADA_AS_GUEST });
    const asGuest = await signedIn(simulator, { login_hint: ADA }, FABRIKAM);
    for (const path of [CONTOSO, 'organizations']) {
      const fields = byRefreshToken(asGuest.refresh_token);
      const home = await tokens(await postToken(simulator, fields, path));
      expect(decodeJwt(home.access_token)).toMatchObject({ tid: CONTOSO, oid: ADA_AT_HOME });
    }
  });

  it('is AADSTS50020 where the person is nobody', async () => {
    const simulator = await running();
    const { refresh_token: token } = await signedIn(simulator, { login_hint: MARCUS });
    const response = await postToken(simulator, byRefreshToken(token), FABRIKAM);
    expect(response.status).toBe(400);
    const body = await refusal(response);
    expect(body.error_codes).toEqual([50020]);
    expect(body.error_description).toContain(
      `'${MARCUS}' from identity provider 'https://sts.windows.net/${CONTOSO}/' does not exist in tenant 'Fabrikam Freight'`,
    );
  });

  it.each([ADA, GUEST_NAME, ADA_AT_HOME, ADA_AS_GUEST])(
    'is revoked in all tenants, by %s',
    async (name) => {
      const simulator = await running();
      const asGuest = await signedIn(simulator, { login_hint: ADA }, FABRIKAM);
      simulator.revoke(name);
      for (const path of [CONTOSO, FABRIKAM]) {
        const response = await postToken(simulator, byRefreshToken(asGuest.refresh_token), path);
        expect((await refusal(response)).error_codes).toEqual([50173]);
      }
    },
  );
});

describe('a refresh token of an earlier version', () => {
  it('is of the first tenant, the only one that there was', async () => {
    const state = openStateDirectory(await temporaryFolder());
    const key = await openSigningKey(state);
    const simulator = await running({ state });
    const now = Math.floor(simulator.clock.now().getTime() / 1000);
    const old = await new SignJWT({
      iss: `https://sts.simulator.invalid/${CONTOSO}/`,
      aud: 'refresh',
      generation: 0,
      amr: ['pwd'],
      acrs: [],
      oid: ADA_AT_HOME,
      appid: CLIENTS.own,
      iat: now,
      exp: now + 60,
    })
      .setProtectedHeader({ alg: 'RS256', kid: key.id })
      .sign(key.signWith);
    const answer = await tokens(await postToken(simulator, byRefreshToken(old), FABRIKAM));
    expect(decodeJwt(answer.access_token)['oid']).toBe(ADA_AS_GUEST);
  });
});

describe('a device code', () => {
  const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
  const asked = z.object({ device_code: z.string(), user_code: z.string() });

  async function begun() {
    const simulator = await running({ signIn: 'interactive' });
    const address = `${simulator.origin}/${FABRIKAM}/oauth2/v2.0/devicecode`;
    const body = new URLSearchParams({ client_id: CLIENTS.own, scope: `${READ_ROLES} openid` });
    const answer = await (await fetch(address, { method: 'POST', body })).json();
    const { device_code: device, user_code: code } = asked.parse(answer);
    return {
      type: (user: string) =>
        fetch(`${simulator.origin}/common/oauth2/deviceauth`, {
          method: 'POST',
          body: new URLSearchParams({ code, user }),
        }),
      redeem: (tenant: string) =>
        postToken(simulator, { grant_type: GRANT, device_code: device }, tenant),
    };
  }

  it('signs in to the tenant that it was asked for, also a guest', async () => {
    const { type, redeem } = await begun();
    expect((await type(ADA)).status).toBe(200);
    const answer = await tokens(await redeem(FABRIKAM));
    expect(decodeJwt(answer.access_token)).toMatchObject({ tid: FABRIKAM, oid: ADA_AS_GUEST });
  });

  it('tells somebody who is nobody there, on the page: AADSTS50020', async () => {
    const { type } = await begun();
    const page = await type(MARCUS);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('AADSTS50020');
  });

  it('is redeemed where it was asked for: elsewhere AADSTS700005', async () => {
    const { type, redeem } = await begun();
    await type(ADA);
    expect((await refusal(await redeem(CONTOSO))).error_codes).toEqual([700005]);
  });
});

describe('a code', () => {
  it('is redeemed where it was asked for: elsewhere AADSTS700005', async () => {
    const simulator = await running();
    for (const [asked, redeemed] of [
      [CONTOSO, FABRIKAM],
      ['organizations', CONTOSO],
    ] as const) {
      const code = await codeFor(simulator, { login_hint: ADA }, asked);
      const response = await postToken(simulator, byCode(code), redeemed);
      expect((await refusal(response)).error_codes).toEqual([700005]);
    }
  });
});

describe('apps', () => {
  it('for one tenant are unknown in the other: AADSTS700016', async () => {
    const simulator = await running();
    const ask = async (client: string, tenant: string) =>
      (await pageAt(simulator, tenant, { client_id: client, login_hint: ADA })).text();
    expect(await ask(CLIENTS.singleTenant, FABRIKAM)).toContain('AADSTS700016');
    expect(await ask(CLIENTS.fabrikamOnly, CONTOSO)).toContain('AADSTS700016');
    const scope = 'User.Read';
    const answer = await signedIn(simulator, { client_id: CLIENTS.fabrikamOnly, scope }, FABRIKAM);
    expect(decodeJwt(answer.access_token)['tid']).toBe(FABRIKAM);
  });

  it('for many tenants have in each what was consented to there', async () => {
    const simulator = await running();
    const graphCommandLine = { client_id: CLIENTS.graphCommandLine, login_hint: ADA };
    const home = await signedIn(simulator, graphCommandLine);
    expect(home.scope).toContain(READ_ROLES);
    const there = await answerInAddress(authorizeUrl(simulator, graphCommandLine, FABRIKAM));
    expect(there.get('error_description')).toContain('AADSTS90094');
    const response = await postToken(
      simulator,
      byRefreshToken(home.refresh_token, { client_id: CLIENTS.graphCommandLine }),
      FABRIKAM,
    );
    expect((await refusal(response)).error_codes).toEqual([90094]);
    const nothing = { client_id: CLIENTS.groupsOnly, login_hint: ADA, scope: 'User.Read' };
    const unknown = await answerInAddress(authorizeUrl(simulator, nothing, FABRIKAM));
    expect(unknown.get('error_description')).toContain('AADSTS65001');
  });
});
