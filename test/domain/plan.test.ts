import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hours, minutes, seconds } from '../../src/domain/duration.ts';
import { planActivation, type PlanContext, type Wish } from '../../src/domain/plan.ts';
import { unknownPolicy, type Policy } from '../../src/domain/policy.ts';
import { eligibleRow, NOW, policy } from '../support/rows.ts';

const context: PlanContext = {
  principalId: '3f2b9c1a-7d54-4f0e-8a36-1c9e5b7d2f40',
  defaultDuration: hours(1),
  now: NOW,
};

function wish(fields: Partial<Wish> = {}): Wish {
  return {
    justification: 'INC-4711',
    duration: null,
    ticket: { number: null, system: null },
    startTime: null,
    ...fields,
  };
}

function plan(rules: Policy, wanted: Wish = wish(), where: PlanContext = context) {
  return planActivation(eligibleRow(), rules, wanted, where);
}

function problemsOf(result: ReturnType<typeof plan>): string[] {
  return result.kind === 'refusal' ? result.problems.map(({ code }) => code) : [];
}

describe('how long', () => {
  it.each([
    ['one hour, when more is allowed', hours(8), hours(1), hours(1)],
    ['the maximum, when that is less than an hour', minutes(30), hours(1), minutes(30)],
    ['the maximum, when that is the setting', hours(8), 'maximum', hours(8)],
    ['the setting, when it is allowed', hours(8), hours(2), hours(2)],
  ] as const)('by default %s', (_, maximumDuration, defaultDuration, expected) => {
    const result = plan(policy({ maximumDuration }), wish(), { ...context, defaultDuration });
    expect(result).toMatchObject({ order: { duration: expected }, isDurationDefault: true });
  });

  it.each([
    ['an unreadable policy', unknownPolicy('403')],
    ['a policy without a maximum', policy({ maximumDuration: 'unknown' })],
  ])('trap 11: with %s it stays one hour, never 8', (_, rules) => {
    for (const defaultDuration of [hours(4), 'maximum'] as const)
      expect(plan(rules, wish(), { ...context, defaultDuration })).toMatchObject({
        order: { duration: hours(1) },
      });
  });

  it('trap 9: refuses more than the maximum and names it', () => {
    const result = plan(policy({ maximumDuration: minutes(90) }), wish({ duration: hours(2) }));
    expect(result).toMatchObject({
      kind: 'refusal',
      problems: [{ code: 'duration-too-long', fix: 'Ask for 1 h 30 min or less.' }],
    });
  });

  it('refuses what PIM never allows, also when the policy is unknown', () => {
    expect(problemsOf(plan(unknownPolicy('403'), wish({ duration: hours(25) })))).toEqual([
      'duration-too-long',
    ]);
    expect(problemsOf(plan(policy(), wish({ duration: seconds(299) })))).toEqual([
      'duration-too-short',
    ]);
  });

  it('never plans more than the policy allows', () => {
    const span = fc.integer({ min: 1, max: 200_000 }).map(seconds);
    fc.assert(
      fc.property(span, fc.option(span), span, (maximumDuration, duration, defaultDuration) => {
        const result = plan(policy({ maximumDuration }), wish({ duration }), {
          ...context,
          defaultDuration,
        });
        const planned = result.kind === 'plan' ? result.order.duration.seconds : 0;
        expect(planned).toBeLessThanOrEqual(maximumDuration.seconds);
      }),
    );
  });
});

describe('what the policy demands', () => {
  it('all problems are reported together', () => {
    const rules = policy({
      maximumDuration: hours(1),
      justification: 'required',
      ticket: 'required',
    });
    const wanted = wish({ justification: null, duration: hours(2) });
    expect(problemsOf(plan(rules, wanted))).toEqual([
      'duration-too-long',
      'justification-required',
      'ticket-required',
    ]);
  });

  it('wants both the number and the system of a ticket', () => {
    const half = wish({ ticket: { number: 'CHG-1', system: null } });
    expect(plan(policy({ ticket: 'required' }), half)).toMatchObject({
      problems: [{ code: 'ticket-required', fix: 'Give the ticket system.' }],
    });
  });

  it('demands nothing on the strength of an unknown policy', () => {
    expect(plan(unknownPolicy('403'), wish({ justification: null })).kind).toBe('plan');
  });
});

describe('when', () => {
  it('trap 10: now, never a moment ago', () => {
    const startTime = new Date(NOW.getTime() - 60_000);
    expect(plan(policy(), wish({ startTime }))).toMatchObject({ order: { startTime: NOW } });
  });

  it('refuses a start long past, and one after the eligibility has ended', () => {
    const past = new Date('2026-11-22T09:00:00Z');
    expect(problemsOf(plan(policy(), wish({ startTime: past })))).toEqual(['start-in-the-past']);
    const row = eligibleRow({ endTime: new Date('2026-11-24T00:00:00Z') });
    const late = wish({ startTime: new Date('2026-11-25T00:00:00Z') });
    expect(problemsOf(planActivation(row, policy(), late, context))).toEqual([
      'start-after-eligibility',
    ]);
  });
});

describe('who and what', () => {
  it('trap 3: the principal is the caller, the target is the row as it stands', () => {
    const row = eligibleRow({ memberType: 'Group' });
    expect(planActivation(row, policy(), wish(), context)).toMatchObject({
      order: { principalId: context.principalId, target: row.target },
    });
  });
});
