import { PimError } from '../domain/errors.ts';
import type { StateDirectory } from '../domain/ports.ts';
import type { AzureBehaviour } from './azure/azure-behaviour.ts';
import { createArm } from './azure/handler.ts';
import type { Behaviour } from './behaviour.ts';
import { control, type ControlParts, type Decision, userIdOf } from './control.ts';
import { behaviourSwitches, type BehaviourSwitches, movableClock } from './controls.ts';
import { decide } from './decide.ts';
import { effectOf } from './effect.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGraph } from './graph/handler.ts';
import { createIdentity } from './identity/identity.ts';
import type { IdentityBehaviour } from './identity/identity-behaviour.ts';
import { openSigningKey } from './identity/signing-key.ts';
import { openSharedJournal, type SharedJournal } from './journal-file.ts';
import { largeScenario } from './large-scenario.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { contosoScenario, type Scenario } from './scenario.ts';
import { listen, problem, type Respond } from './server.ts';
import { serviceNamed, serviceOf } from './services.ts';
import { openTenant, type Tenant } from './tenant.ts';
import type { SimClock, SimRequest, SimResponse } from './world.ts';

export interface SimulatorOptions {
  readonly clock: SimClock;
  /** Default: the Contoso company. */
  readonly scenario?: Scenario;
  /** Instead of a scenario: a generated company whose default user has so many of them. */
  readonly eligibilities?: number;
  readonly behaviour?: Partial<Behaviour>;
  readonly azure?: Partial<AzureBehaviour>;
  readonly identity?: Partial<IdentityBehaviour>;
  /** Keeps what happened, and the signing key: several processes then are one tenant. */
  readonly state?: StateDirectory;
  /** Default: any free one. */
  readonly port?: number;
  /** Default: a person picks an account. */
  readonly signIn?: IdentityBehaviour['signIn'];
  /** User principal name, for automatic sign-in. */
  readonly signInAs?: string;
  /**
   * Key and certificate of the server, PEM. Then it speaks HTTPS under Microsoft's own names, told apart
   * by the Host header; under loopback's it is only steered.
   */
  readonly tls?: string | undefined;
}

export interface RunningSimulator {
  /** `http://127.0.0.1:PORT`; with TLS `https://localhost:PORT`. */
  readonly origin: string;
  readonly tenantId: string;
  /** Points any command of ours here. With TLS the names do, and it says where it can be steered. */
  readonly environment: Readonly<Record<string, string>>;
  readonly scenario: Scenario;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly behaviour: BehaviourSwitches;
  /** With what `advance` added. */
  readonly clock: SimClock;
  advance(seconds: number): void;
  /** @throws Problem as the approval would be refused. */
  decide(decision: Decision): Promise<void>;
  /** Makes the refresh tokens that user (name or id) has so far unusable. */
  revoke(user: string): void;
  /** Every token and code handed out, so that a test can search logs for them. */
  issuedSecrets(): readonly string[];
  /** PKCE verifiers and demanded claims that clients have shown so far. */
  presentedSecrets(): readonly string[];
  /** Cuts open connections and stops listening. */
  stop(): Promise<void>;
}

type Work = (request: SimRequest) => Promise<SimResponse>;

/** What lies behind the sign-in. */
interface Services {
  readonly graph: Work;
  readonly azure: Work;
}

const NOT_FOUND: SimResponse = { status: 404, headers: {}, body: '' };

function dispatcher({ identity }: ControlParts, { graph, azure }: Services): Work {
  return async (request) => {
    const service = serviceOf(request);
    if (service === 'azure') return azure(request);
    if (service === 'graph') return graph(request);
    const answer = await identity.handle(request);
    if (answer) return answer;
    return service === 'identity' ? NOT_FOUND : graph(request);
  };
}

/** What is asked under a loopback name: to be steered; without TLS also everything else. */
async function onLoopback(parts: ControlParts, request: SimRequest): Promise<SimResponse | null> {
  const controlled = await control(parts, request);
  if (controlled || request.url.protocol === 'http:') return controlled;
  const message = 'Under this name there is /simulator/ only; ask under one of the real names.';
  return problem(421, 'MisdirectedRequest', message);
}

/** Control requests are neither logged nor made to fail; everything else is both. */
function responder(parts: ControlParts, services: Services): Respond {
  const work = dispatcher(parts, services);
  return async (request, gone) => {
    const isNamed = serviceNamed(request.headers['host']) !== null;
    const answered = isNamed ? null : await onLoopback(parts, request);
    if (answered) return answered;
    const end = parts.requests.begin(request);
    let answer: SimResponse | null = null;
    try {
      answer = await parts.faults.run({ request, gone, work: () => work(request) });
      return answer;
    } finally {
      end(answer?.status ?? null);
    }
  };
}

function identityBehaviourOf(options: SimulatorOptions): Partial<IdentityBehaviour> {
  const { signIn, signInAs, identity } = options;
  return {
    ...identity,
    ...(signIn === undefined ? {} : { signIn }),
    ...(signInAs === undefined ? {} : { signInAs }),
  };
}

function requireUser(scenario: Scenario, name: string | undefined): void {
  if (name === undefined) return;
  if (scenario.users.some((user) => user.userPrincipalName === name)) return;
  throw new PimError('configuration', 'The made-up tenant has no user of that name.', {
    fix: `Choose one of ${scenario.users.map((user) => user.userPrincipalName).join(', ')}.`,
  });
}

function environmentOf(
  origin: string,
  { scenario, tls }: { readonly scenario: Scenario; readonly tls: string | undefined },
): Record<string, string> {
  if (tls !== undefined) return { AZURE_TENANT_ID: scenario.tenant.id, SIMULATOR_URL: origin };
  return {
    AZURE_AUTHORITY_HOST: origin,
    ENTRA_PIM_GRAPH_URL: origin,
    ENTRA_PIM_ARM_URL: origin,
    AZURE_TENANT_ID: scenario.tenant.id,
  };
}

/** On a journal that others may write as well: reads see their entries, writes take turns. */
function onJournal(journal: SharedJournal, work: Work): Work {
  return async (request) => {
    if (request.method !== 'GET') return journal.exclusive(() => work(request));
    await journal.refresh();
    return work(request);
  };
}

/** Graph and Azure Resource Manager on one tenant. */
function servicesOf(tenant: Tenant, journal: SharedJournal, parts: ControlParts): Services {
  const { behaviour, identity } = parts;
  const graph = createGraph(tenant, behaviour.graph, {
    effectLagSeconds: () => behaviour.identity().effectLagSeconds,
  });
  const azure = createArm(tenant, behaviour);
  return {
    graph: onJournal(journal, (request) => graph(request, identity.authenticate)),
    azure: onJournal(journal, (request) => azure(request, identity.authenticateArm)),
  };
}

function scenarioFor({ eligibilities }: SimulatorOptions): Scenario {
  return eligibilities === undefined ? contosoScenario() : largeScenario({ eligibilities });
}

/**
 * Starts a tenant that speaks HTTP where Microsoft does: sign-in, Graph and ARM on one loopback port.
 * @throws PimError `configuration` for an unknown `signInAs`, a taken port, an unreadable directory.
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { scenario = scenarioFor(options), state, port = 0, tls } = options;
  requireUser(scenario, options.signInAs);
  const clock = movableClock(options.clock);
  const behaviour = behaviourSwitches({
    graph: options.behaviour,
    azure: options.azure,
    identity: identityBehaviourOf(options),
  });
  const journal = openSharedJournal(state);
  const tenant = openTenant({ scenario, clock, journal });
  const key = await openSigningKey(state);
  const server = await listen({ port, clock, tls });
  const { origin } = server;
  const identity = createIdentity({
    clock,
    directory: scenario,
    key,
    behaviour: behaviour.identity,
    effect: async (userId) => {
      await journal.refresh();
      return effectOf(tenant.state(), userId, behaviour.identity().effectLagSeconds);
    },
  });
  const parts: ControlParts = {
    scenario,
    clock,
    faults: createFaults(clock),
    requests: createRequestLog(),
    behaviour,
    identity,
    decide: ({ by, ...decision }) =>
      journal.exclusive(() => decide(tenant, { ...decision, by: userIdOf(scenario, by) })),
  };
  server.serve(responder(parts, servicesOf(tenant, journal, parts)));
  return {
    ...parts,
    origin,
    tenantId: scenario.tenant.id,
    environment: environmentOf(origin, { scenario, tls }),
    advance: clock.advance,
    revoke: (user) => identity.revoke(userIdOf(scenario, user)),
    issuedSecrets: identity.issuedSecrets,
    presentedSecrets: identity.presentedSecrets,
    stop: server.stop,
  };
}
