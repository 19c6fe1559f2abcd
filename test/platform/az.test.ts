import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { azProgram, createAz } from '../../src/platform/az.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('the Azure CLI', () => {
  const bin = String.raw`C:\Program Files\Azure\CLI2\wbin`;
  const python = String.raw`C:\Program Files\Azure\CLI2\python.exe`;
  const env = { Path: String.raw`C:\Windows;${bin}` };

  it('is started on Windows by its own Python, not through its batch file', () => {
    const there = [String.raw`${bin}\az.cmd`, python];
    expect(azProgram(env, 'win32', (file) => there.includes(file))).toEqual({
      file: python,
      args: ['-IBm', 'azure.cli'],
    });
  });

  it.each([
    ['by pip', String.raw`C:\Python313\Scripts\az.bat`, String.raw`C:\Python313\python.exe`],
    [
      'in a virtual environment',
      String.raw`C:\v\Scripts\az.bat`,
      String.raw`C:\v\Scripts\python.exe`,
    ],
  ])('is found where it was installed %s', (_how, batch, file) => {
    const Path = `.;${path.win32.dirname(batch)}`;
    const there = [batch, file, 'az.cmd', 'python.exe'];
    expect(azProgram({ Path }, 'win32', (each) => there.includes(each))?.file).toBe(file);
  });

  it.each([[[]], [[String.raw`${bin}\az.cmd`]]])('is not found where there is only %j', (there) => {
    expect(azProgram(env, 'win32', (file) => there.some((each) => each === file))).toBeNull();
  });

  it.runIf(process.platform !== 'win32')('inherits no token of this process', async () => {
    const folder = await temporaryFolder();
    const az = path.join(folder, 'az');
    await writeFile(az, '#!/bin/sh\nexport -p\n');
    await chmod(az, 0o700);
    const handed = { PATH: folder, OTHER: 'passed-on', ENTRA_PIM_GRAPH_TOKEN: 'kept-here' };
    const ended = await createAz(handed, new AbortController().signal)(['version']);
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('passed-on') });
    expect(JSON.stringify(ended)).not.toContain('kept-here');
  });
});
