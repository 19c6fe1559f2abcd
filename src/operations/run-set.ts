import { describeDuration, formatIsoDuration } from '../domain/duration.ts';
import type { ErrorCode } from '../domain/explanation.ts';
import type { Plan } from '../domain/plan.ts';
import type { Proof } from '../domain/proof.ts';
import { statusGroupOf } from '../domain/status.ts';
import {
  blankItem,
  requirementText,
  toItem,
  toSetOutput,
  verdictOf,
  type Activated,
  type ActivateOutput,
  type ActivationStatus,
} from './activation-view.ts';
import { limited } from '../domain/limited.ts';
import { awaitEffect, staleCaches } from './effect.ts';
import { executePlan } from './execute.ts';
import { describeFault, faultLines, type Fault } from './fault.ts';
import { done, worstVerdict, type Context, type Result } from './operation.ts';
import { permit } from './permit.ts';
import type { Step } from './plan-set.ts';
import { permitAll, satisfy, satisfyAll } from './satisfy.ts';
import { describeRow, isoOrNull } from './present.ts';
import { apart, becauseText, type NotBegun } from './run-apart.ts';

export interface Manner {
  /** Several were asked for: they are reported item by item, and fail apart. */
  readonly isSet: boolean;
  /** Ask Microsoft, and activate nothing. */
  readonly isOnlyChecked: boolean;
  /** Wait until it works. */
  readonly isAwaited: boolean;
}

/** Others were seen to be throttled above this. */
const AT_ONCE = 3;

function policyNotes({ policy, order, isDurationDefault }: Plan): string[] {
  const { unreadable, maximumDuration } = policy;
  return [
    ...(isDurationDefault
      ? [`Nobody said how long; the default is ${describeDuration(order.duration)}.`]
      : []),
    ...(unreadable === null ? [] : [`The role settings are unknown: ${unreadable}`]),
    ...(unreadable === null && maximumDuration === 'unknown'
      ? ['The role settings name no maximum duration.']
      : []),
  ];
}

/** That it is on stays said, also where looking whether it works came to nothing. */
async function proofFor({ row }: Step, context: Context): Promise<Proof> {
  try {
    return await awaitEffect(row, context);
  } catch (error) {
    const { message } = describeFault(error);
    return { kind: 'unknown', how: `Whether it works could not be seen: ${message}` };
  }
}

/** Looks whether it works, and says who will not notice by themselves. */
async function withEffect(item: Activated, step: Step, context: Context): Promise<Activated> {
  if (item.status !== 'active') return item;
  const proof = await proofFor(step, context);
  const caches = proof.kind === 'not-yet' ? [] : [staleCaches(step.row.target.kind)];
  const notes = [...item.notes, proof.how, ...caches];
  return { ...item, effect: proof.kind, notes };
}

async function activateStep(step: Step, context: Context): Promise<Activated> {
  if (step.kind === 'on') return toItem(step.row, step.executed);
  const { plan, row } = step;
  context.call.report?.(`Activating ${describeRow(row)}.`);
  for (const requirement of plan.requirements) context.call.report?.(requirementText(requirement));
  await satisfy(plan, context);
  const executed = await executePlan(plan, context);
  const notes = executed.isNew ? [...executed.notes, ...policyNotes(plan)] : executed.notes;
  return toItem(row, { ...executed, notes });
}

/** Faults that are Microsoft's verdict about the request, not trouble on the way to it. */
const VERDICT_CODES: ReadonlySet<ErrorCode | 'internal'> = new Set<ErrorCode>([
  'rejected',
  'conflict',
  'not-found',
  'forbidden',
  'step-up-required',
  'consent-missing',
  'licence-missing',
]);

function toPlanned({ row, order, requirements }: Plan): Activated {
  return {
    ...blankItem(row, 'valid', ''),
    duration: formatIsoDuration(order.duration),
    startTime: isoOrNull(order.startTime),
    notes: requirements.map(requirementText),
    approvers: requirements.flatMap((requirement) =>
      requirement.kind === 'approval' ? requirement.approvers.map(({ name }) => name) : [],
    ),
  };
}

/** What would be sent, and what Microsoft would say. Its "no" is the answer, not an error. */
async function checkStep(step: Step, context: Context): Promise<Activated> {
  if (step.kind === 'on') return toItem(step.row, step.executed);
  const { plan } = step;
  const what = `${describeRow(plan.row)} for ${describeDuration(plan.order.duration)}`;
  const planned = toPlanned(plan);
  const notes = [...planned.notes, ...policyNotes(plan)];
  try {
    await permit([plan.order.target.kind], 'activate', context);
    const client = context.catalogue.client(plan.order.target.kind);
    const { status } = await client.validate(plan.order, context.call);
    const group = statusGroupOf(status);
    const isRefused = group === 'denied' || group === 'failed';
    const verb = isRefused ? 'refuse' : 'accept';
    const message = `Only checked, NOT ACTIVE: Microsoft would ${verb} ${what} (${status}).`;
    return { ...planned, status: isRefused ? 'invalid' : 'valid', message, notes };
  } catch (error) {
    const fault = describeFault(error);
    if (!VERDICT_CODES.has(fault.code)) throw error;
    const message = `Only checked, NOT ACTIVE: Microsoft would refuse ${what}.`;
    const why = [...notes, ...faultLines(fault)];
    return { ...planned, message, status: 'invalid', error: fault.code, notes: why };
  }
}

const STATUS_AFTER: Partial<Record<Fault['code'], ActivationStatus>> = {
  'outcome-unknown': 'unknown',
  internal: 'unknown',
  cancelled: 'not-sent',
};

const ITEM_STARTS: Partial<Record<ActivationStatus, string>> = {
  unknown: 'UNKNOWN whether it was activated',
};

function failedItem({ row }: Step, fault: Fault): Activated {
  const status = STATUS_AFTER[fault.code] ?? 'failed';
  const start = ITEM_STARTS[status] ?? 'NOT ACTIVE';
  const [, ...rest] = faultLines(fault);
  const message = `${start}: ${describeRow(row)}. ${fault.message}`;
  return { ...blankItem(row, status, message), error: fault.code, notes: rest };
}

function notBegun({ row }: Step, why: NotBegun): Activated {
  const message = `NOT ACTIVE: ${describeRow(row)}. Nothing was sent for it, ${becauseText(why)}.`;
  return blankItem(row, 'not-sent', message);
}

type Work = (step: Step) => Promise<Activated>;

function isGroup({ row }: Step): boolean {
  return row.target.kind === 'group';
}

/** Groups first: they may bring the roles and the access that the others are about. */
async function runInOrder(steps: readonly Step[], work: Work): Promise<Activated[]> {
  const items = new Map<Step, Activated>();
  const phases = [steps.filter(isGroup), steps.filter((step) => !isGroup(step))];
  for (const phase of phases)
    await limited(phase, AT_ONCE, async (step) => items.set(step, await work(step)));
  return steps.flatMap((step) => items.get(step) ?? []);
}

/** Each counts: what went wrong with one by its code, the others by what they came to. */
function result(output: ActivateOutput, items: readonly Activated[]): Result<ActivateOutput> {
  const whole = items.filter(({ error }) => error === undefined);
  const faults = items.flatMap(({ error }) => error ?? []);
  return done(output, worstVerdict(whole.map(verdictOf)), faults);
}

/** Runs what was planned, or only checks it with Microsoft. */
export async function runSteps(
  steps: readonly Step[],
  context: Context,
  { isSet, isOnlyChecked, isAwaited }: Manner,
): Promise<Result<ActivateOutput>> {
  const act: Work = (step) =>
    isOnlyChecked ? checkStep(step, context) : activateStep(step, context);
  const work: Work = async (step) => {
    const item = await act(step);
    return isAwaited && !isOnlyChecked ? withEffect(item, step, context) : item;
  };
  const [only] = steps;
  if (!isSet && only) {
    const item = await work(only);
    return result(item, [item]);
  }
  await (isOnlyChecked ? permitAll(steps, context) : satisfyAll(steps, context));
  const each = apart(context, { work, failed: failedItem, notBegun });
  const items = await runInOrder(steps, each);
  return result(toSetOutput(items, { isOnlyChecked }), items);
}
