import { describe, expect, it } from 'vitest';
import { isSettled, judge } from '../../src/domain/outcome.ts';
import type { PimRequest } from '../../src/domain/request.ts';
import { NOW, pimRequest } from '../support/rows.ts';

function request(status: string, fields: Partial<PimRequest> = {}): PimRequest {
  return pimRequest({ status, ...fields });
}

const judging = { approvers: [], now: NOW, isForLater: false };

const TOMORROW = new Date('2026-11-24T07:00:00Z');

describe('what a status means', () => {
  it('Provisioned is active, with its end', () => {
    expect(judge(request('Provisioned'), judging)).toEqual({
      kind: 'active',
      until: new Date('2026-11-23T11:00:00Z'),
      already: false,
    });
  });

  it.each(['PendingApproval', 'PendingAdminDecision', 'pendingapproval'])(
    'trap 7: %s is not success',
    (status) => {
      const approvers = [{ kind: 'user', name: 'Ada' }] as const;
      expect(judge(request(status), { ...judging, approvers })).toEqual({
        kind: 'pending-approval',
        approvers,
      });
    },
  );

  it('Granted with a start to come is scheduled; with one that has come it is in work', () => {
    expect(judge(request('Granted', { startTime: TOMORROW }), judging)).toEqual({
      kind: 'scheduled',
      from: TOMORROW,
    });
    expect(judge(request('Granted'), judging).kind).toBe('in-progress');
  });

  it('Provisioned with a start to come is not active yet', () => {
    expect(judge(request('Provisioned', { startTime: TOMORROW }), judging).kind).toBe('scheduled');
  });

  it('a start slightly ahead is their clock, unless a later start was asked for', () => {
    const startTime = new Date(NOW.getTime() + 60_000);
    expect(judge(request('Provisioned', { startTime }), judging).kind).toBe('active');
    const asked = { ...judging, isForLater: true };
    expect(judge(request('Provisioned', { startTime }), asked).kind).toBe('scheduled');
  });

  it.each(['Denied', 'AdminDenied'])('%s is denied', (status) => {
    expect(judge(request(status), judging).kind).toBe('denied');
  });

  it.each(['Failed', 'Canceled', 'TimedOut', 'Invalid', 'FailedAsResourceIsLocked', 'Revoked'])(
    '%s is failed, also in a 201',
    (status) => {
      expect(judge(request(status), judging).kind).toBe('failed');
    },
  );

  it.each(['PendingProvisioning', 'ScheduleCreated', 'AdminApproved', 'SomethingNew', ''])(
    '%j is in work: shown, and never taken for success',
    (status) => {
      const outcome = judge(request(status), judging);
      expect(outcome).toEqual({ kind: 'in-progress', status });
      expect(isSettled(outcome)).toBe(false);
    },
  );
});
