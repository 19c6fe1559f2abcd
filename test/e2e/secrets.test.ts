/** Everything the product writes in a full run, at the lowest level of its log, searched for secrets. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { openWorld, runCommand, type World } from '../support/child.ts';
import { connectV2 } from '../support/clients.ts';
import { secretsIn } from '../support/secrets.ts';
import { installAz } from '../support/setup-world.ts';

const WHY = ['--justification', 'INC-4711 restart the billing job'];

async function filesBelow(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(path.join(parentPath, name), 'latin1')),
  );
  return texts.join('\n');
}

/** Each command a process; what it wrote. */
async function commands(world: World, all: readonly (readonly string[])[]): Promise<string> {
  let written = '';
  for (const args of all) {
    const { stdout, stderr, code } = await runCommand(args, world.env);
    written += `$ ${args.join(' ')} (${code})\n${stdout}\n${stderr}\n`;
  }
  return written;
}

it(
  'no token, code, verifier or claim is in anything that was written',
  { timeout: 180_000 },
  async () => {
    const world = await openWorld();
    const { simulator } = world;
    const traced: World = { ...world, env: { ...world.env, ENTRA_PIM_LOG: 'trace' } };
    const { behaviour } = simulator;
    let written = await commands(traced, [
      ['login'],
      ['list'],
      ['list', '--json'],
      ['whoami'],
      ['activate', 'Production Support', '-d', '30m', ...WHY],
      // Demands an authentication context: one further sign-in.
      ['activate', 'Application Administrator', '-d', '30m', ...WHY],
      ['active'],
      ['requests'],
      ['find-role', 'Microsoft.Compute/virtualMachines/start/action'],
      ['doctor'],
      ['doctor', '--report'],
      ['doctor', '--verify'],
      ['activate', 'no such thing', ...WHY],
    ]);
    // A refused token, a revoked sign-in, a refused consent, a policy, a host that breaks.
    simulator.faults.add({
      match: { surface: 'group', method: 'GET' },
      times: 1,
      action: {
        kind: 'error',
        status: 401,
        code: 'InvalidAuthenticationToken',
        message: 'TokenExpired',
      },
    });
    written += await commands(traced, [['list']]);
    behaviour.patch({ identity: { refusals: [{ code: 53003, appliesTo: '*', at: 'redirect' }] } });
    written += await commands(traced, [['login']]);
    behaviour.patch({ identity: { refusals: [] } });
    written += await commands(
      {
        ...traced,
        env: { ...traced.env, AZURE_CLIENT_ID: '68e58909-ccb2-4416-925a-56c9a30f4300' },
      },
      [['list'], ['whoami']],
    );
    // The built-in apps: Azure takes a sign-in of its own. A guest elsewhere; a session that ended.
    const builtIn: World = { ...traced, env: { ...traced.env, AZURE_CLIENT_ID: '' } };
    written += await commands(builtIn, [
      ['login', '--azure'],
      ['list', '--type', 'resource'],
    ]);
    written += await commands(traced, [
      ['login', '--tenant', 'fabrikam.example', '--account', 'ada.lindgren@contoso.example'],
      ['accounts', '--json'],
    ]);
    simulator.revoke('ada.lindgren@contoso.example', { cae: true });
    written += await commands(traced, [['list'], ['logout', '--tenant', 'fabrikam.example']]);
    const client = await connectV2(traced, 'auto');
    for (const [name, args] of [
      ['list_eligible', {}],
      ['whoami', {}],
      ['activate', { name: 'Security Reader', justification: 'a test', duration: 0.5 }],
      ['list_active', {}],
      ['deactivate', { name: 'Security Reader' }],
    ] as const)
      written += JSON.stringify(await client.call(name, args));
    written += client.stderr();
    await client.close();
    written += await filesBelow(world.folder);
    written += await commands(traced, [['login'], ['logout', '--all'], ['whoami']]);
    written += await filesBelow(world.folder);

    expect(written).toContain(' trace msal ');
    expect(written).toContain(' debug http ');
    expect(written).toContain('INC-4711');
    const issued = simulator.issuedSecrets();
    const presented = simulator.presentedSecrets();
    expect(issued.length).toBeGreaterThan(10);
    expect(presented.some((secret) => secret.includes('acrs'))).toBe(true);
    expect(secretsIn([...issued, ...presented], written)).toEqual([]);
    // The first line of defence held: the second had nothing to do.
    expect(written).not.toContain('[redacted]');
    // And the search finds what is there.
    const [canary = ''] = issued;
    expect(secretsIn(issued, `${written}\n${encodeURIComponent(canary)}`)).toEqual([canary]);
  },
);

it(
  'nor in what is written by a sign-in with a code, with tokens made elsewhere, or by setup',
  { timeout: 60_000 },
  async () => {
    const world = await openWorld();
    const { simulator, folder } = world;
    simulator.behaviour.patch({ identity: { deviceCodeIntervalSeconds: 0 } });
    const traced: World = { ...world, env: { ...world.env, ENTRA_PIM_LOG: 'trace' } };
    const byCode: World = { ...traced, env: { ...traced.env, ENTRA_PIM_AUTH: 'device-code' } };
    let written = await commands(byCode, [['login'], ['list'], ['logout']]);
    expect(written).toContain('on any device and enter the code');
    expect(written).toContain('Signed out');
    const issued = simulator.issuedSecrets();
    const tokenFor = (audience: string): string =>
      issued.findLast((each) => each.startsWith('eyJ') && decodeJwt(each).aud === audience) ?? '';
    const handed = {
      ENTRA_PIM_GRAPH_TOKEN: tokenFor('https://graph.microsoft.com'),
      ENTRA_PIM_ARM_TOKEN: tokenFor('https://management.azure.com'),
    };
    expect(Object.values(handed)).not.toContain('');
    const az = await installAz(folder);
    written += await commands({ ...traced, env: { ...traced.env, ...handed } }, [
      ['whoami'],
      ['list'],
      ['activate', 'Production Support', '-d', '30m', ...WHY],
      ['activate', 'Application Administrator', '-d', '30m', ...WHY],
      ['login'],
      ['doctor', '--report'],
      ['setup'],
      ['setup', 'client', 'cursor', '--write'],
    ]);
    written += await commands({ ...traced, env: { ...traced.env, ...az.env, ...handed } }, [
      ['setup', 'app', '--apply', '--yes'],
    ]);
    expect(written).toContain('Set: ');
    expect(written).toContain('ENTRA_PIM_GRAPH_TOKEN');
    written += await filesBelow(folder);
    const all = [...simulator.issuedSecrets(), ...simulator.presentedSecrets()];
    expect(secretsIn(all, written)).toEqual([]);
  },
);
