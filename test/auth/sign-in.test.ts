import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { allPermissions } from '../../src/domain/permissions.ts';
import { APPS, identityRequests, person, tenant, tokenRequests } from './fixture.ts';

it('signs in through the browser on the first call, and says so in the tab', async () => {
  const simulator = await tenant();
  const { signIn, browser, notices } = await person(simulator.environment);
  const reports: string[] = [];
  const token = await signIn.token({ report: (message) => reports.push(message) });
  expect(token.account).toEqual({
    objectId: 'f6fadfa7-e5c1-4b62-9362-da5cc13da58a',
    tenantId: simulator.tenantId,
    username: 'ada.lindgren@contoso.example',
    displayName: 'Ada Lindgren',
  });
  expect(token.scopes).toEqual(expect.arrayContaining(allPermissions('graph')));
  const tab = await browser.tab();
  expect(tab.text).toContain('Authentication complete');
  expect(tab.text).toContain('ada.lindgren@contoso.example');
  expect(reports).toEqual(['Waiting for you to sign in']);
  expect(notices).toEqual([expect.stringContaining(browser.urls[0] ?? '-')]);
});

it('asks Entra with PKCE, a nonce, client capabilities, and lets the person pick an account', async () => {
  const simulator = await tenant();
  const { signIn, browser } = await person(simulator.environment);
  await signIn.token();
  const query = new URL(browser.urls[0] ?? '').searchParams;
  expect(query.get('code_challenge_method')).toBe('S256');
  expect(query.get('state')).toHaveLength(43);
  expect(query.get('nonce')).toHaveLength(43);
  expect(query.get('prompt')).toBe('select_account');
  expect(query.get('response_mode')).toBe('form_post');
  expect(query.get('claims')).toContain('cp1');
  expect(query.get('redirect_uri')).toMatch(/^http:\/\/localhost:\d+$/u);
});

it('takes the answer in the query as well', async () => {
  const simulator = await tenant();
  const { signIn, browser } = await person(simulator.environment, { responseMode: 'query' });
  await signIn.token();
  expect((await browser.tab()).text).toContain('Authentication complete');
});

it('needs neither browser nor network afterwards, also after a restart', async () => {
  const simulator = await tenant();
  const first = await person(simulator.environment);
  const { value } = await first.signIn.token();
  simulator.requests.clear();
  expect((await first.signIn.token()).value).toBe(value);
  const second = await person(simulator.environment, { state: first.state });
  expect((await second.signIn.token()).value).toBe(value);
  expect(await second.signIn.remembered()).toMatchObject({ displayName: 'Ada Lindgren' });
  expect(second.browser.urls).toEqual([]);
  expect(simulator.requests.all()).toEqual([]);
});

it('works without a network while the token is valid', async () => {
  const simulator = await tenant();
  const first = await person(simulator.environment);
  const { value } = await first.signIn.token();
  await simulator.stop();
  const second = await person(simulator.environment, { state: first.state });
  expect((await second.signIn.token()).value).toBe(value);
});

it('opens one browser for calls that come together', async () => {
  const simulator = await tenant();
  const { signIn, browser } = await person(simulator.environment);
  const tokens = await Promise.all([signIn.token(), signIn.token(), signIn.signIn()]);
  expect(new Set(tokens.map(({ value }) => value)).size).toBe(1);
  expect(browser.urls).toHaveLength(1);
  expect(tokenRequests(simulator)).toBe(1);
});

it('gets a new token, once, when Microsoft refused the one it had', async () => {
  const simulator = await tenant();
  const { signIn, browser } = await person(simulator.environment);
  const old = await signIn.token();
  const [one, two] = await Promise.all([
    signIn.token({ refused: old.value }),
    signIn.token({ refused: old.value }),
  ]);
  expect(one.value).not.toBe(old.value);
  expect(two.value).toBe(one.value);
  expect((await signIn.token({ refused: old.value })).value).toBe(one.value);
  expect(tokenRequests(simulator)).toBe(2);
  expect(browser.urls).toHaveLength(1);
});

it('trap 14: two processes that refresh at the same time keep one usable sign-in', async () => {
  const simulator = await tenant();
  const first = await person(simulator.environment);
  const second = await person(simulator.environment, { state: first.state });
  const old = await first.signIn.token();
  const tokens = await Promise.all(
    [first, second, first, second].map(({ signIn }) => signIn.token({ refused: old.value })),
  );
  expect(tokens.map(({ value }) => value)).not.toContain(old.value);
  const third = await person(simulator.environment, { state: first.state });
  const kept = await third.signIn.token();
  expect(tokens.map(({ value }) => value)).toContain(kept.value);
  expect((await third.signIn.token({ refused: kept.value })).value).not.toBe(kept.value);
  expect(third.browser.urls).toEqual([]);
});

it('asks the person again, for the same account, when the sign-in was revoked', async () => {
  const simulator = await tenant();
  const { signIn, browser } = await person(simulator.environment);
  const old = await signIn.token();
  simulator.revoke('ada.lindgren@contoso.example');
  const fresh = await signIn.token({ refused: old.value });
  expect(fresh.value).not.toBe(old.value);
  expect(browser.urls).toHaveLength(2);
  const query = new URL(browser.urls[1] ?? '').searchParams;
  expect(query.get('login_hint')).toBe('ada.lindgren@contoso.example');
  expect(query.has('prompt')).toBe(false);
  expect((await signIn.token()).value).toBe(fresh.value);
  expect(browser.urls).toHaveLength(2);
});

it('uses the home tenant when none is configured', async () => {
  const simulator = await tenant();
  const env = { AZURE_TENANT_ID: '' };
  const { signIn, browser, state } = await person(simulator.environment, { env });
  const token = await signIn.token();
  expect(token.account.tenantId).toBe(simulator.tenantId);
  expect(new URL(browser.urls[0] ?? '').pathname).toMatch(/^\/organizations\//u);
  simulator.requests.clear();
  const second = await person(simulator.environment, { env, state });
  const fresh = await second.signIn.token({ refused: token.value });
  expect(fresh.value).not.toBe(token.value);
  expect(simulator.requests.all().map((request) => request.path)).toEqual([
    `/${simulator.tenantId}/oauth2/v2.0/token`,
  ]);
});

it('knows a tenant by its domain name', async () => {
  const simulator = await tenant();
  const env = { AZURE_TENANT_ID: simulator.scenario.tenant.domain };
  const { signIn, state } = await person(simulator.environment, { env });
  const { value } = await signIn.token();
  const second = await person(simulator.environment, { env, state });
  expect((await second.signIn.token()).value).toBe(value);
});

it('keeps sign-ins of different settings apart', async () => {
  const simulator = await tenant();
  const first = await person(simulator.environment);
  await first.signIn.token();
  const other = await person(simulator.environment, {
    state: first.state,
    env: { AZURE_CLIENT_ID: APPS.own },
  });
  expect(await other.signIn.remembered()).toBeNull();
});

it('lets somebody else sign in, who then is the one remembered', async () => {
  const simulator = await tenant();
  const { signIn, state } = await person(simulator.environment);
  await signIn.token();
  simulator.behaviour.patch({ identity: { signInAs: 'marcus.okafor@contoso.example' } });
  const token = await signIn.signIn();
  expect(token.account.displayName).toBe('Marcus Okafor');
  expect((await signIn.token()).account.displayName).toBe('Marcus Okafor');
  const second = await person(simulator.environment, { state });
  expect(await second.signIn.remembered()).toMatchObject({ displayName: 'Marcus Okafor' });
  const forgotten = await second.signIn.signOut('everybody');
  expect(forgotten.map(({ username }) => username).toSorted((a, b) => a.localeCompare(b))).toEqual([
    'ada.lindgren@contoso.example',
    'marcus.okafor@contoso.example',
  ]);
});

it('forgets everything on signing out', async () => {
  const simulator = await tenant();
  const { signIn, browser, state } = await person(simulator.environment);
  await signIn.token();
  expect(await signIn.signOut('everybody')).toHaveLength(1);
  expect(await signIn.remembered()).toBeNull();
  expect(await signIn.signOut('everybody')).toEqual([]);
  const second = await person(simulator.environment, { state });
  await second.signIn.token();
  expect(browser.urls).toHaveLength(1);
  expect(second.browser.urls).toHaveLength(1);
});

it('remembers nobody, and touches nothing, before the first sign-in', async () => {
  const simulator = await tenant();
  const { signIn, state } = await person(simulator.environment);
  expect(await signIn.remembered()).toBeNull();
  expect(simulator.requests.all()).toEqual([]);
  await expect(readdir(state.path)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('keeps every secret out of notices and out of readable files', async () => {
  const simulator = await tenant();
  const { signIn, state, notices, browser } = await person(simulator.environment);
  const old = await signIn.token();
  await signIn.token({ refused: old.value });
  const names = await readdir(state.path);
  const files = await Promise.all(
    names.map((name) => readFile(path.join(state.path, name), 'latin1')),
  );
  const seen = [...files, ...notices, signIn.storage, (await browser.tab()).text].join('\n');
  const secrets = simulator.issuedSecrets();
  expect(secrets.length).toBeGreaterThan(3);
  expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  expect(seen).not.toContain('eyJ');
  expect(names.toSorted()).toEqual(['sign-ins.json', 'tokens.file.bin', 'tokens.file.key']);
});

it('asks whether the app and tenant exist before it opens a browser', async () => {
  const simulator = await tenant();
  const { signIn } = await person(simulator.environment);
  await signIn.token();
  expect(identityRequests(simulator)).toEqual(['GET authorize', 'GET authorize', 'POST token']);
});
