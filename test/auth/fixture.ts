import { decodeJwt } from 'jose';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { Challenge } from '../../src/domain/challenge.ts';
import type { Clock, Keyring, SignIn, StateDirectory } from '../../src/domain/ports.ts';
import { createSignIn, type SignInOptions } from '../../src/auth/sign-in.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { readSettings } from '../../src/platform/environment.ts';
import { createHttp } from '../../src/platform/http.ts';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import {
  startSimulator,
  type RunningSimulator,
  type SimulatorOptions,
} from '../../src/simulator/index.ts';
import { testBrowser, type TestBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export const APPS = {
  /** Has Graph and Azure. */
  own: 'bbeeb636-1d33-4c6d-96f0-da847a2a3b87',
  groupsOnly: '68e58909-ccb2-4416-925a-56c9a30f4300',
  web: 'ff53a46f-5ead-403a-84c4-b877678537a3',
  /** Has Graph, not Azure. */
  oneTenant: '7c77833f-338f-4aab-b1c8-046a3c6dd345',
  retired: 'e4631b55-3fde-45b4-a886-904732dce811',
  unknown: '99999999-9999-4999-8999-999999999999',
} as const;

/** Continuous access evaluation: what it asks for is not for us to understand. */
export const FRESH = new Challenge({
  claims: '{"access_token":{"nbf":{"essential":true,"value":"1764000000"}}}',
  label: 'a fresh sign-in',
  contexts: [],
  isForPerson: false,
});

export async function tenant(options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> {
  const simulator = await startSimulator({ clock: systemClock, signIn: 'automatic', ...options });
  onTestFinished(() => simulator.stop());
  return simulator;
}

export async function newState(): Promise<StateDirectory> {
  return openStateDirectory(path.join(await temporaryFolder(), 'state'));
}

export interface Person {
  readonly signIn: SignIn;
  readonly browser: TestBrowser;
  readonly state: StateDirectory;
  readonly notices: readonly string[];
}

export interface PersonOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly state?: StateDirectory;
  readonly clock?: Clock;
  readonly browser?: TestBrowser;
  readonly responseMode?: SignInOptions['responseMode'];
  readonly keyring?: Keyring;
  /** How the person signs in, where it is not the browser here. */
  readonly elsewhere?: Pick<SignInOptions, 'way' | 'isAttended' | 'readLine' | 'log'>;
  /** Where what is said goes. */
  readonly notices?: string[];
}

/** No test touches the keyring of whoever runs it. */
const NO_KEYRING = { ENTRA_PIM_TOKEN_STORE: 'file' };

/** Somebody at a computer that is pointed at the simulator. */
export async function person(
  environment: Readonly<Record<string, string>>,
  options: PersonOptions = {},
): Promise<Person> {
  const { env = {}, clock = systemClock, browser = testBrowser(), responseMode } = options;
  const state = options.state ?? (await newState());
  const { notices = [], elsewhere = {} } = options;
  const http = createHttp({ env: {} });
  onTestFinished(() => http.close());
  const signIn = createSignIn({
    settings: readSettings({ ...NO_KEYRING, ...environment, ...env }),
    http,
    clock,
    state,
    openBrowser: browser.open,
    notify: (message) => notices.push(message),
    ...(responseMode === undefined ? {} : { responseMode }),
    ...elsewhere,
    ...(options.keyring === undefined ? {} : { keyring: options.keyring }),
  });
  return { signIn, browser, state, notices };
}

/** Paths of the requests to the identity half so far, without the tenant. */
export function identityRequests({ requests }: RunningSimulator): string[] {
  return requests.all().map(({ method, path: where }) => `${method} ${where.split('/').at(-1)}`);
}

export function tokenRequests(simulator: RunningSimulator): number {
  return identityRequests(simulator).filter((request) => request === 'POST token').length;
}

/** What a promise was rejected with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => error,
  );
}

/** Whom a token of the simulator is for. */
export function audienceOf(token: string): unknown {
  return decodeJwt(token).aud;
}
