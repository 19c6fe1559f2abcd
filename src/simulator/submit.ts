import type { Behaviour } from './behaviour.ts';
import { covers, subjectOf, isSameTarget } from './held-target.ts';
import { assignmentsOf, eligibilitiesOf, type Assignment } from './holdings.ts';
import { find } from './find.ts';
import { isSameText } from './identifiers.ts';
import type { RequestEntry, Timing } from './journal.ts';
import { type OrderBody, readSchedule, readTarget } from './order.ts';
import { contextChallenge, failedRules, policyFailure, type Checked } from './policy-check.ts';
import { policyFor } from './policies.ts';
import { badRequest, forbidden, notFound } from './problem.ts';
import { lifeOf, requestsOf, type RequestLife } from './request-life.ts';
import { endOfSchedule, type Schedule } from './schedule.ts';
import type { SimTarget } from './sim-target.ts';
import { type Decided, nextId, type TenantState } from './tenant.ts';
import type { Caller } from './world.ts';

/** Everything a request is judged by. */
export interface Submission {
  readonly surface: SimTarget['kind'];
  readonly body: OrderBody;
  readonly caller: Caller;
  readonly behaviour: Behaviour;
  /** The request's id where the client chooses it. Default: the tenant's choice. */
  readonly id?: string;
  /** Where the surface has waiting times of its own. */
  readonly timing?: Partial<Timing>;
  /** For so long after its start a running activation is not found when it is turned off. */
  readonly notFoundSeconds?: number;
}

const MINIMUM_ACTIVE_MS = 5 * 60 * 1000;
const MINUTE_MS = 60_000;

/** `principalId` is the caller's own: not another person's, and not the group's that a row showed. */
function checkPrincipal(state: TenantState, { body, caller }: Submission): void {
  if (isSameText(body.principalId, caller.objectId)) return;
  const { users, groups } = state.scenario;
  const id = body.principalId ?? null;
  if (find(users, id) ?? find(groups, id)) throw forbidden();
  throw badRequest('SubjectNotFound', 'The subject is not found.');
}

function checkSubject(state: TenantState, target: SimTarget): void {
  const { groups, roleDefinitions, azure } = state.scenario;
  const id = subjectOf(target);
  const known = { group: groups, directory: roleDefinitions, azure: azure.roleDefinitions };
  if (find<{ readonly id: string }>(known[target.kind], id)) return;
  if (target.kind === 'group') throw notFound(`Group ${id}`);
  throw badRequest('RoleDefinitionDoesNotExist', 'The role definition does not exist.');
}

function mine(state: TenantState, caller: Caller, target: SimTarget): RequestLife[] {
  return requestsOf(state).filter(
    ({ request }) =>
      isSameText(request.by, caller.objectId) && isSameTarget(request.target, target),
  );
}

function held(state: TenantState, caller: Caller, target: SimTarget): Assignment | undefined {
  return assignmentsOf(state, caller.objectId).find(
    (row) => !row.isThroughGroup && isSameTarget(row.target, target),
  );
}

/** After a deactivation the service still says "exists" for a while. */
function isClearing(state: TenantState, lives: readonly RequestLife[]): boolean {
  return lives.some(({ request }) => {
    const cleared = new Date(request.at).getTime() + request.timing.gapSeconds * 1000;
    return request.action === 'selfDeactivate' && state.now.getTime() < cleared;
  });
}

function minuteOf(instant: Date): number {
  return Math.floor(instant.getTime() / MINUTE_MS);
}

function startsBeforeEnd(a: Schedule, b: Schedule): boolean {
  const end = endOfSchedule(b, new Date(b.start));
  return end === null || minuteOf(new Date(a.start)) <= minuteOf(end);
}

/** Compared by minute, both ends included, as seen live. */
function overlaps(a: Schedule, b: Schedule | null): boolean {
  return b !== null && startsBeforeEnd(a, b) && startsBeforeEnd(b, a);
}

function isInWork({ status, request }: RequestLife): boolean {
  return status === 'PendingApproval' || status === request.timing.provisioningStatus;
}

function checkNothingInTheWay(
  state: TenantState,
  submission: Submission,
  target: SimTarget,
  schedule: Schedule,
): void {
  const { caller, behaviour } = submission;
  const lives = mine(state, caller, target);
  const isLater = new Date(schedule.start) > state.now;
  const mayFollow = isLater && behaviour.futureWhileActive === 'accepted';
  if ((held(state, caller, target) && !mayFollow) || isClearing(state, lives)) {
    throw badRequest('RoleAssignmentExists', 'The Role assignment already exists.');
  }
  if (lives.some(isInWork)) {
    throw badRequest(
      behaviour.pendingCode,
      'There is already an existing pending Role assignment request.',
    );
  }
  const scheduled = lives.filter((life) => life.startsAt !== null && life.startsAt > state.now);
  if (scheduled.some(({ request }) => overlaps(schedule, request.schedule))) {
    throw badRequest(
      'OverlapsPendingRoleAssignmentRequests',
      'The requested schedule overlaps a pending role assignment request.',
    );
  }
}

/** Eligible for the group, but with the other access: the service speaks of a missing assignment. */
function checkAccess(state: TenantState, caller: Caller, target: SimTarget): void {
  if (target.kind !== 'group') return;
  const rows = eligibilitiesOf(state, caller.objectId).filter(
    (row) => row.target.kind === 'group' && isSameText(row.target.groupId, target.groupId),
  );
  const hasIt = rows.some((row) => isSameTarget(row.target, target));
  if (rows.length > 0 && !hasIt) throw noAssignment();
}

function noAssignment(): Error {
  return badRequest('RoleAssignmentDoesNotExist', 'The Role assignment does not exist.');
}

function checkPolicy(checked: Checked, behaviour: Behaviour): void {
  const failed = failedRules(checked);
  if (failed.includes('EligibilityRule') && behaviour.notEligible !== 'EligibilityRule') {
    throw badRequest(behaviour.notEligible, 'The principal is not eligible for the role.');
  }
  if (failed.length > 0) throw policyFailure(failed, behaviour);
  const challenge = contextChallenge(checked, behaviour);
  if (challenge) throw challenge;
}

function timingOf({ surface, behaviour, timing }: Submission): Timing {
  return {
    provisionedAfterSeconds: surface === 'azure' ? 0 : behaviour.provisioningDelaySeconds[surface],
    provisioningStatus: behaviour.provisioningStatus,
    outcome: behaviour.provisioningOutcome,
    futureStatus: behaviour.grantedStatusForFuture,
    listedAfterSeconds: behaviour.lagSeconds,
    approvedAfterSeconds: behaviour.autoApproveAfterSeconds,
    gapSeconds: behaviour.reactivationGapSeconds,
    ...timing,
  };
}

function entryFor(
  state: TenantState,
  submission: Submission,
  target: SimTarget,
  schedule: Schedule | null,
): RequestEntry {
  const { body, caller } = submission;
  const { ticketInfo: ticket } = body;
  return {
    kind: 'request',
    at: state.now.toISOString(),
    id: submission.id ?? nextId(state, caller.objectId, JSON.stringify(target)),
    by: caller.objectId,
    action: schedule ? 'selfActivate' : 'selfDeactivate',
    target,
    justification: body.justification ?? null,
    ticket: { number: ticket?.ticketNumber ?? null, system: ticket?.ticketSystem ?? null },
    schedule,
    needsApproval: schedule !== null && policyFor(state.scenario, target).approval !== undefined,
    timing: timingOf(submission),
  };
}

function activation(state: TenantState, submission: Submission): RequestEntry {
  const { body, caller, behaviour, surface } = submission;
  const target = readTarget(surface, body);
  checkSubject(state, target);
  const schedule = readSchedule(body, state.now, behaviour);
  checkAccess(state, caller, target);
  checkNothingInTheWay(state, submission, target, schedule);
  const entry = entryFor(state, submission, target, schedule);
  const isEligible = eligibilitiesOf(state, caller.objectId).some((row) =>
    covers(state.scenario, row.target, target),
  );
  const { justification, ticket } = entry;
  const policy = policyFor(state.scenario, target);
  checkPolicy({ policy, caller, isEligible, justification, ticket, schedule }, behaviour);
  return entry;
}

function deactivation(state: TenantState, submission: Submission): RequestEntry {
  const target = readTarget(submission.surface, submission.body);
  checkSubject(state, target);
  const running = held(state, submission.caller, target);
  if (running?.assignmentType !== 'Activated') throw noAssignment();
  const activeMs = state.now.getTime() - running.startsAt.getTime();
  if (activeMs < (submission.notFoundSeconds ?? 0) * 1000) throw noAssignment();
  if (activeMs < MINIMUM_ACTIVE_MS) {
    throw badRequest(
      'ActiveDurationTooShort',
      'The Active duration is too short. Miniumum Required is 5 minutes.',
    );
  }
  return entryFor(state, submission, target, null);
}

function requestFor(state: TenantState, submission: Submission): RequestEntry {
  const { action } = submission.body;
  if (isSameText(action, 'selfActivate')) return activation(state, submission);
  if (isSameText(action, 'selfDeactivate')) return deactivation(state, submission);
  // admin…: the caller has no right to it. selfExtend, selfRenew: not for activations.
  if (/^admin/iu.test(action)) throw forbidden();
  throw badRequest('InvalidRoleAssignmentRequest', 'The action is not supported.');
}

/**
 * Judges an activation or deactivation. A validation runs the same checks and keeps nothing.
 * @throws Problem with the service's own code
 */
export function submit(state: TenantState, submission: Submission): Decided<RequestLife> {
  checkPrincipal(state, submission);
  const entry = requestFor(state, submission);
  const after = { ...state, entries: [...state.entries, entry] };
  const life = lifeOf(after, entry);
  if (submission.body.isValidationOnly !== true) return { entry, answer: life };
  return { entry: null, answer: { ...life, status: submission.behaviour.validationStatus } };
}

/** @throws Problem 404 for what is not the caller's, 400 for what cannot be cancelled any more. */
export function cancel(
  state: TenantState,
  { id, caller, behaviour }: { id: string; caller: Caller; behaviour: Behaviour },
): Decided<void> {
  const life = requestsOf(state).find(
    ({ request }) => isSameText(request.id, id) && isSameText(request.by, caller.objectId),
  );
  if (!life) throw notFound(`Request ${id}`);
  if (!behaviour.cancellableStatuses.includes(life.status)) {
    throw badRequest('BadRequest', `A request with status ${life.status} cannot be canceled.`);
  }
  const at = state.now.toISOString();
  return {
    entry: { kind: 'cancel', at, requestId: life.request.id, by: caller.objectId },
    answer: undefined,
  };
}
