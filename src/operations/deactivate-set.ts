import type { ActiveRow } from '../domain/assignment.ts';
import { deactivatability, deactivatableFrom, runningOf } from '../domain/deactivation.ts';
import { isPimError } from '../domain/errors.ts';
import type { PimRequest } from '../domain/request.ts';
import { statusGroupOf } from '../domain/status.ts';
import { isSame } from '../domain/target.ts';
import { limited } from '../domain/limited.ts';
import {
  toItem,
  toSetOutput,
  verdictOf,
  type Deactivated,
  type DeactivateOutput,
  type DeactivationStatus,
} from './deactivation-view.ts';
import { limitOf, pause } from './execute.ts';
import { faultLines, type Fault } from './fault.ts';
import { GOES_ON, inTime, LATE } from './in-time.ts';
import { done, worstVerdict, type Context, type Result } from './operation.ts';
import { permit, unlessOwnTrouble } from './permit.ts';
import { describeRow, minuteText, unreadText } from './present.ts';
import { sendRecorded } from './record.ts';
import { apart, becauseText, type NotBegun } from './run-apart.ts';
import { orFault, type Unread } from './unread.ts';

export interface Manner {
  readonly justification: string | null;
  /** Where it is too early, wait until it is not. */
  readonly isAwaited: boolean;
  readonly isSet: boolean;
  /** Where something may be on that could not be seen. */
  readonly unread: readonly Unread[];
}

const AT_ONCE = 3;
const POLL_FOR_MS = 40_000;
const POLL_STEP_MS = 3000;
/** Longer than PIM makes anybody wait. */
const WAIT_FOR_MS = 330_000;
/** Their clock and ours are not one. */
const AFTER_MS = 2000;

function tooEarly(row: ActiveRow, from: Date, { isAwaited }: Manner): Deactivated {
  const what = describeRow(row);
  const when = minuteText(from.toISOString());
  const message = `STILL ACTIVE: ${what} can be deactivated from ${when}; PIM allows it only 5 minutes after the activation.`;
  return {
    ...toItem(row, 'too-early', message),
    possibleFrom: from.toISOString(),
    notes: [
      isAwaited
        ? `Nothing is queued: this call could not wait that long. Ask again from ${when}.`
        : 'Asked for with wait, it is done as soon as that is possible.',
    ],
  };
}

/** Waits until it is possible; `false` when that is too long for this call, or nobody waits any more. */
async function awaitPossible(row: ActiveRow, from: Date, context: Context): Promise<boolean> {
  const { catalogue, clock, call } = context;
  const theirs = catalogue.client(row.target.kind).now();
  const wait = from.getTime() + AFTER_MS - theirs.getTime();
  if (clock.now().getTime() + wait > limitOf(context, WAIT_FOR_MS)) return false;
  call.report?.(`Waiting until ${describeRow(row)} can be deactivated.`);
  return pause(context, Math.max(0, wait));
}

function send(row: ActiveRow, manner: Manner, context: Context): Promise<PimRequest> {
  const { target } = row;
  const principalId = context.account.objectId;
  const order = { target, principalId, justification: manner.justification };
  return sendRecorded(context, {
    operation: 'deactivate',
    target,
    facts: { principalId },
    send: () => context.catalogue.client(target.kind).deactivate(order, context.call),
    factsOf: ({ id, status }) => ({ requestId: id, status }),
  });
}

function isWorking({ status }: PimRequest): boolean {
  const group = statusGroupOf(status);
  return group === undefined || group === 'accepted' || group === 'working';
}

/** One look; one that fails changes nothing about the request, so what is known stays known. */
async function look(known: PimRequest, context: Context): Promise<PimRequest> {
  const client = context.catalogue.client(known.target.kind);
  try {
    return await client.request(known, context.call);
  } catch (error) {
    if (!isPimError(error)) throw error;
    return known;
  }
}

async function follow(sent: PimRequest, context: Context): Promise<PimRequest> {
  const limit = limitOf(context, POLL_FOR_MS);
  let known = sent;
  while (isWorking(known) && context.clock.now().getTime() + POLL_STEP_MS <= limit) {
    if (!(await pause(context, POLL_STEP_MS))) break;
    known = await look(known, context);
  }
  return known;
}

function judged(row: ActiveRow, request: PimRequest, context: Context): Deactivated {
  const what = describeRow(row);
  const { id: requestId, status } = request;
  if (isWorking(request)) {
    const message = `NOT OFF yet: Microsoft accepted the deactivation of ${what} and is still working on it (${status}).`;
    return { ...toItem(row, 'in-progress', message), requestId };
  }
  if (statusGroupOf(status) === 'done') {
    context.catalogue.confirmEnd(row.target);
    return { ...toItem(row, 'deactivated', `Deactivated: ${what}.`), requestId };
  }
  const message = `STILL ACTIVE: the deactivation of ${what} did not happen (${status}).`;
  return { ...toItem(row, 'failed', message), requestId };
}

function unanswered(row: ActiveRow): Deactivated {
  const message = `NOT OFF as far as is known: ${describeRow(row)}.`;
  return { ...toItem(row, 'in-progress', message), notes: [GOES_ON] };
}

/** Too early by their clock; by ours it is not, or nobody said when it began. */
function tooEarlyForThem(row: ActiveRow): Deactivated {
  const message = `STILL ACTIVE: ${describeRow(row)}. For Microsoft the 5 minutes that PIM demands after the activation are not over.`;
  return { ...toItem(row, 'too-early', message), notes: ['Try again in a minute.'] };
}

/** Azure was seen not to find an activation for its first 44 seconds. */
function tooNew(row: ActiveRow): Deactivated {
  const message = `STILL ACTIVE by your own requests: ${describeRow(row)}. Microsoft does not find the activation yet.`;
  return { ...toItem(row, 'too-early', message), notes: ['Try again in a minute.'] };
}

/** Microsoft knows no such activation, and neither do the caller's own requests. */
function notFound(row: ActiveRow): Deactivated {
  const message = `Not active, Microsoft says: ${describeRow(row)}. Nothing was changed.`;
  const note = 'Activated within the last two minutes? Lists lag: look again shortly.';
  return { ...toItem(row, 'not-active', message), notes: [note] };
}

/** Microsoft finds no such activation: it is off, unless the caller's own requests say otherwise. */
async function whenNotThere(row: ActiveRow, context: Context): Promise<Deactivated> {
  const { kind } = row.target;
  const client = context.catalogue.client(kind);
  const requests = await orFault(kind, client.requests(context.call));
  if (isPimError(requests)) {
    const message = `UNKNOWN whether it is on: Microsoft finds no activation of ${describeRow(row)}, and your requests could not be read.`;
    return { ...toItem(row, 'unknown', message), notes: [requests.message] };
  }
  const running = runningOf(requests, client.now());
  return running.some(({ target }) => isSame(target, row.target)) ? tooNew(row) : notFound(row);
}

/** Refusals that say how things are, and are no failure. */
async function whenRefused(
  row: ActiveRow,
  error: unknown,
  manner: Manner,
  context: Context,
): Promise<Deactivated> {
  const reasons: readonly string[] = isPimError(error) ? (error.details.reasons ?? []) : [];
  if (reasons.includes('ActiveDurationTooShort')) {
    const from = deactivatableFrom(row);
    const isAhead = from !== null && from > context.clock.now();
    return isAhead ? tooEarly(row, from, manner) : tooEarlyForThem(row);
  }
  if (reasons.includes('RoleAssignmentDoesNotExist')) return whenNotThere(row, context);
  throw error;
}

async function end(row: ActiveRow, manner: Manner, context: Context): Promise<Deactivated> {
  const can = deactivatability(row, context.catalogue.client(row.target.kind).now());
  if (can.kind === 'later') {
    // Now, while somebody is there to be asked.
    if (manner.isAwaited) await permit([row.target.kind], 'activate', context);
    const isPossible = manner.isAwaited && (await awaitPossible(row, can.from, context));
    if (!isPossible) return tooEarly(row, can.from, manner);
  }
  await permit([row.target.kind], 'activate', context);
  try {
    const request = await inTime(context, send(row, manner, context));
    if (request === LATE) return unanswered(row);
    return judged(row, await follow(request, context), context);
  } catch (error) {
    return await whenRefused(row, error, manner, context);
  } finally {
    context.catalogue.forgetLists();
  }
}

const STATUS_AFTER: Partial<Record<Fault['code'], DeactivationStatus>> = {
  'outcome-unknown': 'unknown',
  internal: 'unknown',
  cancelled: 'not-sent',
};

function failedItem(row: ActiveRow, fault: Fault): Deactivated {
  const [first = '', ...notes] = faultLines(fault);
  const message = `STILL ACTIVE as far as is known: ${describeRow(row)}. ${first}`;
  const status = STATUS_AFTER[fault.code] ?? 'failed';
  return { ...toItem(row, status, message), error: fault.code, notes };
}

function notBegun(row: ActiveRow, why: NotBegun): Deactivated {
  const message = `STILL ACTIVE: ${describeRow(row)}. Nothing was sent for it, ${becauseText(why)}.`;
  return toItem(row, 'not-sent', message);
}

/** Ends what was named; several are reported item by item, and none stops the others. */
export async function endAll(
  rows: readonly ActiveRow[],
  context: Context,
  manner: Manner,
): Promise<Result<DeactivateOutput>> {
  const work = (row: ActiveRow): Promise<Deactivated> => end(row, manner, context);
  const [only] = rows;
  if (!manner.isSet && only) {
    const item = await work(only);
    return done(item, verdictOf(item));
  }
  const surfaces = [...new Set(rows.map(({ target }) => target.kind))];
  await unlessOwnTrouble(permit(surfaces, 'activate', context));
  const each = apart(context, { work, failed: failedItem, notBegun });
  const items = await limited(rows, AT_ONCE, each);
  const whole = items.filter(({ error }) => error === undefined);
  const faults = items.flatMap(({ error }) => error ?? []);
  const unseen = manner.unread.map(({ error }) => error.code);
  const output = toSetOutput(items, manner.unread.map(unreadText));
  return done(output, worstVerdict(whole.map(verdictOf)), [...faults, ...unseen]);
}
