import { describe, expect, it } from 'vitest';
import { toRows } from '../../src/domain/rows.ts';
import { activeAssignment, eligibility, groupTarget, NOW, roleTarget } from '../support/rows.ts';

describe('one row per privilege', () => {
  it('merges the same privilege held directly and through a group, keeping the direct one', () => {
    const rows = toRows(
      [eligibility({ memberType: 'Group' }), eligibility({ memberType: 'Direct' })],
      [],
      NOW,
    );
    expect(rows.map(({ memberType }) => memberType)).toEqual(['Direct']);
  });

  it('keeps the longer eligibility of two that are alike', () => {
    const soon = new Date('2026-12-01T00:00:00Z');
    const rows = toRows([eligibility({ endTime: soon }), eligibility({ endTime: null })], [], NOW);
    expect(rows.map(({ endTime }) => endTime)).toEqual([null]);
  });

  it('keeps member and owner, and two administrative units, apart', () => {
    const units = ['/administrativeUnits/a', '/administrativeUnits/b'].map((directoryScopeId) =>
      eligibility({ target: roleTarget({ directoryScopeId }) }),
    );
    const accesses = (['member', 'owner'] as const).map((accessId) =>
      eligibility({ target: groupTarget({ accessId }) }),
    );
    expect(toRows([...units, ...accesses], [], NOW)).toHaveLength(4);
  });
});

describe('what counts as active', () => {
  it('trap 6: a permanent assignment is not an activation', () => {
    const [row] = toRows(
      [eligibility()],
      [activeAssignment({ assignmentType: 'assigned', endTime: null })],
      NOW,
    );
    expect(row?.activation).toBeNull();
  });

  it('trap 5: an activation at another scope does not count', () => {
    const here = roleTarget({ directoryScopeId: '/administrativeUnits/a' });
    const there = roleTarget({ directoryScopeId: '/administrativeUnits/b' });
    const [row] = toRows(
      [eligibility({ target: here })],
      [activeAssignment({ target: there })],
      NOW,
    );
    expect(row?.activation).toBeNull();
  });

  it('an activation with another access level does not count', () => {
    const [row] = toRows(
      [eligibility()],
      [activeAssignment({ target: groupTarget({ accessId: 'owner' }) })],
      NOW,
    );
    expect(row?.activation).toBeNull();
  });

  it('an activation that has ended does not count, one that runs tells its end', () => {
    const past = activeAssignment({ endTime: new Date('2026-11-23T08:59:59Z') });
    const running = activeAssignment();
    expect(toRows([eligibility()], [past], NOW)[0]?.activation).toBeNull();
    expect(toRows([eligibility()], [past, running], NOW)[0]?.activation).toEqual({
      until: running.endTime,
    });
  });

  it('compares ids without case', () => {
    const upper = groupTarget({ groupId: groupTarget().groupId.toUpperCase() });
    const [row] = toRows([eligibility({ target: upper })], [activeAssignment()], NOW);
    expect(row?.activation).not.toBeNull();
  });
});
