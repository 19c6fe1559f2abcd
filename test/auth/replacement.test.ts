/** `login` and those who wait, in any order: never two windows at once. */
import { describe, expect, it } from 'vitest';
import type { AccessToken } from '../../src/domain/ports.ts';
import { createTurns, type Turns } from '../../src/auth/turn.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import { deferred } from '../support/deferred.ts';
import { failureOf, newState } from './fixture.ts';

const TOKEN: AccessToken = {
  value: 'brought',
  account: { objectId: 'o', tenantId: 't', username: 'ada', displayName: null },
  claims: { wids: null, groups: null },
  scopes: [],
};

/** Windows of all processes on one folder: how many are open, and were at most. */
async function machine() {
  const { path: folder } = await newState();
  let open = 0;
  const log: string[] = [];
  let most = 0;
  let putOff = 0;
  let brought: AccessToken | null = null;
  const ended = new AbortController();

  /** Stays open until it is replaced, or the person is done. */
  function windowOf(name: string, done?: Promise<unknown>) {
    return async (replaced: AbortSignal): Promise<AccessToken> => {
      open += 1;
      most = Math.max(most, open);
      log.push(name);
      const gone = new Promise<never>((_, reject) => {
        replaced.addEventListener('abort', () => reject(new Error('replaced')), { once: true });
      });
      try {
        await Promise.race([gone, done ?? deferred<void>().promise]);
        brought = TOKEN;
        return TOKEN;
      } finally {
        open -= 1;
      }
    };
  }

  const process = (): Turns => createTurns(openStateDirectory(folder), systemClock);
  /** Looks for what others brought, as soon as `gate` lets it. */
  const take = (name: string, gate?: Promise<void>) =>
    process().take({
      look: async () => {
        await gate;
        return brought;
      },
      open: windowOf(name),
      waiting: () => {
        putOff += 1;
      },
      abandoned: ended.signal,
    });
  return {
    take,
    login: (name: string, done: Promise<unknown>) => process().takeAtOnce(windowOf(name, done)),
    opened: async (name: string): Promise<void> => {
      await expect.poll(() => log, { timeout: 10_000 }).toContain(name);
    },
    log,
    most: () => most,
    putOff: () => putOff,
    state: openStateDirectory(folder),
  };
}

describe('a login while others', () => {
  it('wait: none of them opens a window before it', async () => {
    const { take, login, opened, log, most } = await machine();
    const first = take('first');
    await opened('first');
    const others = ['b', 'c', 'd'].map((name) => take(name));
    const done = deferred<void>();
    const signedIn = login('login', done.promise);
    await opened('login');
    done.resolve();
    expect(await signedIn).toBe(TOKEN);
    expect(await Promise.all([first, ...others])).toEqual([TOKEN, TOKEN, TOKEN, TOKEN]);
    expect(log).toEqual(['first', 'login']);
    expect(most()).toBe(1);
  });

  it('are about to open one: they do not', async () => {
    const { take, login, opened, log, most, state } = await machine();
    const looked = deferred<void>();
    const slow = take('slow', looked.promise);
    await expect.poll(() => state.isHeld('sign-in')).toBe(true);
    const done = deferred<void>();
    const signedIn = login('login', done.promise);
    await expect.poll(() => state.isHeld('sign-in-next')).toBe(true);
    looked.resolve();
    await opened('login');
    done.resolve();
    expect(await signedIn).toBe(TOKEN);
    expect(await slow).toBe(TOKEN);
    expect(log).toEqual(['login']);
    expect(most()).toBe(1);
  });

  it('log in as well: one after the other', async () => {
    const { take, login, opened, log, most } = await machine();
    const first = take('first');
    await opened('first');
    const done = deferred<void>();
    const logins = Promise.allSettled(['one', 'two'].map((name) => login(name, done.promise)));
    await expect.poll(() => log.length, { timeout: 10_000 }).toBeGreaterThan(1);
    done.resolve();
    expect((await logins).map(({ status }) => status)).toContain('fulfilled');
    expect(await first).toBe(TOKEN);
    expect(most()).toBe(1);
  });

  it('do not let go: it goes on, and nobody else opens one meanwhile', async () => {
    const { take, login, opened, log, state, putOff } = await machine();
    const stuck = await state.seize('sign-in');
    const done = deferred<void>();
    const signedIn = login('login', done.promise);
    await opened('login');
    await stuck?.release();
    const late = take('late');
    // It had the turn, and gave it back.
    await expect.poll(putOff, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(log).toEqual(['login']);
    done.resolve();
    expect(await signedIn).toBe(TOKEN);
    expect(await late).toBe(TOKEN);
    expect(log).toEqual(['login']);
  });
});

it('what the replaced window failed with is no failure of those who wait', async () => {
  const { take, login, opened } = await machine();
  const first = take('first');
  await opened('first');
  const closed = deferred<void>();
  const failing = failureOf(
    login(
      'login',
      closed.promise.then(() => Promise.reject(new Error('closed'))),
    ),
  );
  await opened('login');
  closed.resolve();
  expect(await failing).toMatchObject({ message: 'closed' });
  const done = deferred<void>();
  const again = login('again', done.promise);
  await opened('again');
  done.resolve();
  expect(await again).toBe(TOKEN);
  expect(await first).toBe(TOKEN);
});
