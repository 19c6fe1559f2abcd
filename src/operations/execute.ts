import type { EligibleRow } from '../domain/assignment.ts';
import { isPimError, PimError } from '../domain/errors.ts';
import type { ErrorCode } from '../domain/explanation.ts';
import { isSettled, judge, type Outcome } from '../domain/outcome.ts';
import type { Plan } from '../domain/plan.ts';
import type { ActivationRequest } from '../domain/request.ts';
import { handleOf, isSame } from '../domain/target.ts';
import type { Context } from './operation.ts';

/** What a plan came to. */
export interface Executed {
  readonly outcome: Outcome;
  /** The request behind it; `null` when it was on already. */
  readonly request: ActivationRequest | null;
  /** `false`: the request is an earlier one of the caller's, or there is none. */
  readonly isNew: boolean;
  readonly notes: readonly string[];
}

const POLL_FOR_MS = 40_000;
const POLL_STEPS_MS = [2000, 3000, 5000, 8000];

async function record(context: Context, plan: Plan, facts: Record<string, unknown>): Promise<void> {
  await context.journal.record({
    at: context.clock.now().toISOString(),
    operation: 'activate',
    handle: handleOf(plan.order.target),
    target: plan.order.target,
    principalId: plan.order.principalId,
    durationSeconds: plan.order.duration.seconds,
    ...facts,
  });
}

/** What the journal says of a failure: only a clear "no" is one. */
function stepAfter(code: ErrorCode | 'internal'): string {
  if (code === 'outcome-unknown' || code === 'internal') return 'unknown';
  const isUnsent = code === 'network' || code === 'cancelled' || code.startsWith('sign-in');
  return isUnsent ? 'not-sent' : 'refused';
}

/** Sends and records as one piece of work that neither a cancel nor the end of input breaks up. */
async function send(plan: Plan, context: Context): Promise<ActivationRequest> {
  const client = context.catalogue.client(plan.order.target.kind);
  await record(context, plan, { step: 'sending' });
  try {
    const request = await client.activate(plan.order, context.call);
    await record(context, plan, { step: 'sent', requestId: request.id, status: request.status });
    return request;
  } catch (error) {
    const code = isPimError(error) ? error.code : 'internal';
    await record(context, plan, { step: stepAfter(code), code });
    throw error;
  }
}

function hasReason(error: unknown, ...reasons: readonly string[]): boolean {
  return isPimError(error) && (error.details.reasons ?? []).some((r) => reasons.includes(r));
}

/** "Exists already": true when the list confirms it; otherwise Microsoft's refusal stands. */
async function whenAlreadyActive(plan: Plan, error: unknown, context: Context): Promise<Executed> {
  const { rows } = await context.catalogue.read(context.call);
  const row = rows.find(({ target }) => isSame(target, plan.order.target));
  const executed = row && alreadyOn(row);
  if (!executed) throw error;
  return executed;
}

/** What is to say of a row that is on already; `null` when it is not. */
export function alreadyOn({ activation, standing }: EligibleRow): Executed | null {
  const on = activation ?? standing;
  if (on === null) return null;
  return {
    outcome: { kind: 'active', until: on.until, already: true },
    request: null,
    isNew: false,
    notes: activation ? [] : ['An administrator assigned it to you; there is nothing to activate.'],
  };
}

/** A request that waits already: look at that one, so that pending is reported as what it is. */
async function whenPending(plan: Plan, error: unknown, context: Context): Promise<Executed> {
  const client = context.catalogue.client(plan.order.target.kind);
  const requests = await client.requests(context.call);
  const known = requests.find(
    (request) =>
      request.action.toLowerCase() === 'selfactivate' &&
      isSame(request.target, plan.order.target) &&
      isWaiting(judgeNow(request, plan, context)),
  );
  if (!known) throw error;
  return {
    outcome: judgeNow(known, plan, context),
    request: known,
    isNew: false,
    notes: ['This is an earlier request of yours; no second one was made.'],
  };
}

function isWaiting({ kind }: Outcome): boolean {
  return kind === 'pending-approval' || kind === 'scheduled' || kind === 'in-progress';
}

function judgeNow(request: ActivationRequest, plan: Plan, { clock }: Context): Outcome {
  const { isForLater, policy } = plan;
  return judge(request, { approvers: policy.approvers, isForLater, now: clock.now() });
}

interface Followed {
  readonly outcome: Outcome;
  readonly request: ActivationRequest;
  readonly notes: readonly string[];
}

/** `false` when the caller stopped waiting meanwhile. The request stays with Microsoft either way. */
async function pause(context: Context, milliseconds: number): Promise<boolean> {
  const { signal } = context.call;
  try {
    await context.clock.sleep(milliseconds, signal);
    return true;
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  }
}

/** One look; one that fails changes nothing about the request, so what is known stays known. */
async function look(known: Followed, plan: Plan, context: Context): Promise<Followed> {
  const client = context.catalogue.client(plan.order.target.kind);
  try {
    const request = await client.request(known.request.id, context.call);
    return { request, outcome: judgeNow(request, plan, context), notes: [] };
  } catch (error) {
    if (!isPimError(error)) throw error;
    return { ...known, notes: [`The last look failed: ${error.message}`] };
  }
}

/** Until when to look again: 40 s, or less where the caller would be gone by then. */
function lookUntil({ clock, call }: Context): number {
  const limit = clock.now().getTime() + POLL_FOR_MS;
  return Math.min(limit, call.answerBy?.getTime() ?? limit);
}

/** Looks again until it is settled or time is up. */
async function follow(sent: ActivationRequest, plan: Plan, context: Context): Promise<Followed> {
  const limit = lookUntil(context);
  let known: Followed = { request: sent, outcome: judgeNow(sent, plan, context), notes: [] };
  for (let turn = 0; !isSettled(known.outcome); turn += 1) {
    const wait = POLL_STEPS_MS[Math.min(turn, POLL_STEPS_MS.length - 1)] ?? POLL_FOR_MS;
    if (context.clock.now().getTime() + wait > limit) break;
    context.call.report?.('Microsoft accepted the request and is working on it.');
    if (!(await pause(context, wait))) break;
    known = await look(known, plan, context);
  }
  return known;
}

function refuseIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new PimError('cancelled', 'Cancelled. Nothing was sent.');
}

async function sendOrReconcile(
  plan: Plan,
  context: Context,
): Promise<ActivationRequest | Executed> {
  try {
    return await context.writes.track(() => send(plan, context));
  } catch (error) {
    // Asked for later: that it runs now is why Microsoft refuses, and no answer to the wish.
    if (hasReason(error, 'RoleAssignmentExists') && !plan.isForLater)
      return whenAlreadyActive(plan, error, context);
    if (hasReason(error, 'PendingRoleAssignmentRequest', 'RoleAssignmentRequestExists'))
      return whenPending(plan, error, context);
    throw error;
  } finally {
    context.catalogue.forgetLists();
  }
}

/** Runs a plan: sends it once, judges the answer by its status, follows it, records it. */
export async function executePlan(plan: Plan, context: Context): Promise<Executed> {
  refuseIfCancelled(context.call.signal);
  context.call.report?.('Sending the activation to Microsoft.');
  const answer = await sendOrReconcile(plan, context);
  if ('outcome' in answer) return answer;
  const { outcome, request, notes } = await follow(answer, plan, context);
  if (outcome.kind === 'active') context.catalogue.confirm(plan.order.target, outcome.until);
  await record(context, plan, { step: 'settled', requestId: request.id, outcome: outcome.kind });
  return { outcome, request, isNew: true, notes };
}
