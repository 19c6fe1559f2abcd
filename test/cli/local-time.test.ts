import { expect, it } from 'vitest';
import { withLocalTimes } from '../../src/cli/local-time.ts';

/** Half past nine on this machine's wall, whatever its time zone. */
const NOW = new Date(2026, 10, 23, 9, 30);

function utc(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

it('people read the time of their own wall, with the day only where it is another one', () => {
  const today = new Date(2026, 10, 23, 17, 5);
  const tomorrow = new Date(2026, 10, 24, 7, 0);
  expect(withLocalTimes(`Active until ${utc(today)}, then ${utc(tomorrow)}.`, NOW)).toBe(
    'Active until 17:05, then 2026-11-24 07:00.',
  );
});

it('leaves everything else alone', () => {
  expect(withLocalTimes('group "SG-2026-11-23" never', NOW)).toBe('group "SG-2026-11-23" never');
});
