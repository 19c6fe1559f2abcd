import { addTo, minutes } from '../domain/duration.ts';
import { isPimError, type PimError } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { statusGroupOf } from '../domain/status.ts';
import type { Finding } from '../domain/verification.ts';
import { answerText, upstreamCodeOf } from './doctor-verify.ts';
import { executePlan, pause } from './execute.ts';
import { sendRecorded } from './record.ts';
import { satisfy } from './satisfy.ts';
import {
  answerOf,
  forget,
  JUSTIFICATION,
  orderAt,
  statusesOf,
  type Scene,
} from './verify-stage.ts';

function found(isAssumed: boolean, seen: string): Finding {
  return { verdict: isAssumed ? 'as-assumed' : 'otherwise', seen };
}

export async function validation(scene: Scene): Promise<Finding> {
  const { plan, context, client } = scene;
  await satisfy(plan, context);
  const { status } = await client.validate(orderAt(scene, context.clock.now()), context.call);
  const group = statusGroupOf(status);
  const isPass = group !== undefined && group !== 'denied' && group !== 'failed';
  return found(isPass, `${answerOf(scene)}, status ${status}.`);
}

async function requestIds({ client, context }: Scene): Promise<ReadonlySet<string>> {
  const requests = await client.requests(context.call);
  return new Set(requests.map(({ id }) => id));
}

const TRACE_MS = 5000;

/** Around a validation of its own: nothing else is asked meanwhile. */
export async function validationTrace(scene: Scene): Promise<Finding> {
  const { client, context } = scene;
  const before = await requestIds(scene);
  await client.validate(orderAt(scene, context.clock.now()), context.call);
  await pause(context, TRACE_MS);
  const left = [...(await requestIds(scene))].filter((id) => !before.has(id)).length;
  return found(
    left === 0,
    `${before.size} own requests before; ${left} more 5 s after one more validation.`,
  );
}

/** What an act came to, and whether it is on after it. */
export interface Act {
  readonly finding: Finding;
  readonly isOn: boolean;
}

/** What is left behind, and what becomes of it. */
const WHAT_REMAINS: Partial<Record<Outcome['kind'], string>> = {
  active: ' It ends by itself, 5 minutes after its start.',
  'pending-approval': ' It still waits for approval: `entra-pim cancel` takes it back.',
  scheduled: ' It has not begun: `entra-pim cancel` takes it back.',
  'in-progress': ' It goes on, and ends by itself 5 minutes after its start.',
};

/** As `activate` does it. */
export async function activation(scene: Scene): Promise<Act> {
  const { plan, context } = scene;
  forget(scene);
  const from = context.clock.now();
  const { outcome, isNew } = await executePlan({ ...plan, order: orderAt(scene, from) }, context);
  const isOn = outcome.kind === 'active' && isNew;
  const whose = isNew ? '' : ' An earlier request was found; no second one was made.';
  const still = WHAT_REMAINS[outcome.kind] ?? '';
  const seen = `${answerOf(scene)}; ${statusesOf(scene, from)}; outcome ${outcome.kind}.${whose}${still}`;
  return { isOn, finding: found(isOn, seen) };
}

/** The refusal that a request came to; `null` where it was accepted. @throws what is no refusal */
async function refusalOf(work: () => Promise<unknown>): Promise<PimError | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (!isPimError(error)) throw error;
    const { status = 500 } = error.details;
    if (status >= 500) throw error;
    return error;
  }
}

function refusedWith(code: string, refusal: PimError | null): Finding {
  if (refusal === null) return found(false, 'It was accepted.');
  return found(upstreamCodeOf(refusal) === code, `${answerText(refusal)}.`);
}

/** Beside the one that runs: `activate` itself would send nothing. */
export async function secondActivation(scene: Scene): Promise<Finding> {
  const { plan, context, client } = scene;
  const { target, principalId, duration } = plan.order;
  const refusal = await refusalOf(() =>
    sendRecorded(context, {
      operation: 'activate',
      target,
      facts: { principalId, durationSeconds: duration.seconds },
      send: () => client.activate(orderAt(scene, context.clock.now()), context.call),
      factsOf: ({ id, status }) => ({ requestId: id, status }),
    }),
  );
  return refusedWith('RoleAssignmentExists', refusal);
}

/** Well after the end of the one that runs. */
const LATER = minutes(30);

export async function laterActivation(scene: Scene): Promise<Finding> {
  const { context, client } = scene;
  const order = orderAt(scene, addTo(context.clock.now(), LATER));
  const refusal = await refusalOf(() => client.validate(order, context.call));
  return refusal === null
    ? found(false, `The validation accepts it: ${answerOf(scene)}.`)
    : found(true, `${answerText(refusal)}.`);
}

export async function earlyDeactivation({ plan, context, client }: Scene): Promise<Act> {
  const { target, principalId } = plan.order;
  const refusal = await refusalOf(() =>
    sendRecorded(context, {
      operation: 'deactivate',
      target,
      facts: { principalId },
      send: () =>
        client.deactivate({ target, principalId, justification: JUSTIFICATION }, context.call),
      factsOf: ({ id, status }) => ({ requestId: id, status }),
    }),
  );
  return { isOn: refusal !== null, finding: refusedWith('ActiveDurationTooShort', refusal) };
}
