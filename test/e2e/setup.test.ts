/** As a new user would: the built product, a home folder with AI clients in it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLIENTS } from '../../src/cli/client-config.ts';
import { userFile } from '../../src/cli/setup/client-files.ts';
import { runCommand, SERVER } from '../support/child.ts';
import { installAz } from '../support/setup-world.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function openHome() {
  const home = await temporaryFolder();
  const env = { PATH: '/nowhere', HOME: home, ENTRA_PIM_STATE_DIR: path.join(home, 'state') };
  const machine = { platform: process.platform, home, folder: home, env };
  return { home, env, fileOf: (client: (typeof CLIENTS)[number]) => userFile(client, machine) };
}

describe('setup, built', () => {
  it.each(CLIENTS)(
    'puts the server of this checkout into %s, beside what is there',
    async (client) => {
      const { env, fileOf } = await openHome();
      const file = fileOf(client);
      const before =
        client === 'codex' ? '# mine\nmodel = "x"\n' : '{\n\t// mine\n\t"theme": "x"\n}\n';
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, before);
      const shown = await runCommand(['setup', 'client', client], env);
      expect([shown.code, await readFile(file, 'utf8')]).toEqual([0, before]);
      expect(shown.stdout).toContain(SERVER);
      expect(await runCommand(['setup', 'client', client, '--write'], env)).toMatchObject({
        code: 0,
      });
      const after = await readFile(file, 'utf8');
      expect(after).toContain(SERVER);
      expect(after).toContain('mine\n');
      const again = await runCommand(['setup', 'client', client, '--write'], env);
      expect([again.code, again.stdout]).toEqual([0, '']);
      expect(await readFile(file, 'utf8')).toBe(after);
      const overview = await runCommand(['setup'], env);
      expect(overview.stdout).toMatch(/\tset up\t/u);
    },
  );

  it('exits 2 for a broken file, and leaves it', async () => {
    const { env, fileOf } = await openHome();
    await writeFile(fileOf('claude-code'), '{ "a": ');
    const { code, stderr } = await runCommand(['setup', 'client', 'claude-code', '--write'], env);
    expect(code).toBe(2);
    expect(stderr).toContain('line 1, column');
    expect(await readFile(fileOf('claude-code'), 'utf8')).toBe('{ "a": ');
  });

  it('prints the consent address on stdout alone', async () => {
    const { env } = await openHome();
    const own = { ...env, AZURE_CLIENT_ID: 'aaaaaaaa-0000-4000-8000-000000000000' };
    expect(await runCommand(['setup', 'consent'], own)).toMatchObject({
      code: 0,
      stdout:
        'https://login.microsoftonline.com/organizations/adminconsent?client_id=aaaaaaaa-0000-4000-8000-000000000000\n',
    });
  });

  it('registers the app through the Azure CLI', async () => {
    const { env, home } = await openHome();
    const az = await installAz(home);
    const args = ['setup', 'app', '--for', 'read', '--apply'];
    expect(await runCommand(args, { ...env, ...az.env })).toMatchObject({ code: 2, stdout: '' });
    const done = await runCommand([...args, '--yes'], { ...env, ...az.env });
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^AZURE_CLIENT_ID=\S+\nAZURE_TENANT_ID=\S+\n$/u);
    expect((await az.state()).principals).toHaveLength(1);
  });
});
