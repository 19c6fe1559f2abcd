/**
 * A span of time. PIM speaks ISO 8601 (`PT1H30M`); people speak `1h30m`; we compute in seconds.
 * Never negative; fractions of a second are not kept.
 */
export interface Duration {
  readonly seconds: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function seconds(count: number): Duration {
  return { seconds: Math.round(count) };
}

export function minutes(count: number): Duration {
  return seconds(count * MINUTE);
}

export function hours(count: number): Duration {
  return seconds(count * HOUR);
}

export function isLonger(a: Duration, b: Duration): boolean {
  return a.seconds > b.seconds;
}

export function shorterOf(a: Duration, b: Duration): Duration {
  return isLonger(a, b) ? b : a;
}

export function addTo(instant: Date, duration: Duration): Date {
  return new Date(instant.getTime() + duration.seconds * 1000);
}

const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
const ISO = new RegExp(
  `^P(?:${NUMBER}D)?(?:T(?=\\d)(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
  'iu',
);
const HUMAN = new RegExp(
  `^(?:${NUMBER}\\s*d(?:ays?)?)?\\s*(?:${NUMBER}\\s*h(?:(?:ou)?rs?)?)?\\s*(?:${NUMBER}\\s*m(?:in(?:ute)?s?)?)?$`,
  'iu',
);

function sum(parts: readonly (string | undefined)[]): Duration {
  const units = [DAY, HOUR, MINUTE, 1];
  return seconds(units.reduce((total, unit, index) => total + Number(parts[index] ?? 0) * unit, 0));
}

/**
 * Reads `P1DT2H`, `PT8H30M`, `PT0S`. Years, months and weeks have no fixed length in PIM's answers
 * and are not durations here: `undefined`, like everything else that is not understood.
 */
export function parseIsoDuration(text: string): Duration | undefined {
  const match = ISO.exec(text.trim());
  return match && text.trim().length > 1 ? sum(match.slice(1)) : undefined;
}

/** Reads `45m`, `2h`, `1h30m`, `1.5 hours`, `1d`, `PT2H`. A bare number has no unit and is refused. */
export function parseHumanDuration(text: string): Duration | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const iso = parseIsoDuration(trimmed);
  if (iso) return iso;
  const match = HUMAN.exec(trimmed);
  return match ? sum(match.slice(1)) : undefined;
}

function split({ seconds: total }: Duration): { hours: number; minutes: number; seconds: number } {
  return {
    hours: Math.floor(total / HOUR),
    minutes: Math.floor((total % HOUR) / MINUTE),
    seconds: total % MINUTE,
  };
}

/** As PIM writes it: hours, minutes, seconds, never days (`PT24H`, as the portal sends). */
export function formatIsoDuration(duration: Duration): string {
  const { hours: h, minutes: m, seconds: s } = split(duration);
  const text = `${h > 0 ? `${h}H` : ''}${m > 0 ? `${m}M` : ''}${s > 0 ? `${s}S` : ''}`;
  return text === '' ? 'PT0S' : `PT${text}`;
}

/** As people read it: `45 min`, `2 h`, `1 h 30 min`. */
export function describeDuration(duration: Duration): string {
  const { hours: h, minutes: m, seconds: s } = split(duration);
  const parts = [h > 0 ? `${h} h` : '', m > 0 ? `${m} min` : '', s > 0 ? `${s} s` : ''];
  return parts.filter((part) => part !== '').join(' ') || '0 min';
}
