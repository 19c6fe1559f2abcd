import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { authorizeUrl, byCode, CLIENTS, type Fields, running } from './simulator-support.ts';
import { ARM, GRAPH, LOGIN, runningSecurely, type SecureSimulator } from './tls-support.ts';

const GROUPS = '/v1.0/identityGovernance/privilegedAccess/group/eligibilityScheduleInstances';
const MINE = `${GROUPS}/filterByCurrentUser(on='principal')`;
const AZURE = '/providers/Microsoft.Authorization/roleEligibilityScheduleInstances';
const AZURE_MINE = `${AZURE}?api-version=2020-10-01&$filter=asTarget()`;
const PAGED = { behaviour: { pageSize: 1 } } as const;

const tokenAnswer = z.object({ access_token: z.string(), id_token: z.string() });

/** Signs in under the login name; `host` may carry a port. */
async function tokens(secure: SecureSimulator, scope: string, host: string = LOGIN) {
  const url = new URL(authorizeUrl(secure.simulator, { scope }));
  const { headers } = await secure.ask({ host, path: url.pathname + url.search });
  const code = new URL(headers.location ?? '').searchParams.get('code') ?? '';
  const form = { client_id: CLIENTS.own, ...byCode(code, { scope }) };
  const path = `/${secure.simulator.tenantId}/oauth2/v2.0/token`;
  const { body } = await secure.ask({ host, path, form });
  return tokenAnswer.parse(JSON.parse(body));
}

async function bearer(secure: SecureSimulator, scope: string): Promise<Fields> {
  const { access_token: token } = await tokens(secure, `${scope} openid`);
  return { authorization: `Bearer ${token}` };
}

const GRAPH_SCOPE = 'https://graph.microsoft.com/.default';
const ARM_SCOPE = 'https://management.azure.com/.default';

describe('the Host header', () => {
  it.each([
    [LOGIN, '/common/v2.0/.well-known/openid-configuration', 200],
    [`${LOGIN}:443`, '/common/v2.0/.well-known/openid-configuration', 200],
    [LOGIN, '/v1.0/me', 404],
    [GRAPH, '/v1.0/me', 401],
    ['GRAPH.Microsoft.com:8443', '/v1.0/me', 401],
    [GRAPH, '/common/v2.0/.well-known/openid-configuration', 401],
    [ARM, AZURE, 401],
    [ARM, '/v1.0/me', 401],
    [GRAPH, '/simulator/state', 401],
    ['localhost', '/simulator/state', 200],
    ['127.0.0.1:8443', '/simulator/state', 200],
    ['localhost', '/v1.0/me', 421],
    ['example.com', '/v1.0/me', 421],
    [`${GRAPH}.evil.example`, '/v1.0/me', 421],
    [`evil.example:443@${GRAPH}`, '/v1.0/me', 421],
  ])('%s tells who is asked: %s answers %i', async (host, path, status) => {
    const { ask } = await runningSecurely();
    // The certificate is checked elsewhere; what matters here is what the request says.
    expect((await ask({ host: 'localhost', path, headers: { host } })).status).toBe(status);
  });

  it('that is nobody here is answered with the names that are', async () => {
    const { ask } = await runningSecurely();
    const { body } = await ask({ host: 'localhost', path: '/', headers: { host: 'example.com' } });
    expect(JSON.parse(body)).toMatchObject({ error: { code: 'MisdirectedRequest' } });
    for (const name of [LOGIN, GRAPH, ARM]) expect(body).toContain(name);
  });

  it('may not name Microsoft where there is no TLS', async () => {
    const { origin } = await running();
    const port = Number(new URL(origin).port);
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/v1.0/me', headers: { host: GRAPH } };
      request(options, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});

const instance = '/common/discovery/instance?api-version=1.1&authorization_endpoint=';

describe('discovery', () => {
  it.each([LOGIN, `${LOGIN}:8443`])('under %s names endpoints and issuer there', async (host) => {
    const { ask, simulator } = await runningSecurely();
    const base = `https://${host}/${simulator.tenantId}`;
    const path = `/${simulator.tenantId}/v2.0/.well-known/openid-configuration`;
    const { body } = await ask({ host, path });
    expect(JSON.parse(body)).toMatchObject({
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
      cloud_instance_name: 'microsoftonline.com',
    });
  });

  it('of a tenant by its domain names the issuer by its id, as in its tokens', async () => {
    const secure = await runningSecurely();
    const path = '/contoso.example/v2.0/.well-known/openid-configuration';
    const { issuer } = z
      .object({ issuer: z.string() })
      .parse(JSON.parse((await secure.ask({ host: LOGIN, path })).body));
    const { id_token: idToken } = await tokens(secure, `${GRAPH_SCOPE} openid`);
    expect(decodeJwt(idToken).iss).toBe(issuer);
  });

  it('of the instance describes the public cloud as Microsoft does', async () => {
    const { ask } = await runningSecurely();
    const asked = `https://${LOGIN}/contoso.example/oauth2/v2.0/authorize`;
    const { status, body } = await ask({ host: LOGIN, path: instance + encodeURIComponent(asked) });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      tenant_discovery_endpoint: `https://${LOGIN}/contoso.example/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [
        {
          preferred_network: LOGIN,
          preferred_cache: 'login.windows.net',
          aliases: [LOGIN, 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
        },
      ],
    });
  });

  it.each([
    ['https://login.evil.example/common/oauth2/v2.0/authorize', 'invalid_instance', 50049],
    ['not an address', 'invalid_instance', 50049],
  ])('of the instance does not know %s', async (asked, error, code) => {
    const { ask } = await runningSecurely();
    const { status, body } = await ask({ host: LOGIN, path: instance + encodeURIComponent(asked) });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ error, error_codes: [code] });
  });

  it('of the instance needs to be told of which', async () => {
    const { ask } = await runningSecurely();
    const { body } = await ask({ host: LOGIN, path: '/common/discovery/instance?api-version=1.1' });
    expect(JSON.parse(body)).toMatchObject({ error_codes: [900144] });
  });
});

describe('a token', () => {
  it.each([
    [GRAPH_SCOPE, 'https://graph.microsoft.com'],
    [ARM_SCOPE, 'https://management.azure.com'],
    ['https://management.azure.com//.default', 'https://management.azure.com'],
    ['https://management.core.windows.net//user_impersonation', 'https://management.azure.com'],
  ])('for %s is made out to %s', async (scope, audience) => {
    const { access_token: token } = await tokens(await runningSecurely(), `${scope} openid`);
    expect(decodeJwt(token).aud).toBe(audience);
  });

  it('leads back to the app, not to the simulator', async () => {
    const { ask, simulator } = await runningSecurely();
    const url = new URL(authorizeUrl(simulator));
    const { headers } = await ask({ host: LOGIN, path: url.pathname + url.search });
    expect(headers.location).toMatch(/^http:\/\/localhost:50123\/\?code=/u);
  });

  it('of one service opens no other', async () => {
    const secure = await runningSecurely();
    const headers = await bearer(secure, GRAPH_SCOPE);
    expect((await secure.ask({ host: ARM, path: AZURE_MINE, headers })).status).toBe(401);
    const others = await bearer(secure, ARM_SCOPE);
    expect((await secure.ask({ host: GRAPH, path: MINE, headers: others })).status).toBe(401);
  });
});

describe('links', () => {
  it.each([GRAPH, `${GRAPH}:8443`])('of Graph lead to %s', async (host) => {
    const secure = await runningSecurely(PAGED);
    const headers = await bearer(secure, GRAPH_SCOPE);
    const page = JSON.parse((await secure.ask({ host, path: MINE, headers })).body);
    expect(page).toMatchObject({
      '@odata.context': expect.stringMatching(`^https://${host}/v1\\.0/\\$metadata#`),
      '@odata.nextLink': expect.stringMatching(`^https://${host}/v1\\.0/`),
    });
  });

  it.each([ARM, `${ARM}:8443`])('of Azure lead to %s, and on', async (host) => {
    const secure = await runningSecurely(PAGED);
    const headers = await bearer(secure, ARM_SCOPE);
    const first = await secure.ask({ host, path: AZURE_MINE, headers });
    const { nextLink } = z.object({ nextLink: z.string() }).parse(JSON.parse(first.body));
    expect(nextLink).toMatch(`https://${host}/providers/Microsoft.Authorization/`);
    const { pathname, search } = new URL(nextLink);
    const second = await secure.ask({ host, path: pathname + search, headers });
    expect(second.status).toBe(200);
    expect(second.body).not.toBe(first.body);
  });

  it('of Azure are found under two slashes too, as the official library writes the root', async () => {
    const secure = await runningSecurely();
    const headers = await bearer(secure, ARM_SCOPE);
    const [one, two] = await Promise.all(
      [AZURE_MINE, `/${AZURE_MINE}`].map((path) => secure.ask({ host: ARM, path, headers })),
    );
    expect(two?.status).toBe(200);
    expect(two?.body).toBe(one?.body);
  });
});
