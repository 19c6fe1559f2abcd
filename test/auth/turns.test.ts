import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { contextChallenge } from '../../src/domain/challenge.ts';
import { submit, testBrowser } from '../support/browser.ts';
import { consentedTo } from '../support/consented-to.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { heldBrowser } from '../support/held-browser.ts';
import { APPS, failureOf, newState, person, tenant } from './fixture.ts';
import { slowPerson } from './slow-person.ts';

const ADA = { user: 'ada.lindgren@contoso.example' };
const ANOTHER = 'Another sign-in of entra-pim waits for you.';
const SCRIPT = path.join(import.meta.dirname, 'signs-in.ts');
const OWN = { AZURE_CLIENT_ID: APPS.own };

const interactive = { signIn: 'interactive' } as const;

/** A process of its own, and what it has said so far. */
function processOn(folder: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT, folder, ''], {
    env: { ...process.env, ENTRA_PIM_TOKEN_STORE: 'file', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => said.push(line));
  return { child, said };
}

type Started = ReturnType<typeof processOn>;

const PATIENT = { timeout: 20_000 };

/** The one that opened a window, its address, and the others, who wait for it. */
async function windowOf(all: readonly Started[]) {
  const has = (words: string) => (each: Started) => each.said.join().includes(words);
  await expect.poll(() => all.filter(has('open this address')), PATIENT).toHaveLength(1);
  await expect.poll(() => all.filter(has(ANOTHER)), PATIENT).toHaveLength(all.length - 1);
  const opener = all.find(has('open this address'));
  const url = /https?:\/\/\S+$/u.exec(opener?.said.at(-1) ?? '')?.[0] ?? '';
  return { opener, url, others: all.filter((each) => each !== opener) };
}

describe('processes that need a first sign-in at the same moment', () => {
  it('open one window, and all have what it brought', { timeout: 60_000 }, async () => {
    const simulator = await tenant(interactive);
    const { path: folder } = await newState();
    const all = [1, 2, 3].map(() => processOn(folder, simulator.environment));
    const { url } = await windowOf(all);
    await submit(url, ADA);
    const lastWords = () => all.map(({ said }) => said.at(-1));
    await expect.poll(lastWords, PATIENT).toEqual(all.map(() => `signed in as ${ADA.user}`));
    expect(all.flatMap(({ said }) => said).filter((line) => line.includes('http'))).toHaveLength(1);
  });

  it('do not wait for one that was killed', { timeout: 60_000 }, async () => {
    const simulator = await tenant(interactive);
    const { path: folder } = await newState();
    const both = [1, 2].map(() => processOn(folder, simulator.environment));
    const { opener, others } = await windowOf(both);
    opener?.child.kill('SIGKILL');
    const [other] = others;
    await expect.poll(() => other?.said.join(), PATIENT).toContain('open this address');
  });
});

/** Somebody whose window stays open, and another process on the same folder. */
async function lateComer() {
  const simulator = await tenant(interactive);
  const slow = slowPerson();
  const first = await person(simulator.environment, { browser: slow.browser });
  const opening = first.signIn.token();
  await slow.opened;
  const clock = fakeClock();
  const browser = testBrowser((url) => submit(url, ADA));
  const late = await person(simulator.environment, { state: first.state, clock, browser });
  return { simulator, slow, first, opening, late, clock };
}

it('a call is told after 40 seconds that another process waits, and opens nothing afterwards', async () => {
  const { slow, opening, late, clock } = await lateComer();
  const call = failureOf(late.signIn.token());
  await expect.poll(() => late.notices).toHaveLength(1);
  clock.advance(40_000);
  expect(await call).toMatchObject({
    code: 'sign-in-pending',
    message: ANOTHER,
    details: { fix: expect.stringContaining('entra-pim login') },
  });
  expect(late.notices).toEqual([expect.stringContaining(ANOTHER)]);
  slow.press({ cancel: '1' });
  expect(await failureOf(opening)).toMatchObject({ code: 'consent-missing' });
  await expect.poll(() => readdir(late.state.path)).not.toContain('sign-in.lock');
  clock.advance(60_000);
  expect(clock.sleeping).toBe(0);
  expect(late.browser.urls).toEqual([]);
});

it('a call that is cancelled while another process waits opens nothing either', async () => {
  const { slow, opening, late, clock } = await lateComer();
  const controller = new AbortController();
  const answer = failureOf(late.signIn.token({ signal: controller.signal }));
  await expect.poll(() => clock.sleeping).toBeGreaterThan(0);
  controller.abort();
  expect(await answer).toMatchObject({ code: 'cancelled' });
  expect(clock.sleeping).toBe(0);
  slow.press(ADA);
  await opening;
  expect((await late.signIn.token()).account.username).toBe(ADA.user);
  expect(late.browser.urls).toEqual([]);
});

it('whoever waits has their turn when the sign-in elsewhere came to nothing', async () => {
  const { slow, opening, late, clock } = await lateComer();
  const call = late.signIn.token();
  await expect.poll(() => late.notices).toHaveLength(1);
  slow.press({ cancel: '1' });
  expect(await failureOf(opening)).toMatchObject({ code: 'consent-missing' });
  await expect.poll(() => readdir(late.state.path)).not.toContain('sign-in.lock');
  clock.advance(500);
  expect((await call).account.username).toBe(ADA.user);
  expect(late.browser.urls).toHaveLength(1);
});

it('`login` replaces a window that may be lost; what it brings ends the waiting of all', async () => {
  const { simulator, slow, first, opening, late, clock } = await lateComer();
  const call = late.signIn.token();
  await expect.poll(() => late.notices).toHaveLength(1);
  const browser = testBrowser((url) => submit(url, ADA));
  const shell = await person(simulator.environment, { state: first.state, browser });
  expect((await shell.signIn.signIn()).account.username).toBe(ADA.user);
  expect((await opening).account.username).toBe(ADA.user);
  expect(first.notices.at(-1)).toContain(ANOTHER);
  clock.advance(500);
  expect((await call).account.username).toBe(ADA.user);
  expect(late.browser.urls).toEqual([]);
  // Nobody can come back to the one that was replaced.
  const { port } = new URL(new URL(await slow.opened).searchParams.get('redirect_uri') ?? '');
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed');
});

it('of two `login`s the later one replaces the other', async () => {
  const simulator = await tenant(interactive);
  const slow = slowPerson();
  const first = await person(simulator.environment, { browser: slow.browser });
  const one = failureOf(first.signIn.signIn());
  await slow.opened;
  const browser = testBrowser((url) => submit(url, ADA));
  const second = await person(simulator.environment, { state: first.state, browser });
  expect((await second.signIn.signIn()).account.username).toBe(ADA.user);
  expect(await one).toMatchObject({
    code: 'sign-in-failed',
    message: 'Another sign-in was begun meanwhile, in place of this.',
  });
});

/** Ada in two processes; in the first one every window after the sign-in waits until `goOn`. */
async function twice() {
  const simulator = await tenant({
    scenario: consentedTo(APPS.own, ['RoleManagement.Read.Directory', 'user_impersonation']),
    identity: { userConsent: 'administrator' },
  });
  const { browser, ...held } = heldBrowser();
  const first = await person(simulator.environment, { env: OWN, browser });
  const { value: refused } = await first.signIn.token();
  const clock = fakeClock(new Date());
  const second = await person(simulator.environment, { env: OWN, state: first.state, clock });
  await second.signIn.token();
  return { first, second, clock, refused, ...held };
}

it.each([
  [
    'an authentication context',
    (refused: string) => ({ challenge: contextChallenge('c1'), refused }),
  ],
  ['a consent', () => ({ permissions: ['RoleAssignmentSchedule.ReadWrite.Directory'] })],
])('%s takes one window, whichever process needs it', async (_what, wishFor) => {
  const { first, second, clock, refused, opened, goOn } = await twice();
  const wish = wishFor(refused);
  const opening = first.signIn.token(wish);
  await opened;
  const waiting = second.signIn.token(wish);
  await expect.poll(() => second.notices).toEqual([expect.stringContaining(ANOTHER)]);
  goOn();
  const { value } = await opening;
  await expect.poll(() => readdir(second.state.path)).not.toContain('sign-in.lock');
  clock.advance(500);
  expect((await waiting).value).toBe(value);
  expect(second.browser.urls).toEqual([]);
});

it('another context takes a window of its own, after the first one', async () => {
  const { first, second, clock, opened, goOn } = await twice();
  const opening = first.signIn.token({ challenge: contextChallenge('c1') });
  await opened;
  const waiting = second.signIn.token({ challenge: contextChallenge('c2') });
  await expect.poll(() => second.notices).toHaveLength(1);
  goOn();
  await opening;
  await expect.poll(() => readdir(second.state.path)).not.toContain('sign-in.lock');
  clock.advance(500);
  expect((await waiting).contexts).toEqual(['c2']);
  expect(second.browser.urls).toHaveLength(1);
});
