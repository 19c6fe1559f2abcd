import * as z from 'zod';
import {
  VERDICTS,
  type ApprovalStage,
  type ApprovalVerdict,
  type Decision,
} from '../../domain/approval.ts';
import { isPimError, PimError } from '../../domain/errors.ts';
import type { Call } from '../../domain/ports.ts';
import type { PimRequest } from '../../domain/request.ts';
import { isId } from '../odata.ts';
import { requestFields } from '../schedule.ts';
import { readRows } from '../wire.ts';
import { reconcile, UNSTOPPABLE, type Sender } from '../write.ts';
import { atScope, ROOT, VERSIONS, withVersion } from './paths.ts';
import { sendDecision } from './ways.ts';

const Word = requestFields.status.catch('Unknown');

const Stage = z.looseObject({
  name: z.string().refine(isId),
  properties: z.looseObject({
    status: Word,
    reviewResult: Word,
    assignedToMe: z.boolean().nullish(),
  }),
});

const RESULTS = { approve: 'Approve', deny: 'Deny' } as const satisfies Record<
  ApprovalVerdict,
  string
>;

const DECIDED: ReadonlySet<string> = new Set(VERDICTS);

function toStage({ name, properties }: z.infer<typeof Stage>): ApprovalStage {
  const { status, reviewResult: result, assignedToMe } = properties;
  return { id: name, status, result, isMine: assignedToMe === true };
}

/** @throws PimError `not-found` when nobody has to decide about it. */
function approvalOf({ approvalId }: PimRequest): string {
  if (approvalId !== null && isId(approvalId)) return approvalId;
  throw new PimError('not-found', 'There is nothing to decide about this request.', {
    fix: 'List what awaits your decision again.',
  });
}

function stagesAt(approvalId: string): string {
  return atScope(ROOT, `roleAssignmentApprovals/${approvalId}/stages`);
}

function alreadyDecided({ details }: PimError): PimError {
  return new PimError('conflict', 'It was decided already.', details);
}

/** Decisions about requests of Azure roles. Source: `authorization-RoleAssignmentApprovals`. */
export function createApprovals(sender: Sender) {
  const { service, clock } = sender;

  async function stages(request: PimRequest, call: Call): Promise<readonly ApprovalStage[]> {
    if (request.approvalId === null) return [];
    const address = withVersion(stagesAt(approvalOf(request)), VERSIONS.approvals);
    return readRows(Stage, await service.list(address, call), 'stages of the approval').map(
      toStage,
    );
  }

  /** The result of a stage that a decision got no clear answer about; never sent again. */
  async function settled({ request, stage }: Decision, why: PimError): Promise<string> {
    const find = async () => {
      const found = (await stages(request, UNSTOPPABLE)).find(({ id }) => id === stage.id);
      const result = found?.result.toLowerCase() ?? '';
      return DECIDED.has(result) ? result : undefined;
    };
    return reconcile(clock, find, why);
  }

  async function send(decision: Decision, call: Call): Promise<PimError | null> {
    const { request, stage, verdict, justification } = decision;
    const approvalId = approvalOf(request);
    const base = stagesAt(approvalId);
    if (!isId(stage.id)) throw new PimError('not-found', 'There is no such stage.');
    const review = { reviewResult: RESULTS[verdict], justification };
    const address = (id: string) => withVersion(`${base}/${id}`, VERSIONS.approvals);
    const addresses = { direct: address(stage.id), batched: address(approvalId) };
    try {
      return await sendDecision(sender, { review, ...addresses }, call);
    } catch (error) {
      throw isPimError(error) && error.details.status === 409 ? alreadyDecided(error) : error;
    }
  }

  return {
    stages,
    async decide(decision: Decision, call: Call): Promise<void> {
      const unclear = await send(decision, call);
      if (unclear === null) return;
      const result = await settled(decision, unclear);
      if (result !== decision.verdict) throw alreadyDecided(unclear);
    },
  };
}
