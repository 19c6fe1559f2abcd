import { PimError } from '../domain/errors.ts';
import type { StateDirectory } from '../domain/ports.ts';
import type { AzureBehaviour } from './azure/azure-behaviour.ts';
import type { Behaviour } from './behaviour.ts';
import {
  type Companies,
  companyOf,
  decideIn,
  homeIdOf,
  openCompanies,
  type Scenarios,
  userNames,
} from './companies.ts';
import { control, type ControlParts, type Decision } from './control.ts';
import {
  behaviourSwitches,
  type BehaviourSwitches,
  type MovableClock,
  movableClock,
} from './controls.ts';
import { type Effect, effectOf } from './effect.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Account } from './identity/accounts.ts';
import { createIdentity } from './identity/identity.ts';
import type { IdentityBehaviour } from './identity/identity-behaviour.ts';
import type { Revocation } from './identity/revocations.ts';
import { openSigningKey } from './identity/signing-key.ts';
import { largeScenario } from './large-scenario.ts';
import { createRequestLog, type RequestLog } from './request-log.ts';
import { contosoScenario, fabrikamScenario, type Scenario } from './scenario.ts';
import { listen, problem, type Respond } from './server.ts';
import { serviceNamed, serviceOf } from './services.ts';
import { type Services, servicesOf, type Work } from './tenant-services.ts';
import type { SimClock, SimRequest, SimResponse } from './world.ts';

export interface SimulatorOptions {
  readonly clock: SimClock;
  /** The services' clock is ahead of `clock` by so much; negative: behind it. */
  readonly skewSeconds?: number;
  /** Default: the Contoso company. */
  readonly scenario?: Scenario;
  /** Further tenants at the same address. Default: Fabrikam beside Contoso, else none. */
  readonly others?: readonly Scenario[];
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
  /** All of them; the first is `scenario`. */
  readonly tenants: Scenarios;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly behaviour: BehaviourSwitches;
  /** The services' own: with their skew, and what `advance` added. */
  readonly clock: SimClock & Pick<MovableClock, 'skewSeconds'>;
  advance(seconds: number): void;
  /**
   * In the tenant that has the request. People are called by object id or user principal name, guests also
   * by those they have at home; so with `revoke`.
   * @throws Problem as the approval would be refused.
   */
  decide(decision: Decision): Promise<void>;
  /** Makes the refresh tokens that person has so far unusable, in all tenants; more, or less, if told. */
  revoke(user: string, what?: Revocation): void;
  /** Every token and code handed out, so that a test can search logs for them. */
  issuedSecrets(): readonly string[];
  /** PKCE verifiers and demanded claims that clients have shown so far. */
  presentedSecrets(): readonly string[];
  /** Cuts open connections and stops listening. */
  stop(): Promise<void>;
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

function requireUser(scenarios: Scenarios, name: string | undefined): void {
  const names = userNames(scenarios);
  if (name === undefined || names.includes(name)) return;
  throw new PimError('configuration', 'The made-up tenant has no user of that name.', {
    fix: `Choose one of ${names.join(', ')}.`,
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

function scenariosFor(options: SimulatorOptions): Scenarios {
  const { scenario, eligibilities, others } = options;
  if (scenario) return [scenario, ...(others ?? [])];
  if (eligibilities !== undefined) return [largeScenario({ eligibilities }), ...(others ?? [])];
  return [contosoScenario(), ...(others ?? [fabrikamScenario()])];
}

/** What somebody's roles and groups come to, in the tenant of that account. */
function effectIn(
  companies: Companies,
  behaviour: BehaviourSwitches,
): (account: Account) => Promise<Effect> {
  return async ({ directory, user }) => {
    const { journal, tenant } = companyOf(companies, directory.tenant.id);
    await journal.refresh();
    return effectOf(tenant.state(), user.id, behaviour.identity().effectLagSeconds);
  };
}

/**
 * Starts a tenant that speaks HTTP where Microsoft does: sign-in, Graph and ARM on one loopback port.
 * @throws PimError `configuration` for an unknown `signInAs`, a taken port, an unreadable directory.
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { state, port = 0, tls } = options;
  const tenants = scenariosFor(options);
  const [scenario] = tenants;
  requireUser(tenants, options.signInAs);
  const clock = movableClock(options.clock, options.skewSeconds);
  const behaviour = behaviourSwitches({
    graph: options.behaviour,
    azure: options.azure,
    identity: identityBehaviourOf(options),
  });
  const companies = openCompanies(tenants, { clock, state });
  const key = await openSigningKey(state);
  const server = await listen({ port, clock, tls });
  const { origin } = server;
  const identity = createIdentity({
    clock,
    directories: tenants,
    key,
    behaviour: behaviour.identity,
    effect: effectIn(companies, behaviour),
  });
  const parts: ControlParts = {
    scenario,
    tenants,
    clock,
    faults: createFaults(clock),
    requests: createRequestLog(),
    behaviour,
    identity,
    decide: (decision) => decideIn(companies, decision),
  };
  server.serve(responder(parts, servicesOf(companies, behaviour, identity)));
  return {
    ...parts,
    origin,
    tenantId: scenario.tenant.id,
    environment: environmentOf(origin, { scenario, tls }),
    advance: clock.advance,
    revoke: (user, what = {}) => identity.revoke(homeIdOf(tenants, user), what),
    issuedSecrets: identity.issuedSecrets,
    presentedSecrets: identity.presentedSecrets,
    stop: server.stop,
  };
}
