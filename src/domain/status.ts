import { addTo, minutes } from './duration.ts';
import type { PimRequest } from './request.ts';

/** What a status means for whoever waits. */
export type StatusGroup = 'done' | 'accepted' | 'waits' | 'working' | 'denied' | 'failed';

/**
 * Graph's documented strings and ARM's enum, in lower case. `revoked` ends a deactivation well, and
 * is no activation. Source: Microsoft Graph "request resource type"; ARM `RequestStatus`.
 */
const GROUPS: Readonly<Record<string, StatusGroup>> = {
  provisioned: 'done',
  revoked: 'done',
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
};

/** `undefined` for a status that we do not know. */
export function statusGroupOf(status: string): StatusGroup | undefined {
  return GROUPS[status.toLowerCase()];
}

/** When an activation ends by its own schedule; `null` where that is not said. */
export function endOfRequest({ endTime, startTime, duration }: PimRequest): Date | null {
  if (endTime) return endTime;
  return startTime && duration ? addTo(startTime, duration) : null;
}

/** One vocabulary for requests on every surface; `unknown` is shown with Microsoft's own word. */
export const REQUEST_STATES = [
  'done',
  'scheduled',
  'pending-approval',
  'in-progress',
  'denied',
  'failed',
  'canceled',
  'over',
  'unknown',
] as const;

export type RequestState = (typeof REQUEST_STATES)[number];

const BY_GROUP = {
  done: 'done',
  accepted: 'in-progress',
  waits: 'pending-approval',
  working: 'in-progress',
  denied: 'denied',
  failed: 'failed',
} as const satisfies Record<StatusGroup, RequestState>;

/** Microsoft's clock may be ahead of ours: what is provisioned starts then, not later. */
const CLOCK_SKEW = minutes(5);

function isScheduled({ startTime }: PimRequest, group: StatusGroup, now: Date): boolean {
  if (startTime === null) return false;
  if (group === 'accepted') return startTime > now;
  return group === 'done' && startTime > addTo(now, CLOCK_SKEW);
}

/** Accepted long ago and over by its own schedule: that it ever came to be, nobody said. */
function isOver(request: PimRequest, now: Date): boolean {
  const end = endOfRequest(request);
  return end !== null && end <= now;
}

export function requestStateOf(request: PimRequest, now: Date): RequestState {
  const { status } = request;
  if (status.toLowerCase() === 'canceled') return 'canceled';
  const group = statusGroupOf(status);
  if (group === undefined) return 'unknown';
  if (isScheduled(request, group, now)) return 'scheduled';
  if (group === 'accepted' && isOver(request, now)) return 'over';
  return BY_GROUP[group];
}

const OPEN: ReadonlySet<RequestState> = new Set<RequestState>([
  'scheduled',
  'pending-approval',
  'in-progress',
  'unknown',
]);

/** Somebody may still wait for it, or it may still happen: so with a status that we do not know. */
export function isOpen(state: RequestState): boolean {
  return OPEN.has(state);
}
