/** Date and time at least to the minute; with or without an offset. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})/u;

/** `Date` rolls February 30 over into March; whoever wrote that did not mean March. */
function exists([, year, month, day, hour, minute]: readonly (string | undefined)[]): boolean {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const date = new Date(Date.UTC(y, m - 1, d));
  const isDay = date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
  return isDay && Number(hour) < 24 && Number(minute) < 60;
}

/** Reads an ISO 8601 time. One without an offset is the machine's local time. */
export function parseInstant(text: string): Date | undefined {
  const match = ISO.exec(text);
  const date = match && exists(match) ? new Date(text) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}
