import type { Clock, Log, LogFacts } from '../domain/ports.ts';
import { LOG_LEVELS, type LogLevel } from '../domain/settings.ts';
import { cleanMessage } from '../domain/text.ts';

/**
 * What looks like a token: a JWT, or one of Entra's opaque ones. Nothing that is logged may hold any:
 * this is the second line, for what the first one overlooks.
 */
const SECRET = /\beyJ[\w-]+(?:\.[\w-]+)*|\b(?:0|1)\.A[\w-]{40,}[\w.-]*/gu;

/** Where something was left out that should not have come this far. */
export const REDACTED = '[redacted]';

function textOf(facts: LogFacts): string {
  return Object.entries(facts)
    .map(([name, value]) => {
      const text = typeof value === 'string' ? JSON.stringify(cleanMessage(value)) : String(value);
      return ` ${name}=${text}`;
    })
    .join('')
    .replaceAll(SECRET, REDACTED);
}

/** One line an event, on standard error; `null` where nothing is to be written down. */
export function createLog(
  level: LogLevel,
  clock: Clock,
  write: (line: string) => void,
): Log | null {
  const most = LOG_LEVELS.indexOf(level);
  if (most === 0) return null;
  return (of, event, facts = {}) => {
    if (LOG_LEVELS.indexOf(of) > most) return;
    write(`${clock.now().toISOString()} ${of} ${event}${textOf(facts)}\n`);
  };
}
