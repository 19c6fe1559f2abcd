import type { SignInWay } from '../domain/settings.ts';
import type { Environment } from './http.ts';

/** What there is around this process. */
export interface Surroundings {
  readonly env: Environment;
  /** This one's, unless it is said. */
  readonly platform?: string;
  /** A person can type here. */
  readonly isTerminal: boolean;
}

/** Where the browser is. */
type Whereabouts = 'here' | 'elsewhere' | 'nowhere';

function isSet(env: Environment, names: readonly string[]): boolean {
  return names.some((name) => (env[name] ?? '') !== '');
}

function isPipeline({ env, isTerminal }: Surroundings): boolean {
  const isOne = env['CI'] === 'true' || env['CI'] === '1';
  return !isTerminal && (isOne || isSet(env, ['GITHUB_ACTIONS', 'TF_BUILD', 'GITLAB_CI']));
}

function isRemote({ env, platform = process.platform }: Surroundings): boolean {
  // Windows Subsystem for Linux opens the browser of Windows.
  if (isSet(env, ['WSL_DISTRO_NAME', 'WSL_INTEROP'])) return false;
  // VS Code and its kin open the browser at the other end, and forward the port.
  if (isSet(env, ['BROWSER', 'VSCODE_IPC_HOOK_CLI'])) return false;
  if (isSet(env, ['DISPLAY', 'WAYLAND_DISPLAY'])) return false;
  const hasDesktop = platform === 'win32' || platform === 'darwin';
  return !hasDesktop || isSet(env, ['SSH_CONNECTION', 'SSH_TTY']);
}

function whereIsTheBrowser(around: Surroundings): Whereabouts {
  if (isPipeline(around)) return 'nowhere';
  return isRemote(around) ? 'elsewhere' : 'here';
}

const AUTOMATIC = {
  here: 'browser',
  elsewhere: 'device-code',
  nowhere: 'nobody',
} as const satisfies Record<Whereabouts, string>;

/** How a person signs in here: as chosen, else by what is there to see. */
export function wayToSignIn(chosen: SignInWay, around: Surroundings) {
  return chosen === 'auto' ? AUTOMATIC[whereIsTheBrowser(around)] : chosen;
}
