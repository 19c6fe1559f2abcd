import type { Behaviour } from './behaviour.ts';
import type { RequestEntry } from './journal.ts';
import { mayApprove } from './policies.ts';
import { requestsOf, type RequestLife } from './request-life.ts';
import { stateOf, type TenantState } from './tenant.ts';

/** Who looks, and how current the lists are. */
export interface Looking {
  readonly userId: string;
  readonly stale: Behaviour['staleApproverRows'];
}

/** Whether somebody could decide when the request came, whatever they may do now. */
function couldApprove(state: TenantState, userId: string, request: RequestEntry): boolean {
  const then = stateOf(state.scenario, state.entries, new Date(request.at));
  return mayApprove(then, userId, request);
}

/** Whether an approval is shown to somebody; to decide on it takes more. */
export function seesApproval(
  state: TenantState,
  { userId, stale }: Looking,
  request: RequestEntry,
): boolean {
  if (!request.needsApproval) return false;
  if (mayApprove(state, userId, request)) return true;
  return stale === 'as-pending' && couldApprove(state, userId, request);
}

/** What a list of the requests that wait for an approver shows, on every surface. */
export function awaiting(state: TenantState, looking: Looking): RequestLife[] {
  const seen = requestsOf(state).filter(({ request }) => seesApproval(state, looking, request));
  switch (looking.stale) {
    case 'none':
      return seen.filter(({ status }) => status === 'PendingApproval');
    case 'decided':
      return seen;
    case 'as-pending':
      return seen.map((life) => ({ ...life, status: 'PendingApproval' }));
  }
}
