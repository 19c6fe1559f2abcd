import { describe, expect, it } from 'vitest';
import { hours } from '../../src/domain/duration.ts';
import { isSettled, judge } from '../../src/domain/outcome.ts';
import type { ActivationRequest } from '../../src/domain/request.ts';
import { groupTarget, NOW } from '../support/rows.ts';

function request(status: string, fields: Partial<ActivationRequest> = {}): ActivationRequest {
  return {
    id: 'r',
    status,
    action: 'selfActivate',
    target: groupTarget(),
    createdTime: NOW,
    startTime: NOW,
    duration: hours(2),
    endTime: null,
    ...fields,
  };
}

const TOMORROW = new Date('2026-11-24T07:00:00Z');

describe('what a status means', () => {
  it('Provisioned is active, with its end', () => {
    expect(judge(request('Provisioned'), [], NOW)).toEqual({
      kind: 'active',
      until: new Date('2026-11-23T11:00:00Z'),
      already: false,
    });
  });

  it.each(['PendingApproval', 'PendingAdminDecision', 'pendingapproval'])(
    'trap 7: %s is not success',
    (status) => {
      const approvers = [{ kind: 'user', name: 'Ada' }] as const;
      expect(judge(request(status), approvers, NOW)).toEqual({
        kind: 'pending-approval',
        approvers,
      });
    },
  );

  it('Granted with a start to come is scheduled; with one that has come it is in work', () => {
    expect(judge(request('Granted', { startTime: TOMORROW }), [], NOW)).toEqual({
      kind: 'scheduled',
      from: TOMORROW,
    });
    expect(judge(request('Granted'), [], NOW).kind).toBe('in-progress');
  });

  it('Provisioned with a start to come is not active yet', () => {
    expect(judge(request('Provisioned', { startTime: TOMORROW }), [], NOW).kind).toBe('scheduled');
  });

  it.each(['Denied', 'AdminDenied'])('%s is denied', (status) => {
    expect(judge(request(status), [], NOW).kind).toBe('denied');
  });

  it.each(['Failed', 'Canceled', 'TimedOut', 'Invalid', 'FailedAsResourceIsLocked', 'Revoked'])(
    '%s is failed, also in a 201',
    (status) => {
      expect(judge(request(status), [], NOW).kind).toBe('failed');
    },
  );

  it.each(['PendingProvisioning', 'ScheduleCreated', 'AdminApproved', 'SomethingNew', ''])(
    '%j is in work: shown, and never taken for success',
    (status) => {
      const outcome = judge(request(status), [], NOW);
      expect(outcome).toEqual({ kind: 'in-progress', status });
      expect(isSettled(outcome)).toBe(false);
    },
  );
});
