import { minutes } from '../domain/duration.ts';
import type { Plan, Wish } from '../domain/plan.ts';
import type { Account, Call, SurfaceClient } from '../domain/ports.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { ActivationOrder, PimRequest } from '../domain/request.ts';
import type { Exchange } from '../domain/verification.ts';
import { Catalogues } from './catalogue.ts';
import type { Context, Entrance } from './operation.ts';
import { planSet, type Step } from './plan-set.ts';

export const JUSTIFICATION = 'entra-pim doctor --verify';

const WISH: Wish = {
  // The shortest that PIM knows. It ends by itself.
  duration: minutes(5),
  startTime: null,
  justification: JUSTIFICATION,
  ticket: { number: null, system: null },
};

/** A status as it came, and when. */
interface Seen {
  readonly status: string;
  readonly at: Date;
}

/** What went over the wire, as far as it may be told. */
interface Trail {
  exchanges: readonly Exchange[];
  statuses: readonly Seen[];
}

/** One way to Microsoft, watched. */
export interface Stage {
  readonly context: Context;
  readonly trail: Trail;
}

/** What is played on it: one activation. */
export interface Scene extends Stage {
  readonly plan: Plan;
  readonly client: SurfaceClient;
}

/** The ordinary client, telling which statuses it read. */
function followed(client: SurfaceClient, trail: Trail, now: () => Date): SurfaceClient {
  const note = (request: PimRequest): PimRequest => {
    trail.statuses = [...trail.statuses, { status: request.status, at: now() }];
    return request;
  };
  return {
    ...client,
    activate: async (order, call) => note(await client.activate(order, call)),
    request: async (known, call) => note(await client.request(known, call)),
  };
}

/** The way of every activation (plan, journal, tracking), on clients that tell. */
export function openStage(entrance: Entrance, account: Account): Stage {
  const { verification, clock } = entrance;
  const trail: Trail = { exchanges: [], statuses: [] };
  const clients = verification.clients((exchange) => {
    trail.exchanges = [...trail.exchanges, exchange];
  });
  const watched = clients.map((client) => followed(client, trail, () => clock.now()));
  const catalogues = new Catalogues(watched, clock);
  const call: Call = { ...entrance.call, account, furtherSignIns: new Map() };
  const catalogue = catalogues.of(account);
  return { trail, context: { ...entrance, account, call, catalogues, catalogue } };
}

/** What is meant by the name, as `activate` would have it. @throws PimError */
export async function planOn({ context }: Stage, name: string): Promise<Step | Refusal> {
  const reading = await context.catalogue.recent(context.call);
  const asked = { names: [name], accessId: undefined, scope: undefined, wish: WISH };
  const steps = await planSet(asked, reading, context);
  if ('kind' in steps) return steps;
  const [step] = steps;
  if (step === undefined) throw new TypeError('a plan for nothing');
  return step;
}

export function sceneOf(plan: Plan, stage: Stage): Scene {
  return { ...stage, plan, client: stage.context.catalogue.client(plan.order.target.kind) };
}

/** The plan's order as of another moment: plans grow old. */
export function orderAt({ plan }: Scene, startTime: Date): ActivationOrder {
  return { ...plan.order, startTime };
}

export function forget({ trail }: Stage): void {
  trail.exchanges = [];
  trail.statuses = [];
}

/** How the last write was answered. */
export function answerOf({ trail }: Stage): string {
  const write = trail.exchanges.findLast(({ method }) => method !== 'GET');
  if (write === undefined) return 'Nothing was sent';
  return `HTTP ${write.status ?? 'none'} after ${(write.milliseconds / 1000).toFixed(1)} s`;
}

/** `PendingProvisioning after 0 s, Provisioned after 2 s` */
export function statusesOf({ trail }: Stage, from: Date): string {
  const steps = trail.statuses.map(({ status, at }) => {
    const seconds = Math.round((at.getTime() - from.getTime()) / 1000);
    return `${status} after ${seconds} s`;
  });
  return steps.join(', ') || 'no status';
}
