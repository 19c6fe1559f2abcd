import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openBrowser } from '../../src/platform/browser.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A "browser" that notes its argument and ends with the given code. */
async function browser(exitCode: number): Promise<{ readonly seen: string }> {
  const folder = await temporaryFolder();
  const seen = path.join(folder, 'seen');
  const script = path.join(folder, 'browser');
  await writeFile(script, `#!/bin/sh\nprintf '%s' "$1" > '${seen}'\nexit ${exitCode}\n`);
  await chmod(script, 0o700);
  vi.stubEnv('BROWSER', script);
  vi.stubEnv('DISPLAY', '');
  return { seen };
}

it.each([
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http://evil.example/',
  'calc.exe',
  '--help',
])('opens no %j', async (url) => {
  await expect(openBrowser(url)).rejects.toMatchObject({ code: 'configuration' });
});

describe.runIf(process.platform === 'linux')('with a browser of our own', () => {
  it('hands the address over as one argument, whatever is in it', async () => {
    const { seen } = await browser(0);
    const url = 'https://login.example/authorize?a=1&b=$(id)%20`id`;id#x';
    await openBrowser(url);
    expect(await readFile(seen, 'utf8')).toBe(url);
  });

  it('says when no browser can be started', async () => {
    await browser(1);
    await expect(openBrowser('https://login.example/')).rejects.toMatchObject({
      code: 'configuration',
      message: 'No browser could be started on this machine.',
    });
  });
});
