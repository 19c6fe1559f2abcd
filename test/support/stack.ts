import { onTestFinished } from 'vitest';
import { checkApp } from '../../src/auth/app-check.ts';
import { createSignIn } from '../../src/auth/sign-in.ts';
import { PimError } from '../../src/domain/errors.ts';
import type { Clock, Keyring, SignIn } from '../../src/domain/ports.ts';
import type { Settings } from '../../src/domain/settings.ts';
import { createSurfaces } from '../../src/entra/surfaces.ts';
import { createVerification } from '../../src/entra/verify/verification.ts';
import { Catalogues } from '../../src/operations/catalogue.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import type { Entrance, Outcome } from '../../src/operations/operation.ts';
import type { View } from '../../src/operations/view.ts';
import { Writes } from '../../src/operations/writes.ts';
import { createDiagnostics } from '../../src/platform/diagnostics.ts';
import { readSettings } from '../../src/platform/environment.ts';
import { createHttp } from '../../src/platform/http.ts';
import { openJournal } from '../../src/platform/journal.ts';
import { restrictTo } from '../../src/platform/restrict-http.ts';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import {
  startSimulator,
  type RunningSimulator,
  type SimulatorOptions,
} from '../../src/simulator/index.ts';
import { testBrowser, type TestBrowser } from './browser.ts';
import { fakeClock } from './fake-clock.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The whole product over real HTTP: everything real but the time, and the person at the browser. */
export interface Stack {
  readonly simulator: RunningSimulator;
  readonly signIn: SignIn;
  readonly clock: Clock & { advance(milliseconds: number): void };
  readonly context: Entrance;
  readonly folder: string;
  readonly messages: readonly string[];
  /** Each address that it was sent to is a window. */
  readonly browser: TestBrowser;
  run(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    changes?: Partial<Entrance>,
  ): Promise<{ outcome: Outcome; view: View | null }>;
}

export interface StackOptions {
  readonly simulator?: Partial<SimulatorOptions>;
  readonly env?: Readonly<Record<string, string>>;
  readonly folder?: string;
  readonly browser?: TestBrowser;
  /** What `doctor` asks; default: none that can be used. */
  readonly keyring?: Keyring;
  /** A tenant that runs already: a second process of the same user, or of another (see `as`). */
  readonly beside?: Stack;
  /** Who signs in, when it is not the default user: by user principal name. */
  readonly as?: string;
}

async function noKeyring(): Promise<never> {
  throw new PimError('configuration', 'The keyring of this system cannot be used: a test.', {
    fix: 'Unlock it.',
  });
}

const NO_KEYRING: Keyring = { read: noKeyring, write: noKeyring, remove: noKeyring };

/** Longer sleeps are limits (time-outs, patience): they pass only when a test advances the time. */
const LONGEST_PAUSE_MS = 15_000;

/** Pauses between looks are over at once, and that much later; limits stand still. */
function impatientClock(): Stack['clock'] {
  const clock = fakeClock();
  return {
    now: () => clock.now(),
    advance: (milliseconds) => {
      clock.advance(milliseconds);
    },
    sleep(milliseconds, signal) {
      const slept = clock.sleep(milliseconds, signal);
      if (milliseconds <= LONGEST_PAUSE_MS && !signal?.aborted) clock.advance(milliseconds);
      return slept;
    },
  };
}

async function tenantFor(options: StackOptions, clock: Stack['clock']): Promise<RunningSimulator> {
  if (options.beside) return options.beside.simulator;
  const simulator = await startSimulator({ clock, signIn: 'automatic', ...options.simulator });
  onTestFinished(() => simulator.stop());
  return simulator;
}

/** The scenario's own app registration: it may ask for Azure as well. */
export const OWN_APP = 'bbeeb636-1d33-4c6d-96f0-da847a2a3b87';

async function signInAs(user: string, stack: Stack): Promise<void> {
  const { behaviour } = stack.simulator;
  behaviour.patch({ identity: { signInAs: user } });
  await stack.signIn.token();
  behaviour.patch({ identity: { signInAs: null } });
}

/** A second process of the same person has the folder of the first. */
async function folderFor({ folder, beside, as }: StackOptions): Promise<string> {
  const shared = as === undefined ? beside?.folder : undefined;
  return folder ?? shared ?? (await temporaryFolder());
}

export async function openStack(options: StackOptions = {}): Promise<Stack> {
  const clock = options.beside?.clock ?? impatientClock();
  const simulator = await tenantFor(options, clock);
  const settings: Settings = readSettings({
    // No test touches the keyring of whoever runs it.
    ENTRA_PIM_TOKEN_STORE: 'file',
    ...simulator.environment,
    ...options.env,
  });
  const folder = await folderFor(options);
  const env = options.env ?? {};
  const connection = createHttp({ env });
  onTestFinished(() => connection.close());
  const { authority, graphOrigin, armOrigin } = settings.endpoints;
  const http = restrictTo(connection, [authority.origin, graphOrigin, armOrigin]);
  const messages: string[] = [];
  const notify = (message: string): void => {
    messages.push(message);
  };
  const state = openStateDirectory(folder);
  const browser = options.browser ?? testBrowser();
  const signIn = createSignIn({
    settings,
    http,
    clock,
    state,
    openBrowser: browser.open,
    notify,
  });
  const wire = {
    http,
    signIn,
    clock,
    endpoints: settings.endpoints,
    random: () => 0.5,
    userAgent: 'entra-pim/test',
  };
  const surfaces = createSurfaces(wire);
  const context: Entrance = {
    catalogues: new Catalogues(surfaces, clock),
    signIn,
    clock,
    settings,
    journal: openJournal(state, notify),
    writes: new Writes(),
    verification: createVerification(wire),
    diagnostics: createDiagnostics({
      env,
      http,
      clock,
      state,
      keyring: options.keyring ?? NO_KEYRING,
      version: 'test',
      app: (resource) => checkApp(resource, { http, settings }),
    }),
    call: {},
    rowLimit: 1000,
    rowCap: 1000,
  };
  const stack: Stack = {
    simulator,
    signIn,
    clock,
    context,
    folder,
    messages,
    browser,
    run(name, input, changes = {}) {
      const operation = OPERATIONS.find((one) => one.name === name);
      if (!operation) throw new TypeError(`no operation ${name}`);
      return operation.run(input, { ...context, ...changes });
    },
  };
  if (options.as !== undefined) await signInAs(options.as, stack);
  return stack;
}
