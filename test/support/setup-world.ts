import { chmod, copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Io } from '../../src/cli/io.ts';
import type { SetupWorld } from '../../src/cli/setup/world.ts';
import { createAz } from '../../src/platform/az.ts';
import { createConfigFiles } from '../../src/platform/config-files.ts';
import { readSettings } from '../../src/platform/environment.ts';
import { fakeClock } from './fake-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

const azState = z.looseObject({
  apps: z.array(z.looseObject({ appId: z.string(), displayName: z.string() })),
  principals: z.array(z.looseObject({ appId: z.string() })),
  runs: z.array(z.string()),
});

type AzState = z.infer<typeof azState>;

export const TENANT = '5e0ce6b1-7c0c-4a7f-9a4b-6d0d4f2f8d11';

const SIGNED_IN = {
  account: {
    tenantId: TENANT,
    environmentName: 'AzureCloud',
    user: { name: 'ada@contoso.example' },
  },
  domains: ['contoso.onmicrosoft.com', 'contoso.example'],
  apps: [],
  principals: [],
  runs: [],
  refuse: {},
  lagging: 0,
};

/** A folder with an `az` of ours in it, and the file that it keeps its directory in. */
export async function installAz(folder: string, changes: Readonly<Record<string, unknown>> = {}) {
  const bin = path.join(folder, 'bin');
  const file = path.join(folder, 'az.json');
  await mkdir(bin);
  await copyFile(path.join(import.meta.dirname, 'fake-az.cjs'), path.join(bin, 'az'));
  await chmod(path.join(bin, 'az'), 0o755);
  await symlink(process.execPath, path.join(bin, 'node'));
  await writeFile(file, JSON.stringify({ ...SIGNED_IN, ...changes }));
  return {
    env: { PATH: `${bin}:/usr/bin:/bin`, FAKE_AZ: file },
    state: async (): Promise<AzState> => azState.parse(JSON.parse(await readFile(file, 'utf8'))),
    change: async (more: Readonly<Record<string, unknown>>): Promise<void> => {
      const now: unknown = JSON.parse(await readFile(file, 'utf8'));
      await writeFile(file, JSON.stringify({ ...azState.parse(now), ...more }));
    },
  };
}

export interface SetupOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly answer?: string | null;
}

/** A user's machine, with a real file system and an Azure CLI in a process of its own. */
export async function openSetup({
  env = {},
  platform = 'linux',
  answer = null,
}: SetupOptions = {}) {
  const folder = await temporaryFolder();
  let out = '';
  let err = '';
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    columns: null,
    command: 'entra-pim',
  };
  const world: SetupWorld = {
    machine: { platform, home: folder, folder, env },
    files: createConfigFiles(fakeClock()),
    // Pauses are over at once.
    clock: { ...fakeClock(), sleep: () => Promise.resolve() },
    az: createAz(env, new AbortController().signal),
    start: async () => ({ version: '1.2.3', env: {}, checkout: null, platform }),
    settings: () => readSettings(env),
    registration: () => readSettings(env),
    ask: async () => answer,
  };
  return { folder, io, world, said: () => ({ out, err }) };
}
