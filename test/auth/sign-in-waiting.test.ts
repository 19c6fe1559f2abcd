import { expect, it } from 'vitest';
import { failureOf, person, tenant, tokenRequests } from './fixture.ts';
import { browse, testBrowser } from '../support/browser.ts';
import { deferred } from '../support/deferred.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { slowPerson } from './slow-person.ts';

const ADA = { user: 'ada.lindgren@contoso.example' };

const interactive = { signIn: 'interactive' } as const;

/** A sign-in that goes on after the call that began it was told to come back later. */
async function leftWaiting() {
  const simulator = await tenant(interactive);
  const clock = fakeClock();
  const { browser, opened, press } = slowPerson();
  const { signIn } = await person(simulator.environment, { clock, browser });
  const first = failureOf(signIn.token());
  await opened;
  clock.advance(40_000);
  expect(await first).toMatchObject({ code: 'sign-in-pending' });
  return { simulator, clock, browser, press, signIn };
}

it('answers after 40 seconds that the person has to finish, and the next call finds it done', async () => {
  const simulator = await tenant(interactive);
  const clock = fakeClock();
  const { browser, opened, press } = slowPerson();
  const { signIn } = await person(simulator.environment, { clock, browser });
  const first = failureOf(signIn.token());
  await opened;
  clock.advance(40_000);
  const pending = await first;
  expect(pending).toMatchObject({
    code: 'sign-in-pending',
    message: 'Finish signing in in the browser, then call again.',
  });
  expect(pending).not.toHaveProperty('details.signInUrl');
  press(ADA);
  await browser.tab();
  expect((await signIn.token()).account.displayName).toBe('Ada Lindgren');
  expect(browser.urls).toHaveLength(1);
});

it('lets a later call join the sign-in that goes on', async () => {
  const { browser, press, signIn } = await leftWaiting();
  const second = signIn.token();
  press(ADA);
  expect((await second).account.displayName).toBe('Ada Lindgren');
  expect(browser.urls).toHaveLength(1);
});

it('ends a call that is cancelled, at once and alone', async () => {
  const simulator = await tenant(interactive);
  const { browser, opened, press } = slowPerson();
  const { signIn } = await person(simulator.environment, { browser });
  const controller = new AbortController();
  const cancelled = failureOf(signIn.token({ signal: controller.signal }));
  const patient = signIn.token();
  await opened;
  controller.abort();
  expect(await cancelled).toMatchObject({ code: 'cancelled' });
  press(ADA);
  expect((await patient).account.displayName).toBe('Ada Lindgren');
  expect(tokenRequests(simulator)).toBe(1);
});

it('does not begin for a call that was cancelled before', async () => {
  const simulator = await tenant();
  const { signIn, browser } = await person(simulator.environment);
  expect(await failureOf(signIn.token({ signal: AbortSignal.abort() }))).toMatchObject({
    code: 'cancelled',
  });
  expect(browser.urls).toEqual([]);
  expect(simulator.requests.all()).toEqual([]);
});

it('waits without limit when somebody asked to sign in', async () => {
  const simulator = await tenant(interactive);
  const clock = fakeClock();
  const { browser, opened, press } = slowPerson();
  const { signIn } = await person(simulator.environment, { clock, browser });
  const token = signIn.signIn();
  await opened;
  clock.advance(299_000);
  press(ADA);
  expect((await token).account.displayName).toBe('Ada Lindgren');
});

it('gives up after five minutes; the next call begins anew', async () => {
  const simulator = await tenant(interactive);
  const clock = fakeClock();
  const slow = slowPerson();
  const { signIn } = await person(simulator.environment, { clock, browser: slow.browser });
  const late = failureOf(signIn.signIn());
  await slow.opened;
  clock.advance(300_000);
  expect(await late).toMatchObject({
    code: 'sign-in-failed',
    message: 'Nobody signed in within 5 minutes.',
  });
  expect(clock.sleeping).toBe(0);
  await simulator.stop();
  expect(await failureOf(signIn.signIn())).toMatchObject({ code: 'network' });
});

it('tells a failure that came after everybody had left to the next call, once', async () => {
  const { simulator, browser, press, signIn } = await leftWaiting();
  simulator.behaviour.patch({
    identity: { refusals: [{ code: 53003, appliesTo: '*', at: 'token' }] },
  });
  press(ADA);
  expect((await browser.tab()).text).toContain('Sign-in failed');
  expect(await failureOf(signIn.token())).toMatchObject({
    code: 'sign-in-failed',
    details: { reasons: ['AADSTS53003'] },
  });
  simulator.behaviour.patch({ identity: { refusals: [] } });
  press(ADA);
  expect((await signIn.token()).account.displayName).toBe('Ada Lindgren');
  expect(browser.urls).toHaveLength(2);
});

it('names the address to a call that waited in vain for somebody without a browser', async () => {
  const simulator = await tenant();
  const clock = fakeClock();
  const opened = deferred<string>();
  const broken = testBrowser((url) => {
    opened.resolve(url);
    return Promise.reject(new Error('no display'));
  });
  const { signIn, notices } = await person(simulator.environment, { clock, browser: broken });
  const waited = failureOf(signIn.token());
  const url = await opened.promise;
  await expect.poll(() => notices).toHaveLength(2);
  clock.advance(40_000);
  expect(await waited).toMatchObject({
    code: 'sign-in-pending',
    message: expect.stringContaining('No browser could be opened'),
    details: { signInUrl: url },
  });
  await browse(url);
  expect((await signIn.token()).account.displayName).toBe('Ada Lindgren');
});

it('takes a cancel in the browser for what it is', async () => {
  const simulator = await tenant(interactive);
  const { browser, opened, press } = slowPerson();
  const { signIn } = await person(simulator.environment, { browser });
  const failure = failureOf(signIn.token());
  await opened;
  press({ cancel: '1' });
  expect((await browser.tab()).text).toContain('Sign-in failed');
  expect(await failure).toMatchObject({ code: 'consent-missing' });
});

it('goes on when no browser can be opened: the address was told', async () => {
  const simulator = await tenant();
  const opened = deferred<string>();
  const broken = testBrowser((url) => {
    opened.resolve(url);
    return Promise.reject(new Error('no display'));
  });
  const { signIn, notices } = await person(simulator.environment, { browser: broken });
  const token = signIn.token();
  const url = await opened.promise;
  expect((await browse(url)).text).toContain('Authentication complete');
  expect((await token).account.displayName).toBe('Ada Lindgren');
  expect(notices).toEqual([
    expect.stringContaining(url),
    expect.stringContaining('No browser could be opened. Use the address above'),
  ]);
});
