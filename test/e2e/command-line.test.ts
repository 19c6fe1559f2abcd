import { describe, expect, it } from 'vitest';
import { openWorld, runCommand } from '../support/child.ts';

const WHY = ['--justification', 'INC-4711 restart the billing job'];

const LOOK_FIELDS = ['id', 'question', 'assumes', 'verdict', 'seen', 'code', 'requestId'];

describe('the built command line', () => {
  it('does the main job over several processes, signing in once', async () => {
    const world = await openWorld();
    const login = await runCommand(['login'], world.env);
    expect(login).toMatchObject({ code: 0 });
    const list = await runCommand(['list', '--json'], world.env);
    expect(list.stderr).not.toContain('authorize?');
    expect(JSON.parse(list.stdout)).toMatchObject({ problems: [] });
    const active = await runCommand(
      ['activate', 'production support', '-d', '30m', ...WHY],
      world.env,
    );
    expect(active.code).toBe(0);
    expect(active.stdout).toMatch(/^Active: group "Production Support" \(member\), until /u);
    const again = await runCommand(['activate', 'production support', ...WHY, '--json'], world.env);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ status: 'active', requestId: null });
  });

  it('goes through the life of a request, several at once, each command a process of its own', async () => {
    const world = await openWorld();
    const json = async (...args: string[]): Promise<Record<string, unknown>> => {
      const { stdout } = await runCommand([...args, '--json'], world.env);
      return JSON.parse(stdout);
    };
    const names = ['Production Support', 'Security Reader', 'Payments Operators'];
    const set = await runCommand(['activate', ...names, ...WHY], world.env);
    expect(set.code).toBe(8);
    expect(set.stdout).toMatch(/^NOT ALL ACTIVE: 1 waiting for approval, 2 active\./u);
    expect(await json('active', 'Production')).toMatchObject({ total: 1 });
    const { requests } = await json('requests', 'open');
    expect(requests).toMatchObject([{ name: 'Payments Operators', state: 'pending-approval' }]);
    const handle = String(Array.isArray(requests) ? requests[0]?.handle : '');
    const own = await runCommand(['decide', handle, '--approve', '-j', 'mine'], world.env);
    expect([own.code, own.stdout]).toEqual([1, '']);
    expect(own.stderr).toContain('your own request');
    expect(await json('cancel', handle)).toMatchObject({ request: { state: 'canceled' } });
    const early = await runCommand(['deactivate', '--all'], world.env);
    expect(early.code).toBe(8);
    world.simulator.advance(301);
    const off = await runCommand(['deactivate', '--all'], world.env);
    expect([off.code, off.stdout.split('\n')[0]]).toEqual([0, '2 deactivated.']);
  });

  it('refuses flags that contradict one another', async () => {
    const { env } = await openWorld();
    const both = ['decide', 'q-00000000', '--approve', '--deny', '-j', 'x'];
    expect(await runCommand(both, env)).toMatchObject({ code: 2, stdout: '' });
  });

  it('exits 8 for what is accepted but not active, and says NOT ACTIVE', async () => {
    const { env } = await openWorld();
    const { code, stdout } = await runCommand(['activate', 'Payments Operators', ...WHY], env);
    expect(code).toBe(8);
    expect(stdout).toMatch(/^NOT ACTIVE: /u);
  });

  it('signs in once more where an authentication context is demanded, and activates', async () => {
    const { env } = await openWorld();
    await runCommand(['login'], env);
    const args = ['activate', 'Application Administrator', ...WHY];
    const { code, stdout, stderr } = await runCommand(args, env);
    expect([code, stdout.split(',')[0]]).toEqual([0, 'Active: role "Application Administrator"']);
    expect(stderr.match(/Sign in once more \(authentication context c1\)/gu)).toHaveLength(1);
    expect(stderr).not.toMatch(/claims=|acrs/u);
  });

  it('exits 4 when the further sign-in is declined, and explains it', async () => {
    const { env, simulator } = await openWorld();
    await runCommand(['login'], env);
    const refusals = [{ code: 53003, appliesTo: '*', at: 'redirect' }];
    simulator.behaviour.patch({ identity: { refusals } });
    const args = ['activate', 'Application Administrator', ...WHY];
    const { code, stdout, stderr } = await runCommand(args, env);
    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toContain('Conditional Access blocked the sign-in');
    expect(stderr).not.toMatch(/claims=|acrs/u);
  });

  it('exits 4 when nobody is signed in and nobody was asked to', async () => {
    const { code, stdout } = await runCommand(['whoami'], (await openWorld()).env);
    expect(code).toBe(4);
    expect(stdout).toContain('Nobody is signed in');
  });

  it('logout forgets the sign-in', async () => {
    const { env } = await openWorld();
    await runCommand(['login'], env);
    const out = await runCommand(['logout', '--json'], env);
    expect(JSON.parse(out.stdout)).toEqual({
      signedOut: ['ada.lindgren@contoso.example'],
      stillSignedIn: [],
      tokensFrom: [],
    });
    expect((await runCommand(['whoami'], env)).code).toBe(4);
  });

  it.each([
    [['activate', 'Nothing Such', ...WHY], 1, 'No eligible assignment is called'],
    [['activate', 'User Administrator', ...WHY], 1, 'r-'],
    [['activate', 'Production Support'], 2, 'justification'],
    [['activate', 'Production Support', ...WHY, '-d', '-1h'], 2, 'no duration'],
    [['activate', 'Production Support', ...WHY, '-d', '900h'], 2, 'at most 2 h'],
    [['activate'], 2, 'missing required argument'],
    [['lst'], 2, 'Did you mean list'],
    [['list', '--type', 'subscription'], 2, 'not one of'],
    [['list', '--limit', '0'], 2, '--limit'],
    [['config', 'emacs'], 2, 'no such client'],
  ])('bad input: %j', async (args, code, words) => {
    const world = await openWorld();
    const ended = await runCommand(args, world.env);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toContain(words);
    await expect(world.journal()).rejects.toThrow('ENOENT');
  });

  it.each([
    [{ AZURE_TENANT_ID: 'not a tenant' }, 2, 'AZURE_TENANT_ID'],
    [{ AZURE_TENANT_ID: '11111111-2222-4333-8444-555555555555' }, 2, 'tenant does not exist'],
    [{ AZURE_CLIENT_ID: 'x' }, 2, 'AZURE_CLIENT_ID'],
    [{ ENTRA_PIM_CLIENT_ID: '99999999-9999-4999-8999-999999999999' }, 2, 'ENTRA_PIM_CLIENT_ID'],
    [
      { AZURE_CLIENT_ID: 'ff53a46f-5ead-403a-84c4-b877678537a3' },
      2,
      'Mobile and desktop applications',
    ],
    [
      { AZURE_CLIENT_ID: '7c77833f-338f-4aab-b1c8-046a3c6dd345', AZURE_TENANT_ID: '' },
      2,
      'AZURE_TENANT_ID',
    ],
    [{ AZURE_AUTHORITY_HOST: 'http://login.example' }, 2, 'AZURE_AUTHORITY_HOST'],
    [
      { AZURE_AUTHORITY_HOST: 'http://127.0.0.1:9', ENTRA_PIM_GRAPH_URL: 'http://127.0.0.1:9' },
      1,
      'cannot be reached',
    ],
    [{ ENTRA_PIM_DEFAULT_DURATION: 'forever' }, 2, 'ENTRA_PIM_DEFAULT_DURATION'],
    [{ ENTRA_PIM_RESPONSE_MODE: 'pigeon' }, 2, 'ENTRA_PIM_RESPONSE_MODE'],
  ])('wrong setting: %j', async (changes, code, words) => {
    const { env } = await openWorld();
    const ended = await runCommand(['list'], { ...env, ...changes });
    expect(ended.stderr).toContain(words);
    expect(ended).toMatchObject({ code, stdout: '' });
  });

  it('garbage from the server is an error, not an empty list', async () => {
    const { env, simulator } = await openWorld();
    await runCommand(['login'], env);
    for (const pathIncludes of ['/v1.0/', '/providers/'])
      simulator.faults.add({ match: { pathIncludes }, times: 50, action: { kind: 'garbage' } });
    const { code, stdout, stderr } = await runCommand(['list'], env);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Error: ');
  });

  it('doctor exits 0 while nothing failed, 1 otherwise, and signs nobody in', async () => {
    const { env } = await openWorld();
    const before = await runCommand(['doctor'], env);
    expect(before.code).toBe(0);
    expect(before.stdout).toContain('unknown  Nobody is signed in');
    expect(before.stderr).not.toContain('authorize?');
    await runCommand(['login'], env);
    const after = await runCommand(['doctor', '--json'], env);
    expect([after.code, JSON.parse(after.stdout)]).toMatchObject([0, { isSignedIn: true }]);
    const groupsOnly = { ...env, AZURE_CLIENT_ID: '68e58909-ccb2-4416-925a-56c9a30f4300' };
    await runCommand(['login'], groupsOnly);
    const failing = await runCommand(['doctor'], groupsOnly);
    expect(failing.code).toBe(1);
    expect(failing.stdout).toMatch(/failed +Entra roles: consent is missing for /u);
  });

  it.each([
    [{ AZURE_CLIENT_ID: 'nonsense' }, 'AZURE_CLIENT_ID is "nonsense"'],
    [{ AZURE_CLOUD: 'mars', AZURE_AUTHORITY_HOST: '' }, 'AZURE_CLOUD is "mars"'],
    [{ ENTRA_PIM_TOKEN_STORE: 'drawer' }, 'ENTRA_PIM_TOKEN_STORE is "drawer"'],
    [{ ENTRA_PIM_DEFAULT_DURATION: 'forever' }, 'ENTRA_PIM_DEFAULT_DURATION is "forever"'],
  ])('doctor runs although a setting is wrong: %j', async (changes, words) => {
    const { env } = await openWorld();
    const { code, stdout, stderr } = await runCommand(['doctor'], { ...env, ...changes });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^1 of 5 checks failed\.\n {2}ok +Node\.js /u);
    expect(stdout).toMatch(/failed +\S/u);
    expect(stdout).toContain(words);
    expect(stdout).toMatch(/Fix: (?:Set|Copy) /u);
    expect(stdout).toContain('Certificates of the hosts are checked.');
    expect(stdout).toContain('Not checked, as that needs the settings');
    expect(stderr).toContain('Next: correct it, then run the same command again');
    const report = ['doctor', '--verify', '--json'];
    const json = await runCommand(report, { ...env, ...changes });
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      1,
      {
        isSignedIn: false,
        isRedacted: true,
        checks: [
          { name: 'node' },
          { name: 'settings', code: 'configuration' },
          {},
          {},
          { name: 'left out' },
          { name: 'verification' },
        ],
      },
    ]);
    expect(json.stdout).not.toContain(Object.values(changes)[0]);
  });

  it('a wrong flag of doctor is wrong usage, also with a wrong setting', async () => {
    const { env } = await openWorld();
    const wrong = { ...env, AZURE_CLOUD: 'mars' };
    expect((await runCommand(['doctor', '--verbose'], wrong)).code).toBe(2);
    const flag = await runCommand(['doctor', '--auth', 'pigeon'], env);
    expect([flag.code, flag.stdout]).toEqual([1, expect.stringContaining('--auth is "pigeon"')]);
  });

  it('doctor says that the keyring cannot be used, and where the key lies then', async () => {
    const { env } = await openWorld();
    // No message bus, so no Secret Service; other systems have a keyring in any case.
    const auto = { ...env, ENTRA_PIM_TOKEN_STORE: 'auto' };
    const { stdout } = await runCommand(['doctor'], auto);
    const words =
      process.platform === 'linux' ? /warning +The keyring of this system cannot/u : /keyring/u;
    expect(stdout).toMatch(words);
  });

  it('doctor --verify prints one JSON value of a stable shape, and names nobody', async () => {
    const { env, simulator, folder } = await openWorld();
    await runCommand(['login'], env);
    simulator.requests.clear();
    const { code, stdout, stderr } = await runCommand(['doctor', '--verify', '--json'], env);
    const { verification, isRedacted } = JSON.parse(stdout);
    expect([code, isRedacted]).toEqual([0, true]);
    expect(Object.keys(verification)).toEqual(['looks', 'byHand']);
    for (const look of verification.looks) expect(Object.keys(look)).toEqual(LOOK_FIELDS);
    for (const each of verification.byHand) expect(Object.keys(each)).toEqual(['what', 'how']);
    const sent = simulator.requests.all().filter(({ surface }) => surface !== 'identity');
    expect(new Set(sent.map(({ method }) => method))).toEqual(new Set(['GET']));
    const hidden = ['ada.lindgren', simulator.tenantId, folder, ...simulator.issuedSecrets()];
    expect(hidden.filter((secret) => `${stdout}${stderr}`.includes(secret))).toEqual([]);
  });

  it('doctor --verify --allow-writes activates for five minutes, and refuses what is ambiguous', async () => {
    const world = await openWorld();
    await runCommand(['login'], world.env);
    const verify = ['doctor', '--verify', '--allow-writes'];
    const both = await runCommand([...verify, 'User Administrator'], world.env);
    expect([both.code, both.stdout]).toEqual([1, '']);
    expect(both.stderr).toContain('none was chosen');
    const done = await runCommand([...verify, 'Security Reader'], world.env);
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/as-assumed +activation-statuses: .*outcome active\. It ends by/u);
    expect((await world.journal())[0]).toMatchObject({ operation: 'activate', step: 'sending' });
  });

  it('the report of doctor holds nothing that was issued, and nobody', async () => {
    const { env, simulator, folder } = await openWorld();
    await runCommand(['login'], env);
    const { code, stdout, stderr } = await runCommand(['doctor', '--report'], env);
    const hidden = ['ada.lindgren', simulator.tenantId, folder, ...simulator.issuedSecrets()];
    expect(code).toBe(0);
    expect(hidden.filter((secret) => `${stdout}${stderr}`.includes(secret))).toEqual([]);
    expect(stdout).toMatch(/^Report of entra-pim \d/u);
  });

  it('the demo tour shows the main job and continues in the next process', async () => {
    const { env } = await openWorld();
    const tour = await runCommand(['demo'], env);
    expect(tour.code).toBe(0);
    expect(tour.stdout).toMatch(/Active: group "[^"]+" \(member\), until/u);
    const list = await runCommand(['list', '--demo', '--json'], env);
    expect(list.stderr).toContain('DEMO');
    const { assignments } = JSON.parse(list.stdout);
    expect(assignments[0]).toMatchObject({ status: 'Active' });
  });

  it('config copies the settings of this shell, and no wrong one', async () => {
    const { folder } = await openWorld();
    const env = { PATH: '', HOME: folder, AZURE_TENANT_ID: 'contoso.example' };
    const good = await runCommand(['config', 'codex'], { ...env, ENTRA_PIM_STATE_DIR: 'here' });
    expect(good.code).toBe(0);
    expect(good.stdout).toContain('AZURE_TENANT_ID = "contoso.example"');
    expect(good.stdout).toMatch(/ENTRA_PIM_STATE_DIR = "\/.*here"/u);
    const bad = await runCommand(['config', 'codex'], { ...env, AZURE_TENANT_ID: 'a b' });
    expect(bad).toMatchObject({ code: 2, stdout: '' });
  });

  it('help and version answer without touching anything', async () => {
    const { env } = await openWorld();
    expect((await runCommand(['--help'], env)).stdout).toContain('Exit codes');
    expect((await runCommand(['--version'], env)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/u);
  });
});

describe('secrets', () => {
  it('nothing that was issued shows up in what the product says', async () => {
    const world = await openWorld();
    const said: string[] = [];
    for (const args of [['login'], ['whoami'], ['list'], ['activate', 'Security Reader', ...WHY]]) {
      const { stdout, stderr } = await runCommand(args, world.env);
      said.push(stdout, stderr);
    }
    const secrets = world.simulator.issuedSecrets();
    expect(secrets.length).toBeGreaterThan(2);
    expect(secrets.filter((secret) => said.join('\n').includes(secret))).toEqual([]);
  });
});
