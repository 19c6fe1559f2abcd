import { describe, expect, it } from 'vitest';
import { hours } from '../../src/domain/duration.ts';
import {
  isOpen,
  requestStateOf,
  statusGroupOf,
  type RequestState,
  type StatusGroup,
} from '../../src/domain/status.ts';
import { NOW, pimRequest } from '../support/rows.ts';

const TOMORROW = new Date('2026-11-24T07:00:00Z');
const LAST_WEEK = new Date('2026-11-16T07:00:00Z');

/** The table of statuses, row by row, and what a request is said to be. */
const STATUSES: readonly (readonly [status: string, group: StatusGroup, state: RequestState])[] = [
  ['Provisioned', 'done', 'done'],
  ['Revoked', 'done', 'done'],
  ['Granted', 'accepted', 'in-progress'],
  ['ScheduleCreated', 'accepted', 'in-progress'],
  ['PendingApproval', 'waits', 'pending-approval'],
  ['PendingAdminDecision', 'waits', 'pending-approval'],
  ['PendingApprovalProvisioning', 'waits', 'pending-approval'],
  ['Accepted', 'working', 'in-progress'],
  ['PendingEvaluation', 'working', 'in-progress'],
  ['PendingProvisioning', 'working', 'in-progress'],
  ['PendingScheduleCreation', 'working', 'in-progress'],
  ['ProvisioningStarted', 'working', 'in-progress'],
  ['PendingExternalProvisioning', 'working', 'in-progress'],
  ['PendingRevocation', 'working', 'in-progress'],
  ['AdminApproved', 'working', 'in-progress'],
  ['Denied', 'denied', 'denied'],
  ['AdminDenied', 'denied', 'denied'],
  ['Failed', 'failed', 'failed'],
  ['FailedAsResourceIsLocked', 'failed', 'failed'],
  ['Canceled', 'failed', 'canceled'],
  ['TimedOut', 'failed', 'failed'],
  ['Invalid', 'failed', 'failed'],
];

describe('the status of a request', () => {
  it.each(STATUSES)('%s belongs to "%s" and is said as "%s"', (status, group, state) => {
    expect(statusGroupOf(status)).toBe(group);
    expect(statusGroupOf(status.toUpperCase())).toBe(group);
    expect(requestStateOf(pimRequest({ status }), NOW)).toBe(state);
  });

  it('is unknown where Microsoft uses a word that we do not know', () => {
    const status = 'PostApprovalExtensionPendingEvaluation';
    expect(statusGroupOf(status)).toBeUndefined();
    expect(requestStateOf(pimRequest({ status }), NOW)).toBe('unknown');
  });

  it.each(['Granted', 'ScheduleCreated', 'Provisioned'])(
    '%s is scheduled before its start',
    (status) => {
      expect(requestStateOf(pimRequest({ status, startTime: TOMORROW }), NOW)).toBe('scheduled');
    },
  );

  it('a clock of theirs that is a little ahead makes nothing scheduled', () => {
    const startTime = new Date(NOW.getTime() + 60_000);
    expect(requestStateOf(pimRequest({ startTime }), NOW)).toBe('done');
  });

  it('a denied request for tomorrow is denied', () => {
    expect(requestStateOf(pimRequest({ status: 'Denied', startTime: TOMORROW }), NOW)).toBe(
      'denied',
    );
  });

  it('what was accepted, and would be over by now, is over: nobody said that it came to be', () => {
    const request = pimRequest({ status: 'Granted', startTime: LAST_WEEK, duration: hours(1) });
    expect(requestStateOf(request, NOW)).toBe('over');
  });

  it.each([
    ['over', false],
    ['scheduled', true],
    ['pending-approval', true],
    ['in-progress', true],
    ['done', false],
    ['denied', false],
    ['failed', false],
    ['canceled', false],
    ['unknown', true],
  ] as const)('"%s" is open: %s', (state, open) => {
    expect(isOpen(state)).toBe(open);
  });
});
