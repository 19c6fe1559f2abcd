import { addTo, minutes } from './duration.ts';
import type { Approver } from './policy.ts';
import type { ActivationRequest } from './request.ts';

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

export type OutcomeKind = Outcome['kind'];

type StatusGroup = 'done' | 'accepted' | 'waits' | 'working' | 'denied' | 'failed';

/** Graph's documented strings and ARM's enum, in lower case. Reference: request resource type. */
const GROUPS: Readonly<Record<string, StatusGroup>> = {
  provisioned: 'done',
  granted: 'accepted',
  schedulecreated: 'accepted',
  pendingapproval: 'waits',
  pendingadmindecision: 'waits',
  pendingapprovalprovisioning: 'waits',
  accepted: 'working',
  pendingevaluation: 'working',
  pendingprovisioning: 'working',
  pendingschedulecreation: 'working',
  provisioningstarted: 'working',
  pendingexternalprovisioning: 'working',
  pendingrevocation: 'working',
  adminapproved: 'working',
  denied: 'denied',
  admindenied: 'denied',
  failed: 'failed',
  failedasresourceislocked: 'failed',
  canceled: 'failed',
  timedout: 'failed',
  invalid: 'failed',
  revoked: 'failed',
};

function endOf(request: ActivationRequest): Date | null {
  if (request.endTime) return request.endTime;
  const { startTime, duration } = request;
  return startTime && duration ? addTo(startTime, duration) : null;
}

/** What is known beside Microsoft's answer. */
export interface Judging {
  readonly approvers: readonly Approver[];
  readonly now: Date;
  /** The request asked for a start to come; else a start slightly ahead is only their clock. */
  readonly isForLater: boolean;
}

const CLOCK_SKEW = minutes(5);

function later(
  { startTime }: ActivationRequest,
  { now, isForLater }: Judging,
): Outcome | undefined {
  const isAhead = startTime && startTime > (isForLater ? now : addTo(now, CLOCK_SKEW));
  return isAhead ? { kind: 'scheduled', from: startTime } : undefined;
}

/**
 * Reads Microsoft's status. A 201 is not success: only `Provisioned` with a start that has come is.
 * `Granted` is a promise for later, or still in work. An unknown status counts as in work, and is shown.
 */
export function judge(request: ActivationRequest, judging: Judging): Outcome {
  const status = request.status;
  switch (GROUPS[status.toLowerCase()] ?? 'working') {
    case 'done':
      return later(request, judging) ?? { kind: 'active', until: endOf(request), already: false };
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
