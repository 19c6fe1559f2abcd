import { mayApprove } from './policies.ts';
import { notFound, Problem } from './problem.ts';
import { requestById } from './request-life.ts';
import type { Tenant } from './tenant.ts';

export interface Verdict {
  readonly requestId: string;
  readonly by: string;
  readonly result: 'Approve' | 'Deny';
  readonly justification?: string;
}

/**
 * Somebody decides on a waiting request, of any surface.
 * @throws Problem 404 for an unknown request, 403 for who is no approver, 409 when it is over already.
 */
export function decide(tenant: Tenant, verdict: Verdict): Promise<void> {
  const { requestId, by, result, justification = '' } = verdict;
  return tenant.write((state) => {
    const life = requestById(state, requestId);
    if (!life?.approval) throw notFound(`Approval ${requestId}`);
    if (!mayApprove(state, by, life.request)) {
      throw new Problem(403, 'Forbidden', 'The caller is not an approver of this request.');
    }
    if (life.status !== 'PendingApproval') {
      throw new Problem(409, 'Conflict', 'The approval stage was already decided.');
    }
    const at = state.now.toISOString();
    return {
      entry: { kind: 'decision', at, requestId: life.request.id, by, result, justification },
      answer: undefined,
    };
  });
}
