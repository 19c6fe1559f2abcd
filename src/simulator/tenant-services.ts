import { createArm } from './azure/handler.ts';
import type { Companies, Company } from './companies.ts';
import type { BehaviourSwitches } from './controls.ts';
import { createGraph } from './graph/handler.ts';
import type { Identity } from './identity/identity.ts';
import type { ArmToken } from './identity/tokens.ts';
import type { SharedJournal } from './journal-file.ts';
import type { Caller, SimRequest, SimResponse } from './world.ts';

export type Work = (request: SimRequest) => Promise<SimResponse>;

/** What lies behind the sign-in. */
export interface Services {
  readonly graph: Work;
  readonly azure: Work;
}

/** Graph and Azure Resource Manager of one tenant, for whom its tokens let in. */
interface TenantServices {
  readonly graph: (request: SimRequest, caller: Caller | null) => Promise<SimResponse>;
  readonly azure: (request: SimRequest, token: ArmToken) => Promise<SimResponse>;
}

/** On a journal that others may write as well: reads see their entries, writes take turns. */
async function onJournal(
  journal: SharedJournal,
  { method }: SimRequest,
  work: () => Promise<SimResponse>,
): Promise<SimResponse> {
  if (method !== 'GET') return journal.exclusive(work);
  await journal.refresh();
  return work();
}

function servicesFor({ tenant, journal }: Company, behaviour: BehaviourSwitches): TenantServices {
  const graph = createGraph(tenant, behaviour.graph, {
    effectLagSeconds: () => behaviour.identity().effectLagSeconds,
  });
  const azure = createArm(tenant, behaviour);
  return {
    graph: (request, caller) =>
      onJournal(journal, request, () => graph(request, () => Promise.resolve(caller))),
    azure: (request, token) =>
      onJournal(journal, request, () => azure(request, () => Promise.resolve(token))),
  };
}

/** Each request goes to the tenant that its token is of; one without a good token is refused anywhere. */
export function servicesOf(
  companies: Companies,
  behaviour: BehaviourSwitches,
  identity: Identity,
): Services {
  const [first, ...others] = companies;
  const ofFirst = servicesFor(first, behaviour);
  const ofOthers = new Map(
    others.map((company) => [company.scenario.tenant.id, servicesFor(company, behaviour)]),
  );
  const of = (tenantId = ''): TenantServices => ofOthers.get(tenantId) ?? ofFirst;
  return {
    graph: async (request) => {
      const caller = await identity.authenticate(request.headers['authorization']);
      return of(caller?.tenantId).graph(request, caller);
    },
    azure: async (request) => {
      const token = await identity.authenticateArm(request.headers['authorization']);
      const tenantId = token.kind === 'accepted' ? token.caller.tenantId : undefined;
      return of(tenantId).azure(request, token);
    },
  };
}
