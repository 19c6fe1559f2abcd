import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SignIn } from '../../src/domain/ports.ts';
import { createHttp } from '../../src/platform/http.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { APPS, audienceOf, failureOf, person, tenant, tokenRequests } from './fixture.ts';
import { slowPerson } from './slow-person.ts';

const own = { AZURE_CLIENT_ID: APPS.own };
const withoutAzure = { AZURE_CLIENT_ID: APPS.oneTenant };
const interactive = { signIn: 'interactive' } as const;
const ADA = { user: 'ada.lindgren@contoso.example' };

/** Both APIs at once, as a list asks for them. */
function both(signIn: SignIn) {
  return Promise.all([signIn.token(), signIn.token({ resource: 'arm' })]);
}

describe('Azure beside Graph', () => {
  it('comes out of one sign-in in one window, each with a token of its own', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment, { env: own });
    const [graph, arm] = await both(signIn);
    expect(audienceOf(graph.value)).toBe('https://graph.microsoft.com');
    expect(audienceOf(arm.value)).toBe('https://management.azure.com');
    expect(arm.scopes).toEqual(['user_impersonation']);
    expect(arm.account).toEqual(graph.account);
    expect(browser.urls).toHaveLength(1);
    expect(tokenRequests(simulator)).toBe(2);
  });

  it('starts that sign-in too, when it is asked for first or alone', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment, { env: own });
    const [arm, graph] = await Promise.all([signIn.token({ resource: 'arm' }), signIn.token()]);
    expect(arm.account).toEqual(graph.account);
    expect(browser.urls).toHaveLength(1);
    const scope = new URL(browser.urls[0] ?? '').searchParams.get('scope');
    expect(scope).not.toContain('management');
  });

  it('joins a sign-in that is under way, and is as patient', async () => {
    const simulator = await tenant(interactive);
    const clock = fakeClock();
    const slow = slowPerson();
    const { signIn } = await person(simulator.environment, {
      env: own,
      clock,
      browser: slow.browser,
    });
    const graph = failureOf(signIn.token());
    await slow.opened;
    const early = failureOf(signIn.token({ resource: 'arm' }));
    await expect.poll(() => clock.sleeping).toBe(3);
    clock.advance(40_000);
    expect(await graph).toMatchObject({ code: 'sign-in-pending' });
    expect(await early).toMatchObject({ code: 'sign-in-pending' });
    const late = signIn.token({ resource: 'arm' });
    slow.press(ADA);
    expect((await late).scopes).toEqual(['user_impersonation']);
    expect(slow.browser.urls).toHaveLength(1);
  });

  it('tells a sign-in that failed unheard to both, and opens no window instead', async () => {
    const simulator = await tenant(interactive);
    const clock = fakeClock();
    const { browser, opened, press } = slowPerson();
    const { signIn } = await person(simulator.environment, { env: own, clock, browser });
    const first = failureOf(signIn.token());
    await opened;
    clock.advance(40_000);
    await first;
    const refusals = [{ code: 53003, appliesTo: '*', at: 'token' }] as const;
    simulator.behaviour.patch({ identity: { refusals } });
    press(ADA);
    await browser.tab();
    const told = { code: 'sign-in-failed', details: { reasons: ['AADSTS53003'] } };
    const failures = await Promise.all([
      failureOf(signIn.token()),
      failureOf(signIn.token({ resource: 'arm' })),
    ]);
    expect(failures).toMatchObject([told, told]);
    expect(browser.urls).toHaveLength(1);
  });

  it('needs neither browser nor network after a restart', async () => {
    const simulator = await tenant();
    const first = await person(simulator.environment, { env: own });
    const before = await both(first.signIn);
    simulator.requests.clear();
    const second = await person(simulator.environment, { env: own, state: first.state });
    const after = await both(second.signIn);
    expect(after.map(({ value }) => value)).toEqual(before.map(({ value }) => value));
    expect(second.browser.urls).toEqual([]);
    expect(simulator.requests.all()).toEqual([]);
  });

  it('is had by whoever signed in before there was Azure', async () => {
    const simulator = await tenant();
    const first = await person(simulator.environment, { env: own });
    await first.signIn.token();
    const second = await person(simulator.environment, { env: own, state: first.state });
    expect((await second.signIn.token({ resource: 'arm' })).scopes).toEqual(['user_impersonation']);
    expect(second.browser.urls).toEqual([]);
  });

  it('opens no browser where that is forbidden, and none is signed in', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment, { env: own });
    const wish = { resource: 'arm', isSilent: true } as const;
    expect(await failureOf(signIn.token(wish))).toMatchObject({ code: 'sign-in-required' });
    expect(browser.urls).toEqual([]);
  });

  it.each(['graph', 'arm'] as const)(
    'gets a new token for %s alone when that one was refused',
    async (resource) => {
      const simulator = await tenant();
      const { signIn } = await person(simulator.environment, { env: own });
      const [graph, arm] = await both(signIn);
      const old = resource === 'graph' ? graph : arm;
      const [one, two] = await Promise.all([
        signIn.token({ resource, refused: old.value }),
        signIn.token({ resource, refused: old.value }),
      ]);
      expect(one.value).not.toBe(old.value);
      expect(two.value).toBe(one.value);
      expect(tokenRequests(simulator)).toBe(3);
      const [graphNow, armNow] = await both(signIn);
      expect(resource === 'graph' ? armNow : graphNow).toBe(resource === 'graph' ? arm : graph);
    },
  );
});

describe('an app without Azure', () => {
  it('of your own leaves Graph working, and says what to do', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment, { env: withoutAzure });
    const [graph, failure] = await Promise.all([
      signIn.token(),
      failureOf(signIn.token({ resource: 'arm' })),
    ]);
    expect(graph.account.displayName).toBe('Ada Lindgren');
    expect(failure).toMatchObject({
      code: 'consent-missing',
      message: 'The app has no consent for Azure Resource Manager.',
      details: {
        fix: 'Run `entra-pim login` once to allow it.',
        upstream: { code: 'AADSTS65001' },
      },
    });
    expect(browser.urls).toHaveLength(1);
    expect((await signIn.token()).value).toBe(graph.value);
  });

  it('is not asked for again for five minutes', async () => {
    const simulator = await tenant();
    const clock = fakeClock();
    const { signIn } = await person(simulator.environment, { env: withoutAzure, clock });
    await signIn.token();
    const ask = () => failureOf(signIn.token({ resource: 'arm' }));
    await ask();
    simulator.requests.clear();
    clock.advance(299_999);
    expect(await ask()).toMatchObject({ code: 'consent-missing' });
    expect(tokenRequests(simulator)).toBe(0);
    clock.advance(1);
    expect(await ask()).toMatchObject({ code: 'consent-missing' });
    expect(tokenRequests(simulator)).toBe(1);
  });

  it('is asked for again after a sign-in, also one in another process', async () => {
    const simulator = await tenant();
    const options = { env: withoutAzure };
    const server = await person(simulator.environment, options);
    await failureOf(server.signIn.token({ resource: 'arm' }));
    simulator.behaviour.patch({ identity: { userConsent: 'given' } });
    const shell = await person(simulator.environment, { ...options, state: server.state });
    await shell.signIn.signIn();
    expect((await server.signIn.token({ resource: 'arm' })).scopes).toEqual(['user_impersonation']);
  });
});

describe('what else keeps Azure away', () => {
  it.each([
    ['a demand for MFA', 50076, 'sign-in-required', 'Run `entra-pim login` once to allow it.'],
    ['a Conditional Access block', 53003, 'sign-in-failed', undefined],
  ] as const)('%s is told without a window, and Graph goes on', async (_what, code, kind, fix) => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment, { env: own });
    const graph = await signIn.token();
    simulator.behaviour.patch({ identity: { refusals: [{ code, appliesTo: '*', at: 'token' }] } });
    const failure = await failureOf(signIn.token({ resource: 'arm' }));
    expect(failure).toMatchObject({
      code: kind,
      details: { upstream: { code: `AADSTS${code}` }, ...(fix && { fix }) },
    });
    expect((await signIn.token()).value).toBe(graph.value);
    expect(browser.urls).toHaveLength(1);
  });

  it('a broken network is told as such, and not remembered', async () => {
    const simulator = await tenant();
    const { signIn } = await person(simulator.environment, { env: own });
    await signIn.token();
    simulator.faults.add({ action: { kind: 'drop-before' }, match: { pathIncludes: '/token' } });
    expect(await failureOf(signIn.token({ resource: 'arm' }))).toMatchObject({ code: 'network' });
    expect((await signIn.token({ resource: 'arm' })).scopes).toEqual(['user_impersonation']);
  });
});

describe('a fresh token', () => {
  it.each(['graph', 'arm'] as const)(
    'for %s is a new one, and the one handed out from then on',
    async (resource) => {
      const simulator = await tenant();
      const { signIn, browser, state } = await person(simulator.environment, { env: own });
      const old = await signIn.token({ resource });
      const fresh = await signIn.token({ resource, isFresh: true });
      expect(fresh.value).not.toBe(old.value);
      expect((await signIn.token({ resource })).value).toBe(fresh.value);
      const second = await person(simulator.environment, { env: own, state });
      expect((await second.signIn.token({ resource })).value).toBe(fresh.value);
      expect(browser.urls).toHaveLength(1);
    },
  );

  it('opens no browser when the person would be needed, and the old one still serves', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment);
    const old = await signIn.token();
    simulator.revoke('ada.lindgren@contoso.example');
    expect(await failureOf(signIn.token({ isFresh: true }))).toMatchObject({
      code: 'sign-in-required',
    });
    expect((await signIn.token()).value).toBe(old.value);
    expect(browser.urls).toHaveLength(1);
  });

  it('is not had by somebody who never signed in', async () => {
    const simulator = await tenant();
    const { signIn, browser } = await person(simulator.environment);
    expect(await failureOf(signIn.token({ isFresh: true }))).toMatchObject({
      code: 'sign-in-required',
    });
    expect(browser.urls).toEqual([]);
  });
});

describe('the two tokens', () => {
  it('are each accepted by their own API only', async () => {
    const simulator = await tenant();
    const { signIn } = await person(simulator.environment, { env: own });
    const [graph, arm] = await both(signIn);
    const http = createHttp({ env: {} });
    const statusOf = async (where: string, { value }: { readonly value: string }) => {
      const headers = { authorization: `Bearer ${value}` };
      return (await http(`${simulator.origin}${where}`, { method: 'GET', headers })).status;
    };
    const atGraph =
      "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances/filterByCurrentUser(on='principal')";
    const atArm =
      '/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01&$filter=asTarget()';
    expect(await statusOf(atGraph, graph)).toBe(200);
    expect(await statusOf(atArm, arm)).toBe(200);
    expect(await statusOf(atGraph, arm)).toBe(401);
    expect(await statusOf(atArm, graph)).toBe(401);
    await http.close();
  });

  it('leave no trace in readable files, notices and errors', async () => {
    const simulator = await tenant();
    const { signIn, state, notices } = await person(simulator.environment, { env: own });
    await both(signIn);
    const refusals = [{ code: 50076, appliesTo: '*', at: 'token' }] as const;
    simulator.behaviour.patch({ identity: { refusals } });
    const failure = await failureOf(signIn.token({ resource: 'arm', isFresh: true }));
    const file = await readFile(path.join(state.path, 'sign-ins.json'), 'utf8');
    const seen = [file, ...notices, inspect(failure, { depth: 12 })].join('\n');
    expect(seen).toContain('PimError');
    expect(seen).not.toContain('user_impersonation');
    expect(seen).not.toContain('eyJ');
    expect(simulator.issuedSecrets().filter((secret) => seen.includes(secret))).toEqual([]);
  });
});
