import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openWorld, runCommand } from '../support/child.ts';

const ADA = 'ada.lindgren@contoso.example';
const MARCUS = 'marcus.okafor@contoso.example';

const listed = z.object({
  accounts: z.array(
    z.looseObject({ username: z.string(), tenantId: z.string(), isCurrent: z.boolean() }),
  ),
});

/** Commands of one user, each a process of its own. */
async function machine(changes: Readonly<Record<string, string>> = {}) {
  const world = await openWorld();
  const env = { ...world.env, AZURE_TENANT_ID: '', ...changes };
  const run = (...args: string[]) => runCommand(args, env);
  return {
    ...world,
    run,
    accounts: async () =>
      listed.parse(JSON.parse((await run('accounts', '--json')).stdout)).accounts,
  };
}

describe('accounts on one machine', () => {
  it('are signed in, used, listed and signed out by name, over several processes', async () => {
    const { run, accounts, simulator } = await machine();
    expect((await run('accounts')).code).toBe(4);
    for (const args of [
      ['--account', ADA],
      ['--account', ADA, '--tenant', 'fabrikam.example'],
      ['--account', MARCUS],
    ])
      expect(await run('login', ...args)).toMatchObject({ code: 0 });
    const [marcus, guest, ada] = await accounts();
    expect(marcus).toMatchObject({ username: MARCUS, isCurrent: true });
    expect(guest).toMatchObject({ username: ADA, isCurrent: false });
    expect(ada).toMatchObject({ username: ADA, tenantId: simulator.tenantId });
    const names = async (...args: string[]) => (await run('list', ...args)).stdout;
    expect(await names('--account', ADA)).toContain('Production Support');
    expect(await names('--account', ADA, '--tenant', 'fabrikam.example')).toContain(
      'Freight Operations',
    );
    expect(await names()).toMatch(/^2 eligible assignments/u);
    const nobody = await run('logout', '--account', 'nobody@contoso.example');
    expect(nobody).toMatchObject({
      code: 0,
      stdout: '"nobody@contoso.example" was not signed in.\n',
    });
    const out = await run('logout', '--account', ADA);
    expect(out.stdout).toBe(`Signed out "${ADA}".\n`);
    expect(out.stderr).toContain(`Still signed in: "${MARCUS}"`);
    expect((await accounts()).map(({ username }) => username)).toEqual([MARCUS]);
    expect((await run('logout', '--all')).code).toBe(0);
    expect(await accounts()).toEqual([]);
  });

  it('say after a logout which token of the environment acts all the same', async () => {
    const { env, run } = await machine();
    expect((await run('login')).code).toBe(0);
    const held = { ...env, ENTRA_PIM_GRAPH_TOKEN: 'made.elsewhere.x' };
    const { code, stdout, stderr } = await runCommand(['logout'], held);
    expect([code, stdout]).toEqual([0, `Signed out "${ADA}".\n`]);
    expect(stderr).toContain('The token in ENTRA_PIM_GRAPH_TOKEN goes on acting here');
    expect(stderr).not.toContain('made.elsewhere');
  });

  it('that answer in place of the one that is named are refused', async () => {
    const { run, simulator } = await machine();
    simulator.behaviour.patch({ identity: { signInAs: MARCUS } });
    const { code, stderr, stdout } = await run('list', '--account', ADA);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain(`Another account answered than "${ADA}" (--account).`);
    expect((await run('accounts')).code).toBe(4);
  });
});

it('a name that is blank is wrong usage: nobody else acts instead', async () => {
  const { run } = await machine();
  const { code, stderr } = await run('list', '--account', '');
  expect([code, stderr]).toEqual([2, 'Error: --account: nothing is given.\n']);
});

it('the demo has an account of its own: another one is wrong usage', async () => {
  const { run } = await machine();
  const { code, stderr } = await run('list', '--demo', '--account', ADA);
  expect(code).toBe(2);
  expect(stderr).toContain('Error: --account: --demo has its own. Leave it out.');
});

it('whoami says that the one that is named is not signed in', async () => {
  const { run } = await machine();
  await run('login', '--account', ADA);
  const { code, stdout } = await run('whoami', '--account', MARCUS);
  expect([code, stdout.split('\n')[0]]).toEqual([4, `"${MARCUS}" is not signed in.`]);
});

describe('Azure with the built-in apps', () => {
  it('is signed in to by login --azure, in a second window, and used from then on', async () => {
    const { run } = await machine({ AZURE_CLIENT_ID: '' });
    const login = await run('login', '--azure');
    expect(login.stderr.match(/open this address/gu)).toHaveLength(2);
    expect(login.stdout).toMatch(/Azure resources +yes/u);
    const list = await run('list', '--type', 'resource', '--json');
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(list.stdout)).toMatchObject({ problems: [] });
  });
});
