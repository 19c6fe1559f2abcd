import { expect, it } from 'vitest';
import { wayToSignIn } from '../../src/platform/surroundings.ts';

const SSH = { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' };

it.each([
  ['a Linux desktop', 'linux', { DISPLAY: ':0' }, 'browser'],
  ['a Wayland desktop', 'linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'browser'],
  ['Windows', 'win32', {}, 'browser'],
  ['macOS', 'darwin', {}, 'browser'],
  ['a server, or a container', 'linux', {}, 'device-code'],
  ['SSH into Linux', 'linux', SSH, 'device-code'],
  ['SSH into a Mac', 'darwin', SSH, 'device-code'],
  ['SSH with a display of its own', 'linux', { ...SSH, DISPLAY: ':10' }, 'browser'],
  ['a remote of VS Code', 'linux', { ...SSH, VSCODE_IPC_HOOK_CLI: '/run/x.sock' }, 'browser'],
  ['a machine with an opener of its own', 'linux', { BROWSER: 'wslview' }, 'browser'],
  ['WSL', 'linux', { WSL_DISTRO_NAME: 'Debian' }, 'browser'],
  ['a pipeline', 'linux', { CI: 'true' }, 'nobody'],
  ['a pipeline with a display', 'linux', { GITHUB_ACTIONS: 'true', DISPLAY: ':99' }, 'nobody'],
  ['Azure Pipelines on Windows', 'win32', { TF_BUILD: 'True' }, 'nobody'],
])('on %s a person signs in by what is there', (_what, platform, env, way) => {
  expect(wayToSignIn('auto', { env, platform, isTerminal: false })).toBe(way);
});

it('a person at a terminal is one, whatever the variables of a pipeline say', () => {
  const around = { env: { CI: 'true' }, platform: 'linux', isTerminal: true };
  expect(wayToSignIn('auto', around)).toBe('device-code');
});

it.each(['browser', 'device-code', 'paste'] as const)('%s is taken where it is chosen', (way) => {
  const around = { env: { CI: 'true' }, platform: 'linux', isTerminal: false };
  expect(wayToSignIn(way, around)).toBe(way);
});
