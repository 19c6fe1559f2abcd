import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { submit, testBrowser } from '../support/browser.ts';
import { APPS, failureOf, identityRequests, person, tenant } from './fixture.ts';

describe('consent', () => {
  it('falls back, in the same tab, to what was consented to already', async () => {
    const simulator = await tenant();
    const env = { AZURE_CLIENT_ID: APPS.groupsOnly };
    const { signIn, browser, state } = await person(simulator.environment, { env });
    const token = await signIn.token();
    expect(token.scopes).toContain('PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup');
    expect(token.scopes.filter((scope) => scope.endsWith('.Directory'))).toEqual([]);
    expect(browser.urls).toHaveLength(1);
    expect((await browser.tab()).text).toContain('Authentication complete');
    simulator.requests.clear();
    const second = await person(simulator.environment, { env, state });
    expect((await second.signIn.token()).value).toBe(token.value);
    expect(simulator.requests.all()).toEqual([]);
    const fresh = await second.signIn.token({ refused: token.value });
    expect(fresh.scopes).toEqual(token.scopes);
    expect(second.browser.urls).toEqual([]);
  });

  it('asks for less from the start where Entra would leave the person on its own page', async () => {
    const simulator = await tenant({ identity: { consentRefusal: 'page' } });
    const env = { AZURE_CLIENT_ID: APPS.groupsOnly };
    const { signIn, browser } = await person(simulator.environment, { env });
    const token = await signIn.token();
    expect(token.scopes).toContain('PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup');
    expect(browser.urls).toHaveLength(1);
  });

  it('tries no third time', async () => {
    const simulator = await tenant({
      identity: { refusals: [{ code: 65001, appliesTo: '*', at: 'redirect' }] },
    });
    const { signIn, browser } = await person(simulator.environment);
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'consent-missing',
      details: {
        reasons: ['AADSTS65001'],
        fix: expect.stringMatching(/\/adminconsent\?client_id=/u),
      },
    });
    expect((await browser.tab()).text).toContain('Sign-in failed');
    expect(
      identityRequests(simulator).filter((request) => request === 'GET authorize'),
    ).toHaveLength(3);
  });
});

describe('consent that is known to be missing', () => {
  it.each([65001, 90094] as const)(
    'AADSTS%i names the address for it before any window opens',
    async (code) => {
      const simulator = await tenant({
        identity: { refusals: [{ code, appliesTo: '*', at: 'page' }] },
      });
      const env = { AZURE_CLIENT_ID: APPS.groupsOnly };
      const { signIn, browser } = await person(simulator.environment, { env });
      const failure = await failureOf(signIn.token());
      expect(failure).toMatchObject({
        code: 'consent-missing',
        details: { fix: expect.stringContaining(`/adminconsent?client_id=${APPS.groupsOnly}`) },
      });
      expect(browser.urls).toEqual([]);
    },
  );
});

it('a consent that the person declined is an answer: the tab asks for nothing else', async () => {
  const simulator = await tenant({ signIn: 'interactive' });
  const decline = testBrowser((url) => submit(url, { cancel: '1' }));
  const { signIn, browser } = await person(simulator.environment, { browser: decline });
  expect(await failureOf(signIn.token())).toMatchObject({
    code: 'consent-missing',
    details: { reasons: ['AADSTS65004'] },
  });
  expect((await browser.tab()).text).toContain('Sign-in failed');
  const asked = simulator.requests.all().filter(({ path }) => path.endsWith('/authorize'));
  // The look beforehand, and the button.
  expect(asked.map(({ method }) => method)).toEqual(['GET', 'POST']);
});

describe('a registration that cannot work', () => {
  it('registered under "Web" is diagnosed, with the fix and where the client id came from', async () => {
    const simulator = await tenant();
    const env = { AZURE_CLIENT_ID: APPS.web };
    const { signIn, browser } = await person(simulator.environment, { env });
    const failure = await failureOf(signIn.token());
    expect(failure).toMatchObject({
      code: 'configuration',
      details: {
        reasons: ['AADSTS7000218'],
        fix: expect.stringMatching(/Mobile and desktop applications.*AZURE_CLIENT_ID/u),
        upstream: { code: 'AADSTS7000218', message: expect.not.stringContaining('Trace ID') },
      },
    });
    const { text } = await browser.tab();
    expect(text).toContain('Sign-in failed');
    expect(text).toContain('Mobile and desktop applications');
    expect(text).not.toContain('Authentication complete');
  });

  it.each([
    [
      'for one tenant only, without a tenant id',
      { AZURE_CLIENT_ID: APPS.oneTenant, AZURE_TENANT_ID: '' },
      'AADSTS50194',
      /Set AZURE_TENANT_ID/u,
    ],
    [
      'that does not exist',
      { ENTRA_PIM_CLIENT_ID: APPS.unknown },
      'AADSTS700016',
      /ENTRA_PIM_CLIENT_ID/u,
    ],
    [
      'in a tenant that does not exist',
      { AZURE_TENANT_ID: APPS.unknown },
      'AADSTS90002',
      /tenant 9{8}-.*AZURE_TENANT_ID/u,
    ],
    [
      'in a domain that does not exist',
      { ENTRA_PIM_TENANT_ID: 'nobody.example' },
      'AADSTS90002',
      /ENTRA_PIM_TENANT_ID/u,
    ],
  ])('%s is diagnosed before a browser opens', async (_what, env, reason, fix) => {
    const simulator = await tenant();
    const { signIn, browser, notices } = await person(simulator.environment, { env });
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'configuration',
      details: { reasons: [reason], fix: expect.stringMatching(fix) },
    });
    expect(browser.urls).toEqual([]);
    expect(notices).toEqual([]);
  });

  it('that is disabled is explained', async () => {
    const simulator = await tenant();
    const env = { AZURE_CLIENT_ID: APPS.retired };
    const { signIn } = await person(simulator.environment, { env });
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'sign-in-failed',
      details: { reasons: ['AADSTS7000112'] },
    });
  });
});

describe('Conditional Access', () => {
  it.each(['redirect', 'token'] as const)(
    'that blocks the sign-in (%s) is told once, without a loop',
    async (at) => {
      const simulator = await tenant({
        identity: { refusals: [{ code: 53003, appliesTo: '*', at }] },
      });
      const { signIn, browser } = await person(simulator.environment);
      expect(await failureOf(signIn.token())).toMatchObject({
        code: 'sign-in-failed',
        details: { reasons: ['AADSTS53003'], requestId: expect.stringMatching(/^[0-9a-f-]{36}$/u) },
      });
      expect(browser.urls).toHaveLength(1);
      expect((await browser.tab()).text).toContain('Sign-in failed');
    },
  );
});

describe('the network', () => {
  it('that is down is named, with the host and the proxy, before a browser opens', async () => {
    const simulator = await tenant();
    await simulator.stop();
    const { signIn, browser } = await person(simulator.environment);
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'network',
      message: expect.stringContaining(new URL(simulator.origin).host),
      details: { fix: expect.stringContaining('HTTPS_PROXY') },
    });
    expect(browser.urls).toEqual([]);
  });

  it.each([
    ['breaks', { kind: 'drop-before' }, 'network'],
    ['answers with a page of a proxy', { kind: 'html', status: 200 }, 'malformed'],
    ['answers with garbage', { kind: 'garbage' }, 'malformed'],
    ['redirects', { kind: 'redirect', location: 'https://portal.example/' }, 'malformed'],
    ['has trouble', { kind: 'html', status: 503 }, 'upstream'],
    ['throttles', { kind: 'throttle', retryAfterSeconds: 7 }, 'throttled'],
  ] as const)(
    'that %s when the code is redeemed makes the tab say so',
    async (_what, action, code) => {
      const simulator = await tenant();
      simulator.faults.add({ action, match: { method: 'POST', pathIncludes: '/token' } });
      const { signIn, browser } = await person(simulator.environment);
      expect(await failureOf(signIn.token())).toMatchObject({ code });
      const { text } = await browser.tab();
      expect(text).toContain('Sign-in failed');
      expect(text).not.toContain('Authentication complete');
      expect((await signIn.token()).account.displayName).toBe('Ada Lindgren');
    },
  );

  it('that breaks during a refresh is an error, not a reason to sign in again', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment);
    const { value } = await signIn.token();
    simulator.faults.add({ action: { kind: 'drop-before' }, match: { pathIncludes: '/token' } });
    expect(await failureOf(signIn.token({ refused: value }))).toMatchObject({ code: 'network' });
    expect((await signIn.token({ refused: value })).value).not.toBe(value);
    expect(browser.urls).toHaveLength(1);
  });
});

it('an error holds no secret, whatever went wrong', async () => {
  const simulator = await tenant();
  const { signIn } = await person(simulator.environment);
  const old = await signIn.token();
  simulator.faults.add(
    { action: { kind: 'truncated' }, match: { pathIncludes: '/token' } },
    { action: { kind: 'drop-after' }, match: { pathIncludes: '/token' } },
  );
  const failures = [
    await failureOf(signIn.token({ refused: old.value })),
    await failureOf(signIn.token({ refused: old.value })),
  ];
  const seen = inspect(failures, { depth: 12 });
  expect(seen).toContain('PimError');
  expect(simulator.issuedSecrets().filter((secret) => seen.includes(secret))).toEqual([]);
  expect(seen).not.toContain('eyJ');
});
