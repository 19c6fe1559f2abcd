import { parseHumanDuration, seconds, type Duration } from '../domain/duration.ts';
import { parseInstant as parseIsoInstant } from '../domain/instant.ts';

const CLOCK_TIME = /^(\d{1,2}):(\d{2})$/u;
const LONGEST_UNTIL_MS = 16 * 3_600_000;
const UNTIL = /^until\s+(.+)$/iu;

/** The next time the clock on the wall shows this, in the machine's time zone. */
function nextClockTime(text: string, from: Date): Date | undefined {
  const match = CLOCK_TIME.exec(text);
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || hour > 23 || minute > 59) return undefined;
  const instant = new Date(from);
  instant.setHours(hour, minute, 0, 0);
  if (instant <= from) instant.setDate(instant.getDate() + 1);
  return instant;
}

/** Reads `17:00` (the next one) or an ISO 8601 time; one without offset is the machine's local time. */
export function parseInstant(text: string, from: Date): Date | undefined {
  const trimmed = text.trim();
  return nextClockTime(trimmed, from) ?? parseIsoInstant(trimmed);
}

/** Reads `45m`, `2h`, `1h30m`, `PT2H`, and `until 17:00`, which counts from `from`. */
export function parseSpan(text: string, from: Date): Duration | undefined {
  const until = UNTIL.exec(text.trim())?.[1];
  if (until === undefined) return parseHumanDuration(text);
  const end = parseInstant(until, from);
  if (end === undefined || end <= from) return undefined;
  // A clock time that has just passed means a slip, not nearly a whole day.
  if (CLOCK_TIME.test(until.trim()) && end.getTime() - from.getTime() > LONGEST_UNTIL_MS)
    return undefined;
  return seconds(Math.ceil((end.getTime() - from.getTime()) / 60_000) * 60);
}
