import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { posts } from '../support/activate.ts';
import { person } from '../support/person.ts';
import { openStack } from '../support/stack.ts';

it('a write that Microsoft does not answer in time goes on, and is said to', async () => {
  const stack = await openStack();
  const ada = person(stack);
  await ada.eligible();
  stack.simulator.faults.add({
    match: { method: 'POST', pathIncludes: 'assignmentScheduleRequests' },
    action: { kind: 'hold' },
  });
  const { clock } = stack;
  const call = { answerBy: new Date(clock.now().getTime() + 52_000) };
  const answer = ada.activate({ name: 'Production Support' }, { call });
  while (posts(stack).length === 0) await setImmediate();
  clock.advance(53_000);
  const early = await answer;
  expect(early).toMatchObject({ status: 'in-progress', requestId: null });
  expect(early.message).toContain('NOT ACTIVE yet');
  expect(early.notes?.join(' ')).toContain('not sent again');
  stack.simulator.faults.release();
  await stack.context.writes.settled();
  expect((await ada.journal()).map(({ step }) => step)).toEqual(['sending', 'sent']);
  clock.advance(60_000);
  expect((await ada.active({ search: 'Production Support' })).active).toHaveLength(1);
});
