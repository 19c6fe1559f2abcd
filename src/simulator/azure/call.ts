import type { Looking } from '../awaiting.ts';
import type { Behaviour } from '../behaviour.ts';
import type { JsonObject } from '../graph/json.ts';
import type { Tenant, TenantState } from '../tenant.ts';
import type { Caller, SimRequest } from '../world.ts';
import type { AzureBehaviour } from './azure-behaviour.ts';

/** One call after its token was accepted: everything that a route may look at. */
export interface ArmCall {
  readonly request: SimRequest;
  /** What the address says before `/providers/Microsoft.Authorization`; `''` = the root. */
  readonly scope: string;
  /** What the route's pattern captured, decoded. */
  readonly params: readonly string[];
  readonly caller: Caller;
  readonly tenant: Tenant;
  /** As it was when the call came. */
  readonly state: TenantState;
  /** Switches that all surfaces share. */
  readonly behaviour: Behaviour;
  readonly azure: AzureBehaviour;
  /** Whether it came through `/batch`. */
  readonly isBatched: boolean;
}

/** What a route answers; `null` = no body. */
export interface ArmAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: JsonObject | null;
}

/** One kind of address below `/{scope}/providers/Microsoft.Authorization/`. */
export interface ArmRoute {
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'POST';
  readonly path: RegExp;
  /** Every api-version that this kind of resource has. */
  readonly versions: readonly string[];
  readonly run: (call: ArmCall) => ArmAnswer | Promise<ArmAnswer>;
}

export function ok(body: JsonObject): ArmAnswer {
  return { status: 200, body };
}

export function paramOf(call: ArmCall, index: number): string {
  return call.params[index] ?? '';
}

export function queryOf(call: ArmCall, name: string): string | null {
  return call.request.url.searchParams.get(name);
}

/** Whose view of approvals, and how current it is. */
export function looking({ caller, behaviour }: ArmCall): Looking {
  return { userId: caller.objectId, stale: behaviour.staleApproverRows };
}

/** A path below the provider, without case. */
export function pathOf(pattern: string): RegExp {
  return new RegExp(`^${pattern}/?$`, 'iu');
}

export const NAME = '([^/]+)';
export const PIM_VERSIONS = ['2020-10-01', '2020-10-01-preview'];
