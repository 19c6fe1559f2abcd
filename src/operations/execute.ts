import type { EligibleRow } from '../domain/assignment.ts';
import { isPimError, PimError } from '../domain/errors.ts';
import { isSettled, judge, type Outcome } from '../domain/outcome.ts';
import type { Plan } from '../domain/plan.ts';
import { isActivation, type PimRequest } from '../domain/request.ts';
import { isSame } from '../domain/target.ts';
import { GOES_ON, inTime, LATE } from './in-time.ts';
import type { Context } from './operation.ts';
import { recordWrite, sendRecorded } from './record.ts';

/** What a plan came to. */
export interface Executed {
  readonly outcome: Outcome;
  /** The request behind it; `null` when it was on already. */
  readonly request: PimRequest | null;
  /** `false`: the request is an earlier one of the caller's, or there is none. */
  readonly isNew: boolean;
  readonly notes: readonly string[];
}

/** Reference: a second activation beside a running one is refused; `selfExtend` is for assignments. */
const EXTENDING =
  'A running activation cannot be extended. To have it for longer: deactivate it (from 5 minutes after its start), then activate it again.';

const EARLIER =
  'This is an earlier request of yours; no second one was made. While it waits it can be canceled.';

const POLL_FOR_MS = 40_000;
const POLL_STEPS_MS = [2000, 3000, 5000, 8000];

/** What the journal keeps of every step of an activation. */
function factsOf({ order: { principalId, duration } }: Plan) {
  return { principalId, durationSeconds: duration.seconds };
}

function send(plan: Plan, context: Context): Promise<PimRequest> {
  const { target } = plan.order;
  return sendRecorded(context, {
    operation: 'activate',
    target,
    facts: factsOf(plan),
    send: () => context.catalogue.client(target.kind).activate(plan.order, context.call),
    factsOf: ({ id, status }) => ({ requestId: id, status }),
  });
}

function hasReason(error: unknown, ...reasons: readonly string[]): boolean {
  return isPimError(error) && (error.details.reasons ?? []).some((r) => reasons.includes(r));
}

/** "Exists already": what the list says of it; `null` when it does not confirm that. */
async function whenAlreadyActive(plan: Plan, context: Context): Promise<Executed | null> {
  const { rows, active } = await context.catalogue.read(context.call);
  const row = rows.find(({ target }) => isSame(target, plan.order.target));
  const on = active.find(
    ({ target, assignmentType }) =>
      assignmentType === 'activated' && isSame(target, plan.order.target),
  );
  return (row && alreadyOn(row)) ?? (on ? alreadyActive(on.endTime, []) : null);
}

function alreadyActive(until: Date | null, notes: readonly string[]): Executed {
  return {
    outcome: { kind: 'active', until, already: true },
    request: null,
    isNew: false,
    notes,
  };
}

/** What is to say of a row that is on already; `null` when it is not. */
export function alreadyOn({ activation, standing }: EligibleRow): Executed | null {
  if (activation) return alreadyActive(activation.until, [EXTENDING]);
  if (standing === null) return null;
  return alreadyActive(standing.until, [
    'An administrator assigned it to you; there is nothing to activate.',
  ]);
}

/** A request that Microsoft has: the one just sent, or an earlier one of the caller's. */
type Taken = Pick<Executed, 'isNew'> & { readonly request: PimRequest };

/** A request that waits already: look at that one, so that pending is reported as what it is. */
async function whenPending(plan: Plan, error: unknown, context: Context): Promise<Taken> {
  const client = context.catalogue.client(plan.order.target.kind);
  const requests = await client.requests(context.call);
  const known = requests.find(
    (request) =>
      isActivation(request) &&
      isSame(request.target, plan.order.target) &&
      isWaiting(judgeNow(request, plan, context)),
  );
  if (!known) throw error;
  return { request: known, isNew: false };
}

function isWaiting({ kind }: Outcome): boolean {
  return kind === 'pending-approval' || kind === 'scheduled' || kind === 'in-progress';
}

function judgeNow(request: PimRequest, plan: Plan, { clock }: Context): Outcome {
  const { isForLater, policy } = plan;
  return judge(request, { approvers: policy.approvers, isForLater, now: clock.now() });
}

interface Followed {
  readonly outcome: Outcome;
  readonly request: PimRequest;
  readonly notes: readonly string[];
}

/** `false` when the caller stopped waiting meanwhile. The request stays with Microsoft either way. */
export async function pause(context: Context, milliseconds: number): Promise<boolean> {
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
    const request = await client.request(known.request, context.call);
    return { request, outcome: judgeNow(request, plan, context), notes: [] };
  } catch (error) {
    if (!isPimError(error)) throw error;
    return { ...known, notes: [`The last look failed: ${error.message}`] };
  }
}

/** So long from now, or less where the caller would be gone by then. */
export function limitOf({ clock, call }: Context, milliseconds: number): number {
  const limit = clock.now().getTime() + milliseconds;
  return Math.min(limit, call.answerBy?.getTime() ?? limit);
}

/** Looks again until it is settled or time is up. */
async function follow(sent: PimRequest, plan: Plan, context: Context): Promise<Followed> {
  const limit = limitOf(context, POLL_FOR_MS);
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

const UNANSWERED: Executed = {
  outcome: { kind: 'in-progress', status: 'no answer yet' },
  request: null,
  isNew: true,
  notes: [GOES_ON],
};

/** How long Microsoft may refuse what was deactivated moments ago as existing: 90 to 117 s were seen. */
const CLEARING_FOR_MS = 120_000;
const CLEARING_STEP_MS = 10_000;

/** "Exists", but it was turned off moments ago: that refusal is clear, and passes. */
async function clears(plan: Plan, until: number, context: Context): Promise<boolean> {
  const { catalogue, clock, call } = context;
  if (!catalogue.endedRecently(plan.order.target)) return false;
  if (clock.now().getTime() + CLEARING_STEP_MS > until) return false;
  call.report?.('Microsoft has not cleared the earlier activation yet; trying again.');
  return pause(context, CLEARING_STEP_MS);
}

async function answerTo(
  error: unknown,
  plan: Plan,
  until: number,
  context: Context,
): Promise<Taken | Executed | 'again'> {
  // Asked for later: that it runs now is why Microsoft refuses, and no answer to the wish.
  if (hasReason(error, 'RoleAssignmentExists') && !plan.isForLater) {
    const executed = await whenAlreadyActive(plan, context);
    if (executed) return executed;
    if (await clears(plan, until, context)) return 'again';
  }
  if (hasReason(error, 'PendingRoleAssignmentRequest', 'RoleAssignmentRequestExists'))
    return whenPending(plan, error, context);
  throw error;
}

async function sendOrReconcile(plan: Plan, context: Context): Promise<Taken | Executed> {
  const until = limitOf(context, CLEARING_FOR_MS);
  for (;;) {
    try {
      const request = await inTime(context, send(plan, context));
      return request === LATE ? UNANSWERED : { request, isNew: true };
    } catch (error) {
      const answer = await answerTo(error, plan, until, context);
      if (answer !== 'again') return answer;
    } finally {
      context.catalogue.forgetLists();
    }
  }
}

/** Runs a plan: sends it once, judges the answer by its status, follows it, records it. */
export async function executePlan(plan: Plan, context: Context): Promise<Executed> {
  refuseIfCancelled(context.call.signal);
  context.call.report?.('Sending the activation to Microsoft.');
  const answer = await sendOrReconcile(plan, context);
  if ('outcome' in answer) return answer;
  const { isNew } = answer;
  const { outcome, request, notes } = await follow(answer.request, plan, context);
  if (outcome.kind === 'active') context.catalogue.confirm(plan.row, outcome.until);
  await recordWrite(context, 'activate', plan.order.target, {
    ...factsOf(plan),
    step: 'settled',
    requestId: request.id,
    outcome: outcome.kind,
  });
  return {
    outcome,
    request,
    isNew,
    notes: [...notes, ...(isNew || outcome.kind === 'active' ? [] : [EARLIER])],
  };
}
