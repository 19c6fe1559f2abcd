import type { Call, SurfaceClient } from '../domain/ports.ts';
import type { ActivationOrder, PimRequest } from '../domain/request.ts';
import type { Target } from '../domain/target.ts';
import { decide, readStages, type ApprovalPlace } from './approvals.ts';
import { cancelRequest } from './cancellation.ts';
import { createExpanding } from './expansion.ts';
import { isOurActivation, isOurDeactivation } from './recognition.ts';
import { getRequest, listAwaiting, listRequests, member, type ReadRequest } from './requests.ts';
import { activationBody, deactivationBody } from './schedule.ts';
import { submit, type IsOurs } from './submission.ts';
import type { Sender } from './write.ts';

/** What differs between the surfaces of Graph, as far as requests go. */
interface RequestWire {
  readonly collection: string;
  readonly read: ReadRequest;
  /** How a body names its target. */
  readonly targetBody: (target: Target) => Record<string, unknown>;
  /** How a target is called of which no row is at hand. */
  readonly describe: (target: Target) => Pick<PimRequest, 'target' | 'name' | 'scope'>;
  /** What to `$expand`, from much to little. */
  readonly expand: { readonly mine: readonly string[]; readonly awaiting: readonly string[] };
  /** Names that did not come with the rows, where they may be read. */
  readonly named: Named;
  readonly approvals: ApprovalPlace;
}

type Named = (requests: readonly PimRequest[], call: Call) => Promise<readonly PimRequest[]>;

type RequestClient = Pick<
  SurfaceClient,
  | 'activate'
  | 'validate'
  | 'deactivate'
  | 'request'
  | 'requests'
  | 'cancel'
  | 'awaiting'
  | 'stages'
  | 'decide'
>;

/** A pass of which Microsoft said no more: what was asked, and no status of its own making. */
function unspoken(
  order: ActivationOrder,
  subject: ReturnType<RequestWire['describe']>,
): PimRequest {
  const { principalId, duration, justification, ticket } = order;
  return {
    ...subject,
    id: '',
    status: 'Unknown',
    action: 'selfActivate',
    principal: { id: principalId, name: null },
    createdTime: null,
    startTime: null,
    duration,
    endTime: null,
    justification,
    ticket,
    approvalId: null,
  };
}

/** The whole life of a request, the same for groups and Entra roles. */
export function createRequestClient(sender: Sender, wire: RequestWire): RequestClient {
  const { service: graph, clock } = sender;
  const { collection, read, targetBody, describe, named, approvals } = wire;
  const rows = { collection, read, expanding: createExpanding(...wire.expand.mine) };
  const awaiting = { ...rows, expanding: createExpanding(...wire.expand.awaiting) };

  const activation = (order: ActivationOrder, now: Date) => ({
    ...targetBody(order.target),
    ...activationBody(order, now),
  });
  const request: RequestClient['request'] = (known, call) => getRequest(graph, rows, known, call);
  const requests: RequestClient['requests'] = (call) => listRequests(graph, rows, call);
  const submission = { path: collection, read, requests };

  return {
    request,
    requests: async (call) => named(await requests(call), call),
    async activate(order, call) {
      const body = (now: Date) => activation(order, now);
      const isOurs: IsOurs = (each, moment) => isOurActivation(each, order, moment);
      return submit(sender, { ...submission, body, isOurs }, call);
    },
    async deactivate(order, call) {
      const body = () => ({ ...targetBody(order.target), ...deactivationBody(order) });
      const isOurs: IsOurs = (each, moment) => isOurDeactivation(each, order, moment);
      return submit(sender, { ...submission, body, isOurs }, call);
    },
    async validate(order, call) {
      const body = { ...activation(order, clock.now()), isValidationOnly: true };
      const passed = read(await graph.query(collection, body, call));
      // Nothing was created, so an id in the answer would lead nowhere.
      return passed ? { ...passed, id: '' } : unspoken(order, describe(order.target));
    },
    async cancel(known, call) {
      const path = `${member(collection, known.id)}/cancel`;
      await cancelRequest(sender, { path, look: (each) => request(known, each) }, call);
    },
    awaiting: async (call) => named(await listAwaiting(graph, awaiting, call), call),
    stages: (known, call) => readStages(graph, approvals, known, call),
    decide: (decision, call) => decide(sender, approvals, decision, call),
  };
}
