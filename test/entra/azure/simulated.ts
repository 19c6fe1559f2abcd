import type { Clock, Http, HttpRequest, SignIn, SurfaceClient } from '../../../src/domain/ports.ts';
import { hours } from '../../../src/domain/duration.ts';
import type { ActivationOrder, PimRequest } from '../../../src/domain/request.ts';
import { createSurfaces } from '../../../src/entra/surfaces.ts';
import type { RunningSimulator, SimulatorOptions } from '../../../src/simulator/index.ts';
import { ADA, MARCUS, running, signedIn } from '../../simulator/simulator-support.ts';

export { MARCUS };

const ARM_SCOPE = 'https://management.azure.com/user_impersonation openid offline_access';

interface Sent extends HttpRequest {
  readonly url: string;
}

/** Somebody at work on the simulator's Azure, over HTTP. */
export interface Person {
  readonly azure: SurfaceClient;
  readonly objectId: string;
  /** What the client sent, in order. */
  readonly sent: readonly Sent[];
}

/** Pauses pass at once, and take the simulator along. A time limit never comes. */
function sharedClock(simulator: RunningSimulator): Clock {
  const longestPauseMs = 15_000;
  return {
    now: () => simulator.clock.now(),
    sleep: (milliseconds, signal) => {
      if (milliseconds <= longestPauseMs) {
        simulator.advance(milliseconds / 1000);
        return Promise.resolve();
      }
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('over')), { once: true });
      });
    },
  };
}

function signInWith(value: string, objectId: string, username: string): SignIn {
  const account = { objectId, tenantId: 't', username, displayName: null };
  const claims = { wids: null, groups: null };
  const token = () =>
    Promise.resolve({ value, account, claims, scopes: ['user_impersonation'] as const });
  return {
    token,
    signIn: token,
    remembered: () => Promise.resolve(account),
    accounts: () => Promise.resolve([]),
    signOut: () => Promise.resolve([]),
    declined: () => undefined,
    tokensFrom: [],
    storage: 'nowhere',
  };
}

export async function personOn(simulator: RunningSimulator, username = ADA): Promise<Person> {
  const user = simulator.scenario.users.find((each) => each.userPrincipalName === username);
  if (!user) throw new Error(`nobody is called ${username}`);
  const { access_token: value } = await signedIn(simulator, {
    scope: ARM_SCOPE,
    login_hint: username,
  });
  const sent: Sent[] = [];
  const http: Http = (url, request) => {
    sent.push({ ...request, url });
    return fetch(url, { ...request, redirect: 'manual', signal: request.signal ?? null });
  };
  const { origin } = simulator;
  const surfaces = createSurfaces({
    http,
    clock: sharedClock(simulator),
    signIn: signInWith(value, user.id, username),
    endpoints: { graphOrigin: origin, armOrigin: origin },
    random: () => 0,
    userAgent: 'entra-pim/test',
  });
  const azure = surfaces.find(({ surface }) => surface === 'azure');
  if (!azure) throw new Error('no client for Azure');
  return { azure, objectId: user.id, sent };
}

export interface World extends Person {
  readonly simulator: RunningSimulator;
}

/** Ada, on a simulator with those switches. */
export async function world(
  azure: SimulatorOptions['azure'] = {},
  others: Partial<SimulatorOptions> = {},
): Promise<World> {
  const simulator = await running({ azure, ...others });
  return { simulator, ...(await personOn(simulator)) };
}

/** The order for an eligibility of that role and place, by their names. */
export async function orderFor(
  { azure, objectId, simulator }: World,
  role: string,
  place: string,
  fields: Partial<ActivationOrder> = {},
): Promise<ActivationOrder> {
  const rows = await azure.eligibilities({});
  const row = rows.find(({ name, scope }) => name === role && scope.name === place);
  if (!row) throw new Error(`${role} at ${place} is not among the eligibilities`);
  return {
    target: row.target,
    principalId: objectId,
    startTime: simulator.clock.now(),
    duration: hours(1),
    justification: 'CHG-88',
    ticket: null,
    ...fields,
  };
}

/** `PUT`, `GET` … of what was sent to that kind of address. */
export function methodsOf({ sent }: Person, part: string): string[] {
  return sent.filter(({ url }) => url.includes(part)).map(({ method }) => method);
}

export async function activateContributor(here: World): Promise<PimRequest> {
  return here.azure.activate(await orderFor(here, 'Contributor', 'Grid Production'), {});
}
