import type { Attempt } from './send.ts';

/** How Microsoft's clock differs from ours, by the `Date` of its last answer. */
export interface ServerClock {
  note(attempt: Attempt, now: Date): void;
  /**
   * That moment of ours on Microsoft's clock; `null` while no answer had a date. May be early by as
   * long as the answer travelled, and by the second that `Date` leaves out; never late.
   */
  at(moment: Date): Date | null;
}

export function createServerClock(): ServerClock {
  let ahead: number | null = null;
  return {
    note(attempt, now) {
      if (attempt.kind === 'lost') return;
      const date = Date.parse(attempt.answer.header('date') ?? '');
      if (!Number.isNaN(date)) ahead = date - now.getTime();
    },
    at: (moment) => (ahead === null ? null : new Date(moment.getTime() + ahead)),
  };
}
