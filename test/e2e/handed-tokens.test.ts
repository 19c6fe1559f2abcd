import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openWorld, runCommand } from '../support/child.ts';

const part = (content: object): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url');

it.runIf(process.platform === 'linux')(
  'the browser inherits no token that was handed to the process',
  async () => {
    const { simulator, folder, env } = await openWorld();
    const seen = path.join(folder, 'seen');
    const browser = path.join(folder, 'browser');
    await writeFile(browser, `#!/bin/sh\n{ echo "$1"; export -p; } > '${seen}'\nexit 1\n`);
    await chmod(browser, 0o700);
    const ada = simulator.scenario.users.find(({ isDefault }) => isDefault);
    const token = [
      part({ alg: 'none' }),
      part({
        aud: 'https://management.azure.com',
        exp: 4_000_000_000,
        oid: ada?.id,
        tid: simulator.tenantId,
        scp: 'user_impersonation',
      }),
      'no-signature',
    ].join('.');
    const { code } = await runCommand(['login'], {
      ...env,
      PATH: `${env['PATH']}:/usr/bin:/bin`,
      BROWSER: browser,
      ENTRA_PIM_ARM_TOKEN: token,
    });
    expect(code).toBe(0);
    const inherited = await readFile(seen, 'utf8');
    expect(inherited).toContain('/oauth2/v2.0/authorize');
    expect(inherited).toContain(folder);
    expect(inherited).not.toContain(token);
  },
);
