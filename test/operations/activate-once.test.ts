import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { activate, posts, refusal, WHY } from '../support/activate.ts';
import { openStack, type Stack } from '../support/stack.ts';

async function rounds(stack: Stack, name: string): Promise<number> {
  await stack.signIn.token();
  stack.simulator.requests.clear();
  stack.simulator.faults.add({ times: 40, action: { kind: 'delay', milliseconds: 60 } });
  const result = await activate(stack, { name });
  expect(result.status).toBe('active');
  return stack.simulator.requests.sequentialRounds();
}

describe('activate: never twice', () => {
  it('trap 19: an answer that got lost is found by looking, not by sending again', async () => {
    const stack = await openStack();
    stack.simulator.faults.add({
      match: { method: 'POST', pathIncludes: 'ScheduleRequests' },
      action: { kind: 'drop-after' },
    });
    const result = await activate(stack, { name: 'Production Support' });
    expect(result.status).toBe('active');
    expect(posts(stack)).toHaveLength(1);
  });

  it('trap 19: when nobody can tell, it says so instead of guessing', async () => {
    const stack = await openStack();
    stack.simulator.faults.add({
      match: { method: 'POST', pathIncludes: 'ScheduleRequests' },
      action: { kind: 'drop-before' },
    });
    await expect(activate(stack, { name: 'Production Support' })).rejects.toMatchObject({
      code: 'outcome-unknown',
    });
    expect(posts(stack)).toHaveLength(1);
  });

  it('a cancel before sending sends nothing', async () => {
    const stack = await openStack();
    await stack.run('list_eligible', {});
    const call = { signal: AbortSignal.abort() };
    const cancelled = stack.run(
      'activate',
      { name: 'Production Support', justification: WHY },
      { call },
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(posts(stack)).toEqual([]);
  });

  it('a cancel after sending leaves the write to finish and be recorded', async () => {
    const stack = await openStack();
    const cancel = new AbortController();
    stack.simulator.faults.add({
      match: { method: 'POST', pathIncludes: 'ScheduleRequests' },
      action: { kind: 'hold' },
    });
    const input = { name: 'Security Reader', justification: WHY };
    const run = stack.run('activate', input, { call: { signal: cancel.signal } });
    while (posts(stack).length === 0) await setImmediate();
    cancel.abort();
    stack.simulator.faults.release();
    await run.catch(() => undefined);
    await stack.context.writes.settled();
    expect(stack.simulator.requests.all().at(-1)).toMatchObject({ method: 'POST', status: 201 });
  });
});

describe('activate: round trips', () => {
  it('by name, cold: lists, policy, request', async () => {
    expect(await rounds(await openStack(), 'Security Reader')).toBe(3);
  });

  it('by id, cold: the policy is asked for beside the lists', async () => {
    expect(await rounds(await openStack(), '5d6b6bb7-de71-4623-b4af-96380a352509')).toBe(2);
  });

  it('when lists and policy were read moments ago: the request alone', async () => {
    const stack = await openStack();
    const wish = { name: '5d6b6bb7-de71-4623-b4af-96380a352509', justification: WHY, duration: 24 };
    await refusal(stack, wish);
    expect(await rounds(stack, 'Security Reader')).toBe(1);
  });
});
