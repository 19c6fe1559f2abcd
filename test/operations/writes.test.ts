import { expect, it } from 'vitest';
import { Writes } from '../../src/operations/writes.ts';
import { deferred } from '../support/deferred.ts';

it('waits for every write that has begun, however it ends, and begins no other', async () => {
  const writes = new Writes();
  const [good, bad] = [deferred<string>(), deferred<Error>()];
  const first = writes.track(() => good.promise);
  const second = writes.track(async () => {
    throw await bad.promise;
  });
  let isSettled = false;
  const settled = (async () => {
    await writes.settled();
    isSettled = true;
  })();
  const late = writes.track(() => Promise.resolve('sent'));
  await expect(late).rejects.toMatchObject({ code: 'cancelled' });
  good.resolve('done');
  expect(await first).toBe('done');
  expect(isSettled).toBe(false);
  bad.resolve(new Error('no'));
  await expect(second).rejects.toThrow('no');
  await settled;
  expect(isSettled).toBe(true);
});
