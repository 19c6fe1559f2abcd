import { describe, expect, it } from 'vitest';
import { deactivatability, onePerTarget, ownActivations } from '../../src/domain/deactivation.ts';
import { activeAssignment } from '../support/rows.ts';

const START = new Date('2026-11-23T09:00:00Z');
const FROM = new Date('2026-11-23T09:05:00Z');

describe('whether an assignment can be deactivated', () => {
  it('not in the first five minutes, and from when', () => {
    const now = new Date('2026-11-23T09:04:59Z');
    const row = activeAssignment({ startTime: START });
    expect(deactivatability(row, now)).toEqual({ kind: 'later', from: FROM });
  });

  it('from five minutes on', () => {
    expect(deactivatability(activeAssignment({ startTime: START }), FROM)).toEqual({ kind: 'now' });
  });

  it('never, when an administrator gave it', () => {
    const row = activeAssignment({ assignmentType: 'assigned', startTime: START });
    expect(deactivatability(row, FROM)).toEqual({ kind: 'assigned' });
  });

  it.each([
    ['its start is not known', { startTime: null }],
    ['how it came is not known', { startTime: START, assignmentType: 'unknown' as const }],
    ['it is a group that holds it', { startTime: START, through: { id: 'g', name: 'SG-Ops' } }],
  ])('unknown, when %s', (_, fields) => {
    expect(deactivatability(activeAssignment(fields), FROM)).toEqual({ kind: 'unknown' });
  });
});

describe('what one can end', () => {
  const own = activeAssignment();
  const assigned = activeAssignment({ assignmentType: 'assigned' });
  const viaGroup = activeAssignment({ through: { id: 'g', name: 'SG-Ops' } });

  it.each([
    ['assigned as well', [assigned, own]],
    ['and the other way round', [own, assigned]],
    ['on through a group as well', [own, viaGroup]],
  ])('is one’s own activation, %s', (_, active) => {
    expect(onePerTarget(active)).toEqual([own]);
    expect(ownActivations(active)).toEqual([own]);
  });

  it('is not what others gave', () => {
    expect(ownActivations([assigned, viaGroup])).toEqual([]);
    expect(onePerTarget([assigned, viaGroup])).toHaveLength(1);
  });
});
