import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const ROOT = path.resolve(import.meta.dirname, '../..');

const packed = z.array(
  z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) }),
);

it('npm pack gives one package that installs and runs without its optional dependency', async () => {
  const folder = await temporaryFolder();
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const { stdout } = await run('npm', pack, { cwd: ROOT });
  const [tarball] = packed.parse(JSON.parse(stdout));
  const files = tarball?.files.map((file) => file.path) ?? [];
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.md']));
  expect(files.filter((file) => /^(?:src|test|scripts|node_modules)\//u.test(file))).toEqual([]);
  const install = [
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    '--omit=optional',
    '--prefix',
    folder,
  ];
  await run('npm', [...install, path.join(folder, tarball?.filename ?? '')], { cwd: folder });
  const { stdout: tree } = await run('npm', ['ls', '--all', '--parseable', '--prefix', folder]);
  expect(tree.trim().split('\n')).toHaveLength(2);
  const bin = path.join(folder, 'node_modules/.bin');
  const env = { ...process.env, ENTRA_PIM_STATE_DIR: path.join(folder, 'state') };
  const demo = await run(path.join(bin, 'entra-pim'), ['list', '--demo', '--json'], { env });
  expect(JSON.parse(demo.stdout)).toMatchObject({ problems: [] });
  const where = await run(path.join(bin, 'entra-pim'), ['whoami', '--demo', '--json'], { env });
  expect(JSON.parse(where.stdout)).toMatchObject({
    signInStorage: expect.stringContaining('its key lies beside it'),
  });
  const version = await run(path.join(bin, 'entra-pim-mcp-server'), ['--version'], { env });
  expect(version.stdout.trim()).toBe('0.1.0');
});
