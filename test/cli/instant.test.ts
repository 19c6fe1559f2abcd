import { describe, expect, it } from 'vitest';
import { parseInstant, parseSpan } from '../../src/cli/instant.ts';

/** Half past nine on this machine's wall, whatever its time zone. */
const MORNING = new Date(2026, 10, 23, 9, 30);

function minutesOf(text: string, from = MORNING): number | undefined {
  const span = parseSpan(text, from);
  return span && span.seconds / 60;
}

describe('durations on the command line', () => {
  it.each([
    ['45m', 45],
    ['2h', 120],
    ['1h30m', 90],
    ['PT2H', 120],
    ['until 17:00', 450],
    ['UNTIL 9:31', 1],
  ])('%s is %i minutes', (text, minutes) => {
    expect(minutesOf(text)).toBe(minutes);
  });

  it('"until" means the next time the clock shows that', () => {
    expect(minutesOf('until 17:30')).toBe(8 * 60);
    expect(minutesOf('until 01:00', new Date(2026, 10, 23, 23, 0))).toBe(120);
  });

  it.each([
    '2',
    'until',
    'until noon',
    'until 25:00',
    'until 17:60',
    'until 09:30',
    'until 09:00',
    '-1h',
    '',
  ])('refuses %j', (text) => {
    expect(parseSpan(text, MORNING)).toBeUndefined();
  });
});

describe('times on the command line', () => {
  it('reads a clock time and ISO 8601', () => {
    expect(parseInstant('17:00', MORNING)).toEqual(new Date(2026, 10, 23, 17, 0));
    expect(parseInstant('2026-11-24T07:00:00Z', MORNING)).toEqual(new Date('2026-11-24T07:00:00Z'));
  });

  it.each(['tomorrow', '2026-11-24', '1', '2026-13-45T07:00Z', ''])('refuses %j', (text) => {
    expect(parseInstant(text, MORNING)).toBeUndefined();
  });
});
