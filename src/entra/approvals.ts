import * as z from 'zod';
import type { ApprovalStage, ApprovalVerdict, Decision } from '../domain/approval.ts';
import { isPimError, PimError } from '../domain/errors.ts';
import type { Call } from '../domain/ports.ts';
import type { PimRequest } from '../domain/request.ts';
import { failureOf, unreadable } from './errors.ts';
import type { Attempt } from './http/send.ts';
import { isSameId, withQuery } from './odata.ts';
import { member } from './requests.ts';
import type { Service } from './service.ts';
import { Id, Word } from './wire.ts';
import { acknowledgementOf, reconcile, sendWrite, UNSTOPPABLE, type Sender } from './write.ts';

/** Where a surface keeps decisions. */
export interface ApprovalPlace {
  readonly collection: string;
  /** v1.0 calls them stages, beta steps; they are the same. */
  readonly members: 'stages' | 'steps';
  /** What an approver's sign-in needs, all of them. */
  readonly permissions: readonly string[];
}

const Stage = z.looseObject({
  id: Id,
  status: Word.catch('Unknown'),
  reviewResult: Word.catch('Unknown'),
  assignedToMe: z.boolean().nullish(),
});

const Approval = z.looseObject({
  stages: z.array(Stage).nullish(),
  steps: z.array(Stage).nullish(),
});

const RESULTS = { approve: 'Approve', deny: 'Deny' } as const satisfies Record<
  ApprovalVerdict,
  string
>;

/** Usually the approval has the id of its request. */
function approvalPath({ collection }: ApprovalPlace, { approvalId, id }: PimRequest): string {
  return member(collection, approvalId ?? id);
}

function withFix(error: PimError, { permissions }: ApprovalPlace): PimError {
  const fix =
    'Check that you are still an approver of it. ' +
    `If you are, have an administrator consent to ${permissions.join(' and ')}.`;
  return new PimError(error.code, error.message, { ...error.details, fix });
}

/** A 403 does not say whether the person or the app is at fault: the fix names both. */
async function orWithFix<T>(place: ApprovalPlace, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isPimError(error) || error.details.status !== 403) throw error;
    throw withFix(error, place);
  }
}

/** The stages of a decision, in their order. @throws PimError */
export async function readStages(
  graph: Service,
  place: ApprovalPlace,
  request: PimRequest,
  call: Call,
): Promise<readonly ApprovalStage[]> {
  const path = withQuery(approvalPath(place, request), { expand: place.members });
  const body = await orWithFix(place, () => graph.get(path, call));
  const stages = Approval.safeParse(body).data?.[place.members];
  if (!stages) throw unreadable('it is not an approval');
  return stages.map(({ id, status, reviewResult, assignedToMe }) => ({
    id,
    status,
    result: reviewResult,
    isMine: assignedToMe === true,
  }));
}

function decidedBefore(details: PimError['details'] = {}): PimError {
  const { reasons: _, ...rest } = details;
  return new PimError('conflict', 'It was decided before, by you or by another approver.', {
    ...rest,
    fix: 'Look at the requests that wait for you again.',
  });
}

function isConflict(attempt: Attempt): attempt is Extract<Attempt, { kind: 'answered' }> {
  return attempt.kind === 'answered' && attempt.answer.status === 409;
}

function isDecided({ result }: ApprovalStage): boolean {
  return ['approve', 'deny'].includes(result.toLowerCase());
}

/** What was decided at that stage by now; `undefined` while nothing was. */
async function look(
  graph: Service,
  place: ApprovalPlace,
  { request, stage }: Decision,
): Promise<ApprovalStage | undefined> {
  const stages = await readStages(graph, place, request, UNSTOPPABLE);
  return stages.find((each) => isSameId(each.id, stage.id) && isDecided(each));
}

/**
 * Approves or denies, once. An unclear answer is reconciled by looking at the stage.
 * Source: "Update approvalStage" (v1.0, groups), "Update approvalStep" (beta, Entra roles).
 * @throws PimError `conflict` when it was decided before, or otherwise meanwhile
 * @throws PimError `outcome-unknown` when it cannot be told
 */
export async function decide(
  sender: Sender,
  place: ApprovalPlace,
  decision: Decision,
  call: Call,
): Promise<void> {
  const { clock, service } = sender;
  const { request, stage, verdict, justification } = decision;
  const path = member(`${approvalPath(place, request)}/${place.members}`, stage.id);
  const body = { reviewResult: RESULTS[verdict], justification };
  const sending = { method: 'PATCH', path, body: () => body } as const;
  const { attempt } = await sendWrite(sender, sending, call);
  if (isConflict(attempt)) throw decidedBefore(failureOf(attempt.answer, clock.now()).details);
  const answer = await orWithFix(place, () => acknowledgementOf(attempt, clock.now()));
  if (!isPimError(answer)) return;
  const decided = await reconcile(clock, () => look(service, place, decision), answer);
  if (decided.result.toLowerCase() !== verdict) throw decidedBefore();
}
