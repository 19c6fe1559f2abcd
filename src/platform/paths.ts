import { homedir } from 'node:os';
import path from 'node:path';
import type { Environment } from './http.ts';

/** What decides about places, so that tests can be on another system. */
export interface Machine {
  readonly platform: string;
  readonly home: string;
}

const THIS_MACHINE: Machine = { platform: process.platform, home: homedir() };

type Locate = (env: Environment, home: string) => string;

const PER_SYSTEM: Readonly<Record<string, Locate>> = {
  // Local, not Roaming: a sign-in does not travel between machines.
  win32: (env, home) =>
    path.win32.join(env['LOCALAPPDATA'] || path.win32.join(home, 'AppData', 'Local'), 'entra-pim'),
  darwin: (_env, home) => path.posix.join(home, 'Library', 'Application Support', 'entra-pim'),
};

const elsewhere: Locate = (env, home) => {
  const base = env['XDG_STATE_HOME'] ?? '';
  // The XDG specification: a relative path is invalid and ignored.
  const root = path.posix.isAbsolute(base) ? base : path.posix.join(home, '.local', 'state');
  return path.posix.join(root, 'entra-pim');
};

/**
 * The folder of this user's sign-in and journal: `ENTRA_PIM_STATE_DIR`, or the system's place for
 * such files. Never the package's folder, which is replaced by every update.
 */
export function stateDirectoryPath(env: Environment, machine: Machine = THIS_MACHINE): string {
  const chosen = env['ENTRA_PIM_STATE_DIR']?.trim() ?? '';
  if (chosen !== '') return chosen;
  return (PER_SYSTEM[machine.platform] ?? elsewhere)(env, machine.home);
}
