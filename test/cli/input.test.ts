import { describe, expect, it } from 'vitest';
import { toInput, UsageError, type Typed } from '../../src/cli/input.ts';
import { activate } from '../../src/operations/activate.ts';
import { listEligible } from '../../src/operations/list-eligible.ts';
import type { Operation } from '../../src/operations/operation.ts';

const NOW = new Date(2026, 10, 23, 9, 30);

function inputOf(operation: Operation, typed: Typed): Record<string, unknown> {
  if (!operation.command) throw new TypeError('no command');
  return toInput(operation, operation.command, typed, NOW);
}

describe('text from the shell becomes the operation’s input', () => {
  it('durations become hours, times ISO 8601', () => {
    const input = inputOf(activate, {
      name: 'SG-Ops',
      duration: '1h30m',
      start_time: '2026-11-24T07:00:00Z',
    });
    expect(input).toEqual({
      name: 'SG-Ops',
      duration: 1.5,
      start_time: '2026-11-24T07:00:00.000Z',
    });
  });

  it('"until" counts from the start, where one is given', () => {
    const input = inputOf(activate, { name: 'x', duration: 'until 12:00', start_time: '10:00' });
    expect(input['duration']).toBe(2);
  });

  it('choices are read without case, and by their last word', () => {
    expect(inputOf(listEligible, { type: 'group' })).toEqual({ type: 'Group' });
    expect(inputOf(listEligible, { type: 'role' })).toEqual({ type: 'EntraRole' });
    expect(() => inputOf(listEligible, { type: 'le' })).toThrow('is not one of');
    expect(inputOf(activate, { name: 'x', access_id: 'OWNER' })).toMatchObject({
      access_id: 'owner',
    });
  });

  it.each([
    [listEligible, { type: 'subscription' }, '--type'],
    [listEligible, { limit: 'many' }, '--limit'],
    [listEligible, { limit: '0' }, 'limit'],
    [activate, { name: 'x', duration: 'soon' }, '--duration'],
    [activate, { name: 'x', duration: '-1h' }, '--duration'],
    [activate, { name: 'x', start_time: 'later' }, '--start'],
    [activate, { name: '' }, 'name'],
  ])('names the flag that is wrong (%#)', (operation, typed, flag) => {
    expect(() => inputOf(operation, typed)).toThrow(UsageError);
    expect(() => inputOf(operation, typed)).toThrow(flag);
  });

  it('what was typed is quoted as data', () => {
    expect(() => inputOf(activate, { name: 'x', duration: '\u001B[2J"1h' })).toThrow('"[2J’1h"');
  });
});
