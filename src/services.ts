/**
 * Wires the adapters to what the operations need. Loaded on the first call only: the MCP server has
 * answered `initialize` and `tools/list` long before.
 */
import path from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import { checkApp } from './auth/app-check.ts';
import { withCredentials } from './auth/credentials.ts';
import { createSignIn } from './auth/sign-in.ts';
import type { Services } from './cli/run-operation.ts';
import type { Clock, Http, Keyring, SignIn, StateDirectory } from './domain/ports.ts';
import type { Settings } from './domain/settings.ts';
import { createSurfaces } from './entra/surfaces.ts';
import { createVerification } from './entra/verify/verification.ts';
import { Catalogues } from './operations/catalogue.ts';
import type { Groundwork } from './operations/operation.ts';
import { Writes } from './operations/writes.ts';
import { azureCliToken } from './platform/azure-cli.ts';
import { openBrowser } from './platform/browser.ts';
import { systemClock } from './platform/clock.ts';
import { createDiagnostics, createMachineDiagnostics } from './platform/diagnostics.ts';
import { readSettings } from './platform/environment.ts';
import { createHttp } from './platform/http.ts';
import { openJournal } from './platform/journal.ts';
import { createKeyring } from './platform/keyring.ts';
import { createLog } from './platform/log.ts';
import { withLog } from './platform/logged-http.ts';
import { openMemoryDirectory } from './platform/memory-directory.ts';
import { stateDirectoryPath } from './platform/paths.ts';
import {
  environment,
  handedTokens,
  isInputTerminal,
  readLine,
  terminal,
} from './platform/process.ts';
import { restrictTo } from './platform/restrict-http.ts';
import { openStateDirectory } from './platform/state-directory.ts';
import { wayToSignIn } from './platform/surroundings.ts';

export interface Session {
  readonly isDemo: boolean;
  /** How long a call waits for a person who is signing in. */
  readonly patienceMs: number;
  /** Somebody reads standard error, and may type: a shell, not an AI client. */
  readonly isAttended: boolean;
  /** Settings given as flags. */
  readonly given?: Readonly<Record<string, string>>;
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
  readonly way: NonNullable<Parameters<typeof createSignIn>[0]['way']>;
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

function realGround({ given, isAttended }: Session): Ground {
  const env = { ...environment(), ...given };
  const settings = readSettings(env);
  const isSimulator = settings.endpoints.authority.kind === 'simulator';
  return {
    settings,
    way: wayToSignIn(settings.signInWay.value, {
      env,
      isTerminal: isAttended && isInputTerminal(),
    }),
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
      azureClientId: { value: DEMO_CLIENT_ID, source: 'demo' },
      // The demo asks nobody for the keyring.
      tokenStore: { value: 'file', source: 'demo' },
      isDemo: true,
    },
    statePath,
    openBrowser: selfSignIn,
    way: 'browser',
    // Nobody has to open an address: the tenant signs its visitor in by itself.
    notify: () => undefined,
    close: () => simulator.stop(),
  };
}

/** What a sign-in stands on. */
interface Footing {
  readonly env: NodeJS.ProcessEnv;
  readonly http: Http;
  readonly clock: Clock;
  readonly state: StateDirectory;
  readonly keyring: Keyring;
}

function openSignIn(session: Session, ground: Ground, base: Footing): SignIn {
  const { isDemo, patienceMs, isAttended } = session;
  const { settings, openBrowser: open, notify, way } = ground;
  const { env, clock, state } = base;
  const log = createLog(settings.logLevel.value, clock, terminal.err);
  const isKept = settings.tokenStore.value !== 'memory';
  const signIn = createSignIn({
    ...base,
    ...(log !== null && { log }),
    settings,
    state: isKept ? state : openMemoryDirectory(),
    openBrowser: open,
    notify,
    way,
    isAttended,
    // Standard input belongs to the protocol where a client is served.
    ...(isAttended && isInputTerminal() && { readLine }),
    responseMode: settings.responseMode,
    patienceMs,
  });
  if (isDemo) return signIn;
  const { armOrigin } = settings.endpoints;
  return withCredentials(signIn, {
    settings,
    clock,
    given: handedTokens(),
    azureCli: (tenantId) => azureCliToken(armOrigin, tenantId, env),
  });
}

/** @throws PimError `configuration` naming the setting that is wrong. */
export async function openServices(session: Session): Promise<Opened> {
  const { isDemo } = session;
  const ground = isDemo ? await demoGround() : realGround(session);
  const { settings } = ground;
  const { endpoints } = settings;
  const env = environment();
  const connection = createHttp({ env });
  // Tokens and codes can go to these origins and to no other, whatever an answer says.
  const { authority, graphOrigin, armOrigin } = endpoints;
  const log = createLog(settings.logLevel.value, systemClock, terminal.err);
  const allowed = restrictTo(connection, [authority.origin, graphOrigin, armOrigin]);
  const http = log === null ? allowed : withLog(allowed, log, systemClock);
  const state = openStateDirectory(ground.statePath);
  const clock = systemClock;
  const keyring = createKeyring({ helper: KEYRING_HELPER, env, clock });
  const signIn = openSignIn(session, ground, { env, http, clock, state, keyring });
  const { version } = packageJson;
  const userAgent = `entra-pim/${version}`;
  const random = Math.random;
  const wire = { http, signIn, clock, endpoints, random, userAgent };
  const surfaces = createSurfaces(wire);
  return {
    services: {
      catalogues: new Catalogues(surfaces, clock),
      signIn,
      clock,
      settings,
      journal: openJournal(state, warn),
      writes: new Writes(),
      verification: createVerification(wire),
      diagnostics: createDiagnostics({
        env,
        http,
        clock,
        state,
        keyring,
        version,
        app: (resource) => checkApp(resource, { http, settings }),
      }),
    },
    async close() {
      await connection.close();
      await ground.close();
    },
  };
}

/** For who can do something although a setting is wrong. Reads no settings, opens nothing. */
export function openGroundwork(): Omit<Groundwork, 'error'> {
  const env = environment();
  const state = openStateDirectory(stateDirectoryPath(env));
  const { version } = packageJson;
  return { clock: systemClock, diagnostics: createMachineDiagnostics({ env, state, version }) };
}
