import { describe, expect, it } from 'vitest';
import { liveStage, stageText, type ApprovalStage } from '../../src/domain/approval.ts';

function stage(fields: Partial<ApprovalStage> = {}): ApprovalStage {
  return { id: 's1', status: 'InProgress', result: 'NotReviewed', isMine: true, ...fields };
}

describe('the stage that waits for the caller', () => {
  it('is in progress, not reviewed, and assigned to the caller', () => {
    const live = stage({ id: 's2', status: 'inProgress' });
    const stages = [stage({ status: 'Completed', result: 'Approve' }), live];
    expect(liveStage(stages)).toBe(live);
    expect(stageText(stages)).toBe('stage 2 of 2');
  });

  it.each([
    ['somebody else decided', stage({ status: 'Completed', result: 'Approve' })],
    ['it was reviewed, and the status lags', stage({ result: 'Deny' })],
    ['it is no longer theirs', stage({ isMine: false })],
    ['it has not begun', stage({ status: 'NotStarted' })],
    ['it ran out', stage({ status: 'Expired' })],
  ])('is none when %s: a stale row', (_, only) => {
    expect(liveStage([only])).toBeNull();
    expect(stageText([only])).toBe('no open stage');
  });

  it('is none without stages', () => {
    expect(liveStage([])).toBeNull();
  });
});
