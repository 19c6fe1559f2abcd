import type { PimRequest } from './request.ts';

/** One stage (Graph beta: step) of a decision. */
export interface ApprovalStage {
  readonly id: string;
  /** Microsoft's words, letters only: `InProgress`, `Completed` ...; `NotReviewed`, `Approve`, `Deny`. */
  readonly status: string;
  readonly result: string;
  readonly isMine: boolean;
}

export const VERDICTS = ['approve', 'deny'] as const;

export type ApprovalVerdict = (typeof VERDICTS)[number];

/** What an approver decides. */
export interface Decision {
  readonly request: PimRequest;
  readonly stage: ApprovalStage;
  readonly verdict: ApprovalVerdict;
  readonly justification: string;
}

function isLive({ status, result, isMine }: ApprovalStage): boolean {
  const isUndecided = result.toLowerCase() === 'notreviewed';
  return status.toLowerCase() === 'inprogress' && isUndecided && isMine;
}

/**
 * The stage that waits for the caller; `null` for a stale row: decided meanwhile, or no longer the
 * caller's to decide. Microsoft's lists show such rows.
 */
export function liveStage(stages: readonly ApprovalStage[]): ApprovalStage | null {
  return stages.find(isLive) ?? null;
}

/** `stage 1 of 2`, for people. */
export function stageText(stages: readonly ApprovalStage[]): string {
  const live = stages.findIndex(isLive);
  return live === -1 ? 'no open stage' : `stage ${live + 1} of ${stages.length}`;
}
