import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { AzEnded, RunAz } from '../domain/az.ts';
import type { Environment } from './http.ts';
import { withoutTokens } from './without-tokens.ts';

const LARGEST_ANSWER = 32 * 1024 * 1024;

const BATCH_FILES = ['az.cmd', 'az.bat'];

interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * What to start. On Windows `az` is a batch file, which no argument list reaches unharmed
 * (CVE-2024-27980), and a shell would take one of the current folder first: so we start what it
 * starts, the Python beside it.
 */
export function azProgram(
  env: Environment,
  platform: string,
  isThere: (file: string) => boolean = existsSync,
): Program | null {
  if (platform !== 'win32') return { file: 'az', args: [] };
  // A relative folder would be one of wherever this was started.
  const folders = (env['PATH'] ?? env['Path'] ?? '')
    .split(';')
    .filter((folder) => path.win32.isAbsolute(folder));
  const isOfAz = (folder: string): boolean =>
    BATCH_FILES.some((name) => isThere(path.win32.join(folder, name)));
  const python = folders
    .filter(isOfAz)
    // Above it as installed by Microsoft or by pip; beside it in a virtual environment.
    .flatMap((folder) => [path.win32.join(folder, '..'), folder])
    .map((folder) => path.win32.join(folder, 'python.exe'))
    .find((file) => isThere(file));
  return python === undefined ? null : { file: python, args: ['-IBm', 'azure.cli'] };
}

/** No hints, no colours: what it says is shown to people, or read as JSON. */
const QUIET = { AZURE_CORE_ONLY_SHOW_ERRORS: 'true', AZURE_CORE_NO_COLOR: 'true' };

/** Runs the Azure CLI of this machine, with no input and without a shell. */
export function createAz(env: Environment, signal: AbortSignal): RunAz {
  return (args) => {
    const program = azProgram(env, process.platform);
    if (program === null) return Promise.resolve({ kind: 'not-installed' });
    const options = {
      env: { ...withoutTokens(env), ...QUIET },
      maxBuffer: LARGEST_ANSWER,
      windowsHide: true,
    };
    return new Promise<AzEnded>((resolve, reject) => {
      const child = execFile(
        program.file,
        [...program.args, ...args],
        { ...options, signal },
        (error, stdout, stderr) => {
          if (error === null) resolve({ kind: 'ended', code: 0, stdout, stderr });
          else if (error.code === 'ENOENT') resolve({ kind: 'not-installed' });
          else if (typeof error.code === 'number')
            resolve({ kind: 'ended', code: error.code, stdout, stderr });
          else reject(signal.aborted ? signal.reason : error);
        },
      );
      child.stdin?.end();
    });
  };
}
