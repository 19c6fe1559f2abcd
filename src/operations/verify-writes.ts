import { isPimError } from '../domain/errors.ts';
import type { Account } from '../domain/ports.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Doubt, Finding } from '../domain/verification.ts';
import { failedLook, leftOut, lookOf, type Look } from './doctor-verify.ts';
import type { Entrance } from './operation.ts';
import {
  activation,
  earlyDeactivation,
  laterActivation,
  secondActivation,
  validation,
  validationTrace,
  type Act,
} from './verify-acts.ts';
import { openStage, planOn, sceneOf, type Scene } from './verify-stage.ts';
import { watch } from './verify-watch.ts';
import { WRITE_DOUBT, WRITE_DOUBTS } from './verify-write-doubts.ts';

const { validation: VALIDATION, validationTrace: TRACE, activation: ACTIVATION } = WRITE_DOUBT;
const { second: SECOND, later: LATER, early: EARLY, lag: LAG, effect: EFFECT } = WRITE_DOUBT;

const AFTER_FIRST = WRITE_DOUBTS.slice(1);
const AFTER_VALIDATION = WRITE_DOUBTS.slice(2);
const AFTER_ACTIVATION = WRITE_DOUBTS.slice(3);

const ALREADY_ON = 'It is active already. Name something that is not.';
const APPROVAL =
  'Somebody would have to approve it, so nothing was sent. Name something that needs no approval.';
const UNREAD = 'Whether somebody would have to approve it could not be read, so nothing was sent.';
const NOT_ON = 'It is not known to be active.';
const REFUSED = 'The validation did not pass, so it was not sent.';

/** What was begun is told of, also to who stopped it meanwhile. */
function notLooked(doubt: Doubt, error: unknown): Look {
  const isCancelled = isPimError(error) && error.code === 'cancelled';
  if (!isCancelled) return failedLook(doubt, error);
  return lookOf(doubt, { verdict: 'not-asked', seen: 'It was cancelled before.' });
}

async function lookAt(doubt: Doubt, work: () => Promise<Finding>): Promise<Look> {
  try {
    return lookOf(doubt, await work());
  } catch (error) {
    return notLooked(doubt, error);
  }
}

/** The same of what changes whether it is on. One that failed leaves it as it was. */
async function act(
  doubt: Doubt,
  wasOn: boolean,
  work: () => Promise<Act>,
): Promise<{ readonly look: Look; readonly isOn: boolean }> {
  try {
    const { finding, isOn } = await work();
    return { look: lookOf(doubt, finding), isOn };
  } catch (error) {
    return { look: notLooked(doubt, error), isOn: wasOn };
  }
}

async function watched(scene: Scene, reportedAt: Date): Promise<Look[]> {
  try {
    const { lag, effect } = await watch(scene, reportedAt);
    return [lookOf(LAG, lag), lookOf(EFFECT, effect)];
  } catch (error) {
    return [notLooked(LAG, error), notLooked(EFFECT, error)];
  }
}

/** Beside what runs, from the one that changes nothing to the one that might end it. */
async function whileOn(scene: Scene): Promise<Look[]> {
  const reportedAt = scene.context.clock.now();
  const second = await lookAt(SECOND, () => secondActivation(scene));
  const later = await lookAt(LATER, () => laterActivation(scene));
  const early = await act(EARLY, true, () => earlyDeactivation(scene));
  const rest = early.isOn
    ? await watched(scene, reportedAt)
    : leftOut([LAG, EFFECT], 'The deactivation was accepted: it is off.');
  return [second, later, early.look, ...rest];
}

async function play(scene: Scene): Promise<Look[]> {
  const validated = await lookAt(VALIDATION, () => validation(scene));
  if (validated.verdict === 'failed') return [validated, ...leftOut(AFTER_FIRST, REFUSED)];
  if (validated.verdict === 'not-asked')
    return [validated, ...leftOut(AFTER_FIRST, validated.seen)];
  const trace = await lookAt(TRACE, () => validationTrace(scene));
  const before = [validated, trace];
  const { approval } = scene.plan.policy;
  if (approval !== 'not-required')
    return [...before, ...leftOut(AFTER_VALIDATION, approval === 'required' ? APPROVAL : UNREAD)];
  if (validated.verdict === 'otherwise') return [...before, ...leftOut(AFTER_VALIDATION, REFUSED)];
  const { look, isOn } = await act(ACTIVATION, false, () => activation(scene));
  const after = isOn ? await whileOn(scene) : leftOut(AFTER_ACTIVATION, NOT_ON);
  return [...before, look, ...after];
}

/** What is written to Microsoft, once all that is only read has been read. */
export interface Writing {
  readonly kind: 'writing';
  readonly run: () => Promise<readonly Look[]>;
}

/**
 * Resolves the name as `activate` does. What that would refuse is refused, before anything is sent.
 * Planned once more before it is sent: the lists may have changed meanwhile.
 * @throws PimError
 */
export async function prepareWriting(
  name: string,
  entrance: Entrance,
  account: Account,
): Promise<Writing | Refusal> {
  const stage = openStage(entrance, account);
  const first = await planOn(stage, name);
  if (first.kind === 'refusal') return first;
  return {
    kind: 'writing',
    run: async () => {
      const step = await planOn(stage, name);
      if (step.kind === 'plan') return play(sceneOf(step.plan, stage));
      return leftOut(
        WRITE_DOUBTS,
        step.kind === 'on' ? ALREADY_ON : 'It can no longer be planned.',
      );
    },
  };
}
