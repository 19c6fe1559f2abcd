import type { Looking } from '../awaiting.ts';
import type { Behaviour } from '../behaviour.ts';
import type { Tenant, TenantState } from '../tenant.ts';
import type { Caller, SimRequest } from '../world.ts';
import type { JsonObject } from './json.ts';

/** One call after its token was accepted: everything that a route may look at. */
export interface GraphCall {
  readonly request: SimRequest;
  /** What the route's pattern captured, decoded. */
  readonly params: readonly string[];
  readonly caller: Caller;
  readonly tenant: Tenant;
  /** As it was when the call came. */
  readonly state: TenantState;
  readonly behaviour: Behaviour;
  /** How long after being provisioned a membership takes effect. */
  readonly effectLagSeconds: number;
}

/** What a route answers; `null` = no body. */
export interface Answer {
  readonly status: number;
  readonly body: JsonObject | null;
}

export function ok(body: JsonObject): Answer {
  return { status: 200, body };
}

export const NO_CONTENT: Answer = { status: 204, body: null };

export function queryOf(call: GraphCall, name: `$${string}`): string | null {
  return call.request.url.searchParams.get(name);
}

export function paramOf(call: GraphCall, index: number): string {
  return call.params[index] ?? '';
}

/** Whose view of approvals, and how current it is. */
export function looking({ caller, behaviour }: GraphCall): Looking {
  return { userId: caller.objectId, stale: behaviour.staleApproverRows };
}

/** Where metadata is said to be; also the base of links. */
export function contextOf(call: GraphCall, of: string): string {
  const { origin, pathname } = call.request.url;
  const version = pathname.split('/')[1] ?? '';
  return `${origin}/${version}/$metadata#${of}`;
}
