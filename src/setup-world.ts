/** What `entra-pim setup` needs, opened when it runs: other commands load none of it. */
import { homedir } from 'node:os';
import type { Launch } from './cli/client-config.ts';
import type { SetupWorld } from './cli/setup/world.ts';
import { DEFAULT_CLIENT_ID } from './domain/settings.ts';
import { ask } from './platform/ask.ts';
import { createAz } from './platform/az.ts';
import { systemClock } from './platform/clock.ts';
import { createConfigFiles } from './platform/config-files.ts';
import { readSettings } from './platform/environment.ts';
import { checkoutServer, environment, system } from './platform/process.ts';

export function openSetupWorld(openLaunch: () => Promise<Launch>, signal: AbortSignal): SetupWorld {
  const env = environment();
  const { platform, folder } = system();
  return {
    machine: { platform, folder, home: homedir(), env },
    files: createConfigFiles(systemClock),
    clock: systemClock,
    az: createAz(env, signal),
    start: async () => ({ ...(await openLaunch()), checkout: checkoutServer(), platform }),
    settings: () => readSettings(env),
    // Any id will do: the app is about to be made.
    registration: () => readSettings({ ...env, ENTRA_PIM_CLIENT_ID: DEFAULT_CLIENT_ID }),
    ask: (question) => ask(question, signal),
  };
}
