import { expect, it } from 'vitest';
import { createSharedFlight } from '../../src/auth/shared-flight.ts';
import { deferred } from '../support/deferred.ts';
import { fakeClock } from '../support/fake-clock.ts';

const LEFT = { signal: AbortSignal.abort() };

it('begins anew for a call that comes the moment the failure is known', async () => {
  const flight = createSharedFlight<string>(fakeClock());
  const failed = Promise.reject(new Error('no'));
  const first = flight.join(() => failed, {}, null);
  const second = failed.catch(() => flight.join(() => Promise.resolve('yes'), {}, null));
  await expect(first).rejects.toThrow('no');
  expect(await second).toBe('yes');
});

it('is not forgotten when another flight, begun meanwhile, ends first', async () => {
  const flight = createSharedFlight<string>(fakeClock());
  const [inner, outer] = [deferred<string>(), deferred<string>()];
  const innerCalls: Promise<string>[] = [];
  const begin = (): Promise<string> => {
    innerCalls.push(flight.join(() => inner.promise, {}, null));
    return outer.promise;
  };
  const first = flight.join(begin, {}, null);
  inner.resolve('inner');
  expect(await Promise.all(innerCalls)).toEqual(['inner']);
  const joined = flight.join(() => Promise.resolve('a third one'), {}, null);
  outer.resolve('outer');
  expect(await Promise.all([first, joined])).toEqual(['outer', 'outer']);
  expect(flight.ended).toBe(2);
});

it.each([
  ['within two minutes', 119_999, 'unheard'],
  ['no longer after them', 120_000, undefined],
])('tells a failure that nobody heard, once, %s', async (_when, age, message) => {
  const clock = fakeClock();
  const flight = createSharedFlight<string>(clock);
  const work = deferred<string>();
  const failing = work.promise.then(() => {
    throw new Error('unheard');
  });
  await expect(flight.join(() => failing, LEFT, null)).rejects.toMatchObject({ code: 'cancelled' });
  work.resolve('');
  await expect(failing).rejects.toThrow('unheard');
  clock.advance(age);
  const failure = flight.takeFailure();
  expect(failure instanceof Error ? failure.message : failure).toBe(message);
  expect(flight.takeFailure()).toBeUndefined();
});
