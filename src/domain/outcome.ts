import { addTo, minutes } from './duration.ts';
import type { Approver } from './policy.ts';
import type { PimRequest } from './request.ts';
import { endOfRequest, statusGroupOf } from './status.ts';

/**
 * What became of an activation: a closed set. Only `active` means that the privilege is there.
 */
export type Outcome =
  | { readonly kind: 'active'; readonly until: Date | null; readonly already: boolean }
  | { readonly kind: 'scheduled'; readonly from: Date }
  | { readonly kind: 'pending-approval'; readonly approvers: readonly Approver[] }
  | { readonly kind: 'in-progress'; readonly status: string }
  | { readonly kind: 'denied'; readonly status: string }
  | { readonly kind: 'failed'; readonly status: string };

/** What is known beside Microsoft's answer. */
export interface Judging {
  readonly approvers: readonly Approver[];
  readonly now: Date;
  /** The request asked for a start to come; else a start slightly ahead is only their clock. */
  readonly isForLater: boolean;
}

const CLOCK_SKEW = minutes(5);

function later({ startTime }: PimRequest, { now, isForLater }: Judging): Outcome | undefined {
  const isAhead = startTime && startTime > (isForLater ? now : addTo(now, CLOCK_SKEW));
  return isAhead ? { kind: 'scheduled', from: startTime } : undefined;
}

/**
 * Reads Microsoft's status of an activation. A 201 is not success: only `Provisioned` with a start
 * that has come is. `Granted` is a promise for later, or still in work. An unknown status counts as in work, and is shown.
 */
export function judge(request: PimRequest, judging: Judging): Outcome {
  const status = request.status;
  if (status.toLowerCase() === 'revoked') return { kind: 'failed', status };
  switch (statusGroupOf(status) ?? 'working') {
    case 'done':
      return (
        later(request, judging) ?? { kind: 'active', until: endOfRequest(request), already: false }
      );
    case 'accepted':
      return later(request, judging) ?? { kind: 'in-progress', status };
    case 'waits':
      return { kind: 'pending-approval', approvers: judging.approvers };
    case 'denied':
      return { kind: 'denied', status };
    case 'failed':
      return { kind: 'failed', status };
    case 'working':
      return { kind: 'in-progress', status };
  }
}

/** True when looking again can change nothing soon: settled, or in the hands of a person. */
export function isSettled(outcome: Outcome): boolean {
  return outcome.kind !== 'in-progress';
}
