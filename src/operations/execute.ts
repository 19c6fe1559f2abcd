import type { EligibleRow } from '../domain/assignment.ts';
import { isPimError, PimError } from '../domain/errors.ts';
import { isSettled, judge, type Outcome } from '../domain/outcome.ts';
import type { Plan } from '../domain/plan.ts';
import type { ActivationRequest } from '../domain/request.ts';
import { handleOf, isSame } from '../domain/target.ts';
import type { Context } from './operation.ts';

/** What a plan came to. `requestId` is null when Microsoft had it active already. */
export interface Executed {
  readonly outcome: Outcome;
  readonly requestId: string | null;
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

/** Sends and records as one piece of work that neither a cancel nor the end of input breaks up. */
async function send(plan: Plan, context: Context): Promise<ActivationRequest> {
  const client = context.catalogue.client(plan.order.target.kind);
  await record(context, plan, { step: 'sending' });
  try {
    const request = await client.activate(plan.order);
    await record(context, plan, { step: 'sent', requestId: request.id, status: request.status });
    return request;
  } catch (error) {
    const code = isPimError(error) ? error.code : 'crashed';
    await record(context, plan, { step: 'refused', code });
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
  if (!row?.activation) throw error;
  return alreadyActive(row, row.activation.until);
}

export function alreadyActive(row: EligibleRow, until: Date | null): Executed {
  return {
    outcome: { kind: 'active', until, already: true },
    requestId: null,
    notes: row.activation ? [] : ['Microsoft says it is active already.'],
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
      ['pending-approval', 'scheduled', 'in-progress'].includes(
        judge(request, [], context.clock.now()).kind,
      ),
  );
  if (!known) throw error;
  return {
    outcome: judge(known, plan.policy.approvers, context.clock.now()),
    requestId: known.id,
    notes: ['This is an earlier request of yours; no second one was made.'],
  };
}

interface Followed {
  readonly outcome: Outcome;
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
async function look(sent: ActivationRequest, plan: Plan, context: Context, known: Followed) {
  const client = context.catalogue.client(plan.order.target.kind);
  try {
    const request = await client.request(sent.id, context.call);
    const outcome = judge(request, plan.policy.approvers, context.clock.now());
    return { outcome, notes: [] };
  } catch (error) {
    if (!isPimError(error)) throw error;
    return { outcome: known.outcome, notes: [`The last look failed: ${error.message}`] };
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
  let known: Followed = {
    outcome: judge(sent, plan.policy.approvers, context.clock.now()),
    notes: [],
  };
  for (let turn = 0; !isSettled(known.outcome); turn += 1) {
    const wait = POLL_STEPS_MS[Math.min(turn, POLL_STEPS_MS.length - 1)] ?? POLL_FOR_MS;
    if (context.clock.now().getTime() + wait > limit) break;
    context.call.report?.('Microsoft accepted the request and is working on it.');
    if (!(await pause(context, wait))) break;
    known = await look(sent, plan, context, known);
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
    return await context.writes.track(send(plan, context));
  } catch (error) {
    if (hasReason(error, 'RoleAssignmentExists')) return whenAlreadyActive(plan, error, context);
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
  const { outcome, notes } = await follow(answer, plan, context);
  if (outcome.kind === 'active') context.catalogue.confirm(plan.order.target, outcome.until);
  await record(context, plan, { step: 'settled', requestId: answer.id, outcome: outcome.kind });
  return { outcome, requestId: answer.id, notes };
}
