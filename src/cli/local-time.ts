/** As views write times: `2026-11-23 20:00Z`. */
const UTC_MINUTE = /\b\d{4}-\d{2}-\d{2} \d{2}:\d{2}Z/gu;

function two(count: number): string {
  return String(count).padStart(2, '0');
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function localText(stamp: string, now: Date): string {
  const date = new Date(stamp.replace(' ', 'T'));
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return dayOf(date) === dayOf(now) ? time : `${dayOf(date)} ${time}`;
}

/**
 * The clock on the wall of whoever reads this, the day only where it is another one. People type local
 * times (`until 17:00`), so they read them too; JSON and MCP stay in UTC.
 */
export function withLocalTimes(text: string, now: Date): string {
  return text.replace(UTC_MINUTE, (stamp) => localText(stamp, now));
}
