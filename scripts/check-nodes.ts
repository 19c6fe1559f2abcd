/**
 * The whole test suite on each supported Node that the npm registry has, one after the other. Says
 * what it skips. Usage: npm run check:nodes [-- 22 24]
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const versions = wanted.length > 0 ? wanted : ['20', '22', '24'];

/** The folder of that Node's program; `null` where it cannot be had. */
async function fetchNode(version: string, folder: string): Promise<string | null> {
  const install = ['install', '--no-audit', '--no-fund', '--prefix', folder, `node@${version}`];
  try {
    await promisify(execFile)('npm', install, { cwd: folder });
    const bin = path.join(folder, 'node_modules/node/bin');
    const { stdout } = await promisify(execFile)(path.join(bin, 'node'), ['--version']);
    return stdout.startsWith(`v${version}.`) ? bin : null;
  } catch {
    return null;
  }
}

let failed = 0;
for (const version of versions) {
  const folder = await mkdtemp(path.join(tmpdir(), `entra-pim-node-${version}-`));
  const bin = await fetchNode(version, folder);
  if (bin === null) {
    process.stdout.write(`skipped: Node ${version} cannot be had from the registry here\n`);
  } else {
    const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env['PATH'] ?? ''}` };
    const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs');
    const { status } = spawnSync(path.join(bin, 'node'), [vitest, 'run', '--reporter=dot'], {
      cwd: ROOT,
      env,
      stdio: 'inherit',
    });
    process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} Node ${version}\n`);
    if (status !== 0) failed += 1;
  }
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
