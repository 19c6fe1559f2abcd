import { addTo, parseIsoDuration } from '../domain/duration.ts';
import type { RequestEntry } from './journal.ts';

/** When and for how long, as a request asked for it. */
export type Schedule = NonNullable<RequestEntry['schedule']>;

/** When a schedule ends that begins at `start`, which may be later than asked; `null` = never. */
export function endOfSchedule({ expiration }: Schedule, start: Date): Date | null {
  if (expiration.endDateTime !== null) return new Date(expiration.endDateTime);
  const duration = parseIsoDuration(expiration.duration ?? '');
  return duration ? addTo(start, duration) : null;
}
