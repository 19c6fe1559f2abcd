import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeDuration,
  formatIsoDuration,
  parseHumanDuration,
  parseIsoDuration,
  seconds,
} from '../../src/domain/duration.ts';

describe('ISO 8601 durations', () => {
  it.each([
    ['PT8H', 28_800],
    ['PT30M', 1800],
    ['PT0S', 0],
    ['P1D', 86_400],
    ['PT0.5H', 1800],
    ['pt1h30m', 5400],
  ])('%s is %i seconds', (text, expected) => {
    expect(parseIsoDuration(text)).toEqual({ seconds: expected });
  });

  it.each([
    ['PT8H30M', 30_600],
    ['P1DT2H', 93_600],
    ['PT1H30M', 5400],
    ['PT1.5H', 5400],
  ])('trap 9: %s is read whole, not only its hours', (text, expected) => {
    expect(parseIsoDuration(text)).toEqual({ seconds: expected });
  });

  it.each(['', 'P', 'PT', 'P1M', 'P1Y', '8:00:00', 'PT-1H', 'T1H', 'PT1H foo', 'P1W'])(
    'refuses %j',
    (text) => {
      expect(parseIsoDuration(text)).toBeUndefined();
    },
  );

  it('survives the way out and back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 * 86_400 }), (count) => {
        expect(parseIsoDuration(formatIsoDuration(seconds(count)))).toEqual(seconds(count));
      }),
    );
  });
});

describe('human durations', () => {
  it.each([
    ['45m', 2700],
    ['2h', 7200],
    ['1h30m', 5400],
    ['1 h 30 min', 5400],
    ['1.5 hours', 5400],
    ['90 minutes', 5400],
    ['1d', 86_400],
    ['PT2H', 7200],
  ])('%s is %i seconds', (text, expected) => {
    expect(parseHumanDuration(text)).toEqual({ seconds: expected });
  });

  it.each(['', '2', 'soon', '-1h', '1h -5m', '2x', 'h'])('refuses %j', (text) => {
    expect(parseHumanDuration(text)).toBeUndefined();
  });

  it('never throws and never gives a negative or broken number', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const duration = parseHumanDuration(text);
        expect(duration === undefined || duration.seconds >= 0).toBe(true);
      }),
    );
  });

  it('reads back what it describes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1440 }), (count) => {
        const duration = seconds(count * 60);
        expect(parseHumanDuration(describeDuration(duration))).toEqual(duration);
      }),
    );
  });
});
