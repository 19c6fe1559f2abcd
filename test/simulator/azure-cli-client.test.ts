import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { IdentityBehaviour } from '../../src/simulator/identity/identity-behaviour.ts';
import {
  ADA,
  answerInAddress,
  authorizeUrl,
  byCode,
  byRefreshToken,
  CLIENTS,
  codeFor,
  CONTOSO,
  FABRIKAM,
  postToken,
  READ_ROLES,
  refusal,
  running,
  signedIn,
} from './simulator-support.ts';

const CLIENT = { client_id: CLIENTS.azureCli };
const ARM = 'https://management.azure.com/user_impersonation';
const FOR_ARM = { ...CLIENT, scope: `${ARM} openid offline_access`, login_hint: ADA };

describe("the Azure CLI's client", () => {
  it.each([CONTOSO, FABRIKAM])('gets Azure in tenant %s without any consent', async (tenant) => {
    const simulator = await running();
    const answer = await signedIn(simulator, FOR_ARM, tenant);
    expect(decodeJwt(answer.access_token)).toMatchObject({
      aud: 'https://management.azure.com',
      appid: CLIENTS.azureCli,
      scp: 'user_impersonation',
      tid: tenant,
    });
  });

  it('has other things at Graph than PIM', async () => {
    const simulator = await running();
    const answer = await signedIn(simulator, {
      ...CLIENT,
      scope: 'https://graph.microsoft.com/.default',
    });
    expect(decodeJwt(answer.access_token)['scp']).toBe(
      'AuditLog.Read.All Directory.AccessAsUser.All Group.ReadWrite.All User.ReadWrite.All',
    );
    const address =
      "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')";
    const headers = { authorization: `Bearer ${answer.access_token}`, 'accept-language': 'en-US' };
    const response = await fetch(simulator.origin + address, { headers });
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('PermissionScopeNotGranted');
  });

  it('cannot be given PIM at Graph, by nobody: AADSTS65002', async () => {
    const simulator = await running({ identity: { userConsent: 'given' } });
    for (const scope of [READ_ROLES, 'User.Read']) {
      const answer = await answerInAddress(authorizeUrl(simulator, { ...CLIENT, scope }));
      expect(answer.get('error_description')).toContain(
        `AADSTS65002: Consent between first party application '${CLIENTS.azureCli}' and first party resource '00000003-0000-0000-c000-000000000000'`,
      );
    }
    const { refresh_token: token } = await signedIn(simulator, FOR_ARM);
    const response = await postToken(simulator, byRefreshToken(token, CLIENT));
    expect(await refusal(response)).toMatchObject({ error: 'invalid_grant', error_codes: [65002] });
  });

  it('cannot use the refresh token of another client, nor another its own: AADSTS700007', async () => {
    const simulator = await running();
    const [own, cli] = await Promise.all([signedIn(simulator), signedIn(simulator, FOR_ARM)]);
    const stolen = [
      byRefreshToken(own.refresh_token, { ...CLIENT, scope: ARM }),
      byRefreshToken(cli.refresh_token, { scope: ARM }),
    ];
    for (const fields of stolen) {
      expect((await refusal(await postToken(simulator, fields))).error_codes).toEqual([700007]);
    }
  });
});

function refusing(
  code: 50105 | 53003 | 7000112 | 65001,
  at: 'page' | 'redirect' | 'token',
): Partial<IdentityBehaviour> {
  return { refusals: [{ code, appliesTo: CLIENTS.azureCli, at }] };
}

describe('a tenant that does not want the Azure CLI', () => {
  it.each([50105, 53003, 7000112, 65001] as const)('says AADSTS%i on the page', async (code) => {
    const simulator = await running({ identity: refusing(code, 'page') });
    const page = await fetch(authorizeUrl(simulator, FOR_ARM), { redirect: 'manual' });
    expect(page.status).toBe(400);
    expect(await page.text()).toContain(`AADSTS${code}: `);
    expect(await codeFor(simulator)).toMatch(/^1\./u);
  });

  it.each([50105, 53003, 7000112, 65001] as const)('sends AADSTS%i to the app', async (code) => {
    const simulator = await running({ identity: refusing(code, 'redirect') });
    const answer = await answerInAddress(authorizeUrl(simulator, FOR_ARM));
    expect(answer.get('error_description')).toContain(`AADSTS${code}: `);
  });

  it.each([50105, 53003, 7000112, 65001] as const)(
    'answers AADSTS%i where codes and refresh tokens are redeemed',
    async (code) => {
      const simulator = await running();
      const first = await signedIn(simulator, FOR_ARM);
      simulator.behaviour.patch({ identity: refusing(code, 'token') });
      const answers = [
        byCode(await codeFor(simulator, FOR_ARM), { ...CLIENT, scope: ARM }),
        byRefreshToken(first.refresh_token, { ...CLIENT, scope: ARM }),
      ].map(async (fields) => refusal(await postToken(simulator, fields)));
      for (const body of await Promise.all(answers)) {
        expect(body.error_codes).toEqual([code]);
        expect(body.error_description).not.toContain('unknown');
      }
    },
  );
});
