/**
 * Wires the adapters to what the operations need. Loaded on the first call only: the MCP server has
 * answered `initialize` and `tools/list` long before.
 */
import path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { checkApp } from './auth/app-check.ts';
import { createSignIn } from './auth/sign-in.ts';
import type { Services } from './cli/run-operation.ts';
import type { Settings } from './domain/settings.ts';
import { createSurfaces } from './entra/surfaces.ts';
import { Catalogues } from './operations/catalogue.ts';
import { Writes } from './operations/writes.ts';
import { openBrowser } from './platform/browser.ts';
import { systemClock } from './platform/clock.ts';
import { createDiagnostics } from './platform/diagnostics.ts';
import { readSettings } from './platform/environment.ts';
import { createHttp } from './platform/http.ts';
import { openJournal } from './platform/journal.ts';
import { createKeyring } from './platform/keyring.ts';
import { openMemoryDirectory } from './platform/memory-directory.ts';
import { stateDirectoryPath } from './platform/paths.ts';
import { environment, terminal } from './platform/process.ts';
import { restrictTo } from './platform/restrict-http.ts';
import { openStateDirectory } from './platform/state-directory.ts';

export interface Session {
  readonly isDemo: boolean;
  /** How long a call waits for a person who is signing in. */
  readonly patienceMs: number;
}

/** Services and what must be closed when the process is done with them. */
export interface Opened {
  readonly services: Services;
  readonly close: () => Promise<void>;
}

/** Where the parts come from in this mode: Microsoft, a simulator elsewhere, or the embedded one. */
interface Ground {
  readonly settings: Settings;
  readonly statePath: string;
  readonly openBrowser: (url: string) => Promise<void>;
  /** Says the address to sign in at, and what went wrong with the cache. */
  readonly notify: (message: string) => void;
  readonly close: () => Promise<void>;
}

function warn(message: string): void {
  terminal.err(`${message}\n`);
}

/** Beside this file in the built package. */
const KEYRING_HELPER = path.join(import.meta.dirname, 'entra-pim-keyring.js');

/** The made-up company's own app registration: unlike Microsoft's, it may have Azure as well. */
const DEMO_CLIENT_ID = 'bbeeb636-1d33-4c6d-96f0-da847a2a3b87';

function realGround(): Ground {
  const env = environment();
  const settings = readSettings(env);
  const isSimulator = settings.endpoints.authority.kind === 'simulator';
  return {
    settings,
    statePath: isSimulator ? `${stateDirectoryPath(env)}/simulator` : stateDirectoryPath(env),
    openBrowser,
    notify: warn,
    close: () => Promise.resolve(),
  };
}

async function demoGround(): Promise<Ground> {
  const [{ startSimulator }, { selfSignIn }] = await Promise.all([
    import('./simulator/index.ts'),
    import('./simulator/self-sign-in.ts'),
  ]);
  const env = environment();
  const statePath = `${stateDirectoryPath(env)}/demo`;
  const simulator = await startSimulator({
    clock: systemClock,
    state: openStateDirectory(`${statePath}/tenant`),
    signIn: 'automatic',
  });
  const { ENTRA_PIM_DEFAULT_DURATION } = env;
  return {
    // Nothing of the real settings but the taste in durations: the demo has its own tenant and app.
    settings: {
      ...readSettings({ ENTRA_PIM_DEFAULT_DURATION, ...simulator.environment }),
      tenant: { value: simulator.tenantId, source: 'demo' },
      clientId: { value: DEMO_CLIENT_ID, source: 'demo' },
      // The demo asks nobody for the keyring.
      tokenStore: { value: 'file', source: 'demo' },
      isDemo: true,
    },
    statePath,
    openBrowser: selfSignIn,
    // Nobody has to open an address: the tenant signs its visitor in by itself.
    notify: () => undefined,
    close: () => simulator.stop(),
  };
}

/** @throws PimError `configuration` naming the setting that is wrong. */
export async function openServices({ isDemo, patienceMs }: Session): Promise<Opened> {
  const ground = isDemo ? await demoGround() : realGround();
  const { settings } = ground;
  const { endpoints } = settings;
  const env = environment();
  const connection = createHttp({ env });
  // Tokens and codes can go to these origins and to no other, whatever an answer says.
  const { authority, graphOrigin, armOrigin } = endpoints;
  const http = restrictTo(connection, [authority.origin, graphOrigin, armOrigin]);
  const state = openStateDirectory(ground.statePath);
  const clock = systemClock;
  const isKept = settings.tokenStore.value !== 'memory';
  const signIn = createSignIn({
    settings,
    http,
    clock,
    state: isKept ? state : openMemoryDirectory(),
    keyring: createKeyring({ helper: KEYRING_HELPER, env, clock }),
    openBrowser: ground.openBrowser,
    notify: ground.notify,
    responseMode: settings.responseMode,
    patienceMs,
  });
  const { version } = packageJson;
  const userAgent = `entra-pim/${version}`;
  const random = Math.random;
  const surfaces = createSurfaces({ http, signIn, clock, endpoints, random, userAgent });
  return {
    services: {
      catalogues: new Catalogues(surfaces, clock),
      signIn,
      clock,
      settings,
      journal: openJournal(state, warn),
      writes: new Writes(),
      diagnostics: createDiagnostics({
        env,
        http,
        clock,
        state,
        version,
        app: () => checkApp({ http, settings }),
      }),
    },
    async close() {
      await connection.close();
      await ground.close();
    },
  };
}
