import { decodeJwt } from 'jose';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { contextChallenge, MFA_CHALLENGE } from '../../src/domain/challenge.ts';
import { APPS, failureOf, FRESH, identityRequests, person, tenant } from './fixture.ts';
import { browse, testBrowser } from '../support/browser.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { heldBrowser } from '../support/held-browser.ts';

const OWN = { env: { AZURE_CLIENT_ID: APPS.own } };
const C1 = contextChallenge('c1');
const C2 = contextChallenge('c2');

/** Ada, signed in already, and every further visit of her browser held until `goOn`. */
async function heldBack() {
  const simulator = await tenant();
  const { browser, ...held } = heldBrowser();
  const clock = fakeClock();
  const ada = await person(simulator.environment, { ...OWN, browser, clock });
  await ada.signIn.token();
  return { ...ada, simulator, clock, ...held };
}

it('brings a token with the context, as a client that can handle challenges', async () => {
  const simulator = await tenant();
  const { signIn } = await person(simulator.environment, OWN);
  const { value: refused } = await signIn.token();
  const token = await signIn.token({ challenge: C1, refused });
  expect(decodeJwt(token.value)).toMatchObject({ acrs: ['c1'], xms_cc: ['cp1'] });
  expect(token.contexts).toEqual(['c1']);
});

it('brings one with a second factor', async () => {
  const simulator = await tenant();
  const { signIn } = await person(simulator.environment, OWN);
  const { value: refused } = await signIn.token();
  const { value } = await signIn.token({ challenge: MFA_CHALLENGE, refused });
  expect(decodeJwt(value)['amr']).toContain('mfa');
});

it('brings one for Azure, where that is what was refused', async () => {
  const simulator = await tenant();
  const { signIn } = await person(simulator.environment, OWN);
  const { value: refused } = await signIn.token({ resource: 'arm' });
  const { value } = await signIn.token({ resource: 'arm', challenge: C1, refused });
  expect(decodeJwt(value)).toMatchObject({ acrs: ['c1'], aud: 'https://management.azure.com' });
});

it('is what one gets from then on, in other processes as well', async () => {
  const simulator = await tenant();
  const { signIn, state } = await person(simulator.environment, OWN);
  const { value: refused } = await signIn.token();
  const { value } = await signIn.token({ challenge: C1, refused });
  expect((await signIn.token()).value).toBe(value);
  const next = await person(simulator.environment, { ...OWN, state });
  expect(await next.signIn.token()).toMatchObject({ value, contexts: ['c1'] });
  expect(next.browser.urls).toEqual([]);
});

it('asks as the same account, without the account picker; the address shown holds no claims', async () => {
  const simulator = await tenant();
  const { signIn, browser, notices } = await person(simulator.environment, OWN);
  await signIn.token();
  await signIn.token({ challenge: C1 });
  const shown = browser.urls[1] ?? '';
  expect(shown).toMatch(/^http:\/\/localhost:\d+\/[\w-]{22}$/u);
  expect(notices[1]).toContain(shown);
  expect(notices.slice(1).join()).not.toMatch(/claims|acrs/u);
  const asked = simulator.requests.all().filter(({ path }) => path.endsWith('/authorize'));
  const last = new URLSearchParams(asked.at(-1)?.query ?? '');
  expect(last.get('login_hint')).toBe('ada.lindgren@contoso.example');
  expect(last.has('prompt')).toBe(false);
});

it('is one window for all who need the same, and what it brought for who comes late', async () => {
  const simulator = await tenant();
  const { signIn, browser } = await person(simulator.environment, OWN);
  const { value: refused } = await signIn.token();
  const wish = { challenge: C1, refused };
  const tokens = await Promise.all([signIn.token(wish), signIn.token(wish), signIn.token(wish)]);
  tokens.push(await signIn.token(wish));
  expect(new Set(tokens.map(({ value }) => value)).size).toBe(1);
  expect(browser.urls).toHaveLength(2);
});

it('is one window after the other for different demands', async () => {
  const { signIn, browser, opened, goOn } = await heldBack();
  const both = Promise.all([signIn.token({ challenge: C1 }), signIn.token({ challenge: C2 })]);
  await opened;
  expect(browser.urls).toHaveLength(2);
  goOn();
  expect((await both).map(({ contexts }) => contexts)).toEqual([['c1'], ['c2']]);
  expect(browser.urls).toHaveLength(3);
});

it('asks again when the token that it brought is refused: a new operation may try', async () => {
  const simulator = await tenant();
  const { signIn, browser } = await person(simulator.environment, OWN);
  await signIn.token();
  const first = await signIn.token({ challenge: C1 });
  const second = await signIn.token({ challenge: C1, refused: first.value });
  expect(second.value).not.toBe(first.value);
  expect(browser.urls).toHaveLength(3);
});

it('answers in time for whoever called, and names where to sign in when no browser opens', async () => {
  const simulator = await tenant();
  const clock = fakeClock();
  let visits = 0;
  const browser = testBrowser(async (url) => {
    visits += 1;
    if (visits > 1) throw new Error('no browser');
    return browse(url);
  });
  const { signIn } = await person(simulator.environment, { ...OWN, browser, clock });
  await signIn.token();
  const answerBy = new Date(clock.now().getTime() + 30_000);
  const waiting = failureOf(signIn.token({ challenge: C1, answerBy }));
  await expect.poll(() => browser.urls.length).toBe(2);
  await expect.poll(() => browser.tab(1).catch(() => 'gone')).toBe('gone');
  clock.advance(28_000);
  const error = await waiting;
  expect(error).toMatchObject({ code: 'sign-in-pending' });
  expect(inspect(error)).toContain(browser.urls[1]);
  expect(inspect(error)).not.toMatch(/claims|acrs/u);
});

it('tells a failure that nobody was there to hear, once', async () => {
  const { signIn, simulator, clock, opened, goOn, browser } = await heldBack();
  const first = failureOf(signIn.token({ challenge: C1 }));
  await opened;
  clock.advance(40_000);
  expect(await first).toMatchObject({ code: 'sign-in-pending' });
  const refusals = [{ code: 53003, appliesTo: '*', at: 'redirect' }];
  simulator.behaviour.patch({ identity: { refusals } });
  goOn();
  await browser.tab(1);
  const reasons = ['AADSTS53003'];
  expect(await failureOf(signIn.token({ challenge: C1 }))).toMatchObject({ details: { reasons } });
  expect(browser.urls).toHaveLength(2);
  simulator.behaviour.patch({ identity: { refusals: [] } });
  expect((await signIn.token({ challenge: C1 })).contexts).toEqual(['c1']);
});

it('mends a sign-in that was revoked, for silence from then on', async () => {
  const simulator = await tenant();
  const { signIn, state } = await person(simulator.environment, OWN);
  const { value: refused } = await signIn.token();
  simulator.revoke('ada.lindgren@contoso.example');
  const { value } = await signIn.token({ challenge: FRESH, refused });
  expect(value).not.toBe(refused);
  const next = await person(simulator.environment, { ...OWN, state });
  expect((await next.signIn.token({ resource: 'arm' })).value).not.toBe('');
  expect(next.browser.urls).toEqual([]);
});

it('is for somebody who is signed in; a window that was open already brings nobody back', async () => {
  const simulator = await tenant();
  const { signIn, browser } = await person(simulator.environment, OWN);
  expect(await failureOf(signIn.token({ challenge: C1 }))).toMatchObject({
    code: 'sign-in-required',
  });
  expect(browser.urls).toEqual([]);
  expect(identityRequests(simulator)).toEqual([]);
});
