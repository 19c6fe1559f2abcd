import { describe, expect, it } from 'vitest';
import { exitCodeOf, exitCodeOfFault, worstOf } from '../../src/cli/exit.ts';
import type { Verdict } from '../../src/operations/operation.ts';

function code(verdict: Verdict): number {
  return exitCodeOf({ kind: 'done', output: {}, verdict });
}

describe('exit codes', () => {
  it('0 only for what is done', () => {
    expect([code('done'), code('not-yet'), code('failed'), code('signed-out')]).toEqual([
      0, 8, 1, 4,
    ]);
  });

  it('4 for a sign-in or a step-up, 2 for a cancel or a wrong setting, 1 for other errors', () => {
    expect(exitCodeOfFault('sign-in-pending')).toBe(4);
    expect(exitCodeOfFault('step-up-required')).toBe(4);
    expect(exitCodeOfFault('cancelled')).toBe(2);
    expect(exitCodeOfFault('configuration')).toBe(2);
    expect(exitCodeOfFault('outcome-unknown')).toBe(1);
    expect(exitCodeOfFault('internal')).toBe(1);
  });

  it('a set exits with its worst', () => {
    expect(worstOf([0, 8, 4])).toBe(4);
    expect(worstOf([0, 8])).toBe(8);
    expect(worstOf([8, 1, 2])).toBe(1);
    expect(worstOf([])).toBe(0);
  });
});
