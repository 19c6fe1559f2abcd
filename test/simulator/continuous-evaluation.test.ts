import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import { msalFor, signInWith, systemTime } from './msal-support.ts';
import {
  ADA,
  byCode,
  byRefreshToken,
  codeFor,
  FABRIKAM,
  MARCUS,
  postToken,
  READ_ROLES,
  refusal,
  running,
  tokens,
} from './simulator-support.ts';

const CP1 = JSON.stringify({ access_token: { xms_cc: { values: ['cp1'] } } });
const ARM = 'https://management.azure.com/user_impersonation';
const GRAPH_ME = '/v1.0/me';
const ARM_LIST =
  '/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01&$filter=asTarget()';

interface Who {
  readonly name?: string;
  readonly tenant?: string;
  /** The `claims` of every request. */
  readonly claims?: string;
}

async function signIn(simulator: RunningSimulator, who: Who = {}) {
  const { name = ADA, tenant = simulator.tenantId, claims = CP1 } = who;
  const code = await codeFor(simulator, { login_hint: name, claims }, tenant);
  const graph = await tokens(await postToken(simulator, byCode(code, { claims }), tenant));
  const forArm = byRefreshToken(graph.refresh_token, { scope: ARM, claims });
  const arm = await tokens(await postToken(simulator, forArm, tenant));
  return { graph: graph.access_token, arm: arm.access_token, refresh: graph.refresh_token };
}

async function ask({ origin }: RunningSimulator, path: string, token: string) {
  const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' };
  const response = await fetch(origin + path, { headers });
  const header = response.headers.get('www-authenticate') ?? '';
  const claims = /error="insufficient_claims", claims="([^"]+)"/u.exec(header)?.[1];
  return {
    status: response.status,
    header,
    body: await response.text(),
    claims: claims === undefined ? null : Buffer.from(claims, 'base64').toString(),
  };
}

function revoke({ origin }: RunningSimulator, body: unknown): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${origin}/simulator/revoke`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
}

interface Held {
  readonly graph: string;
  readonly arm: string;
}

async function statusesOf(simulator: RunningSimulator, { graph, arm }: Held) {
  const answers = [ask(simulator, GRAPH_ME, graph), ask(simulator, ARM_LIST, arm)];
  return (await Promise.all(answers)).map(({ status }) => status);
}

describe('continuous access evaluation', () => {
  it('challenges clients with cp1 for a token of after the revocation', async () => {
    const simulator = await running();
    const { graph, arm, refresh } = await signIn(simulator);
    await revoke(simulator, { user: ADA, cae: true });
    const nbf = String(Date.parse('2026-01-15T09:00:00Z') / 1000);
    const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: nbf } } });
    for (const [path, token, begins] of [
      [GRAPH_ME, graph, 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/'],
      [ARM_LIST, arm, 'Bearer authorization_uri="https://login.windows.net/"'],
    ] as const) {
      const answer = await ask(simulator, path, token);
      expect(answer).toMatchObject({ status: 401, claims });
      expect(answer.header).toContain(begins);
      expect(answer.body).toContain('TokenIssuedBeforeRevocationTimestamp');
    }
    const response = await postToken(simulator, byRefreshToken(refresh, { claims }));
    expect((await refusal(response)).error_codes).toEqual([50173]);
    expect(await statusesOf(simulator, await signIn(simulator))).toEqual([200, 200]);
  });

  it('turns others away without a challenge', async () => {
    const simulator = await running();
    const { graph, arm } = await signIn(simulator, { claims: '' });
    simulator.revoke(ADA, { cae: true });
    for (const [path, token] of [
      [GRAPH_ME, graph],
      [ARM_LIST, arm],
    ] as const) {
      const answer = await ask(simulator, path, token);
      expect(answer).toMatchObject({ status: 401, claims: null });
      expect(answer.header).toContain('error="invalid_token"');
      expect(answer.body).toContain('InvalidAuthenticationToken');
    }
  });

  it('is about one person, in all tenants', async () => {
    const simulator = await running();
    const [guest, other] = await Promise.all([
      signIn(simulator, { tenant: FABRIKAM }),
      signIn(simulator, { name: MARCUS }),
    ]);
    simulator.revoke(ADA, { cae: true });
    expect((await ask(simulator, GRAPH_ME, guest.graph)).claims).not.toBeNull();
    expect((await ask(simulator, GRAPH_ME, other.graph)).status).toBe(200);
  });

  it('does not happen unless it is asked for', async () => {
    const simulator = await running();
    const before = await signIn(simulator);
    simulator.revoke(ADA);
    expect((await ask(simulator, GRAPH_ME, before.graph)).status).toBe(200);
  });

  it('can leave refresh tokens: MSAL then meets the challenge silently', async () => {
    const simulator = await running({ clock: systemTime });
    const msal = msalFor(simulator);
    const wish = { scopes: [READ_ROLES], responseMode: 'form_post' } as const;
    const { account, accessToken } = await signInWith(msal, { ...wish, scopes: [READ_ROLES] });
    if (!account) throw new Error('nobody signed in');
    await revoke(simulator, { user: ADA, cae: true, refreshTokens: 'kept' });
    const { claims } = await ask(simulator, GRAPH_ME, accessToken);
    const fresh = await msal.acquireTokenSilent({
      account,
      scopes: [READ_ROLES],
      claims: claims ?? '',
    });
    expect((await ask(simulator, GRAPH_ME, fresh.accessToken)).status).toBe(200);
    simulator.revoke(ADA, { cae: true, refreshTokens: 'kept' });
    expect((await ask(simulator, GRAPH_ME, fresh.accessToken)).claims).not.toBeNull();
  });
});

function lifetime(token: string): number {
  const { iat = 0, exp = 0 } = decodeJwt(token);
  return exp - iat;
}

describe('how long tokens live', () => {
  it('is longer with cp1, where the tenant lets them', async () => {
    const accessTokenSecondsWithCp1 = 28 * 3600;
    const simulator = await running({ identity: { accessTokenSecondsWithCp1 } });
    expect(lifetime((await signIn(simulator)).graph)).toBe(accessTokenSecondsWithCp1);
    expect(lifetime((await signIn(simulator, { claims: '' })).graph)).toBe(3600);
    const code = await codeFor(simulator);
    const answer = await tokens(await postToken(simulator, byCode(code, { claims: CP1 })));
    expect(answer.expires_in).toBe(accessTokenSecondsWithCp1);
    expect(lifetime(answer.id_token ?? '')).toBe(3600);
  });
});
