import { expect, it } from 'vitest';
import { PimError } from '../../src/domain/errors.ts';
import { apart } from '../../src/operations/run-apart.ts';
import { signedIn } from '../../src/operations/signed-in.ts';
import { openStack } from '../support/stack.ts';

const parts = {
  work: (job: string) => Promise.resolve(`did ${job}`),
  failed: (job: string) => `failed ${job}`,
  notBegun: (job: string, why: string) => `${why} ${job}`,
};

function refuse(): Promise<string> {
  return Promise.reject(new PimError('network', 'no'));
}

async function context(call: { signal?: AbortSignal; answerBy?: Date } = {}) {
  const stack = await openStack();
  return { ...(await signedIn(stack.context)), call };
}

it('does each for itself', async () => {
  expect(await apart(await context(), parts)('one')).toBe('did one');
});

it('one that fails is an answer', async () => {
  expect(await apart(await context(), { ...parts, work: refuse })('one')).toBe('failed one');
});

it('begins nothing more once the call is cancelled', async () => {
  const controller = new AbortController();
  const run = apart(await context({ signal: controller.signal }), parts);
  expect(await run('one')).toBe('did one');
  controller.abort();
  expect(await run('two')).toBe('cancelled two');
});

it('begins nothing whose answer would come too late', async () => {
  const stack = await openStack();
  const answerBy = new Date(stack.clock.now().getTime() + 20_000);
  const run = apart({ ...(await signedIn(stack.context)), call: { answerBy } }, parts);
  expect(await run('one')).toBe('did one');
  stack.clock.advance(5000);
  expect(await run('two')).toBe('late two');
});
