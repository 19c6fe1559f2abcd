import { describe, expect, it } from 'vitest';
import { contextChallenge } from '../../src/domain/challenge.ts';
import { readingPermissions } from '../../src/domain/permissions.ts';
import type { SignInOptions } from '../../src/auth/sign-in.ts';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { submit } from '../support/browser.ts';
import { consentedTo } from '../support/consented-to.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { APPS, failureOf, FRESH, person, tenant } from './fixture.ts';

const ADA = 'ada.lindgren@contoso.example';
const C1 = contextChallenge('c1');
const QUICK = { deviceCodeIntervalSeconds: 0 };

type Elsewhere = Pick<SignInOptions, 'way' | 'isAttended' | 'readLine'>;

/** A machine without a browser. What is said is all there is. */
async function remote(simulator: RunningSimulator, options: Elsewhere = {}) {
  const elsewhere = { way: 'device-code' as const, ...options };
  return person(simulator.environment, { elsewhere });
}

async function interactive(identity: Record<string, unknown> = {}, scenario?: Scenario) {
  const simulator = await tenant({ signIn: 'interactive', ...(scenario && { scenario }) });
  simulator.behaviour.patch({ identity: { ...QUICK, ...identity } });
  return simulator;
}

/** Where to go and what to type, as soon as it is said. */
async function invitationIn(notices: readonly string[]) {
  const find = (): RegExpExecArray | null =>
    /open (\S+) on any device and enter the code (\w+)/u.exec(notices.join('\n'));
  await expect.poll(find).not.toBeNull();
  const [, url = '', code = ''] = find() ?? [];
  return { url, code };
}

describe('a sign-in with a device code', () => {
  it('waits until the person has typed the code on another device, and is remembered', async () => {
    const simulator = await interactive();
    const { signIn, notices, browser, state } = await remote(simulator);
    const signedIn = signIn.token();
    const { url, code } = await invitationIn(notices);
    const page = await submit(url, { code: code.toLowerCase(), user: ADA });
    expect(page.text).toContain('You have signed in');
    const { account, scopes } = await signedIn;
    expect(account.username).toBe(ADA);
    expect(scopes).toContain('RoleEligibilitySchedule.Read.Directory');
    expect(browser.urls).toEqual([]);
    const again = await person(simulator.environment, { state });
    expect((await again.signIn.token()).account.username).toBe(ADA);
    expect(again.browser.urls).toEqual([]);
  });

  it('meets a session that was ended; for a context a terminal is named', async () => {
    const simulator = await interactive();
    const { signIn, notices } = await remote(simulator, { isAttended: false });
    await failureOf(signIn.token());
    const first = await invitationIn(notices);
    await submit(first.url, { code: first.code, user: ADA });
    const { value: refused } = await signIn.token();
    simulator.revoke(ADA, { cae: true });
    const said = notices.length;
    expect(await failureOf(signIn.token({ challenge: FRESH, refused }))).toMatchObject({
      code: 'sign-in-pending',
    });
    const again = await invitationIn(notices.slice(said));
    const waiting = signIn.token({ challenge: FRESH, refused });
    await submit(again.url, { code: again.code, user: ADA });
    const { value } = await waiting;
    expect(value).not.toBe(refused);
    expect(await failureOf(signIn.token({ challenge: C1, refused: value }))).toMatchObject({
      code: 'step-up-required',
      message: expect.stringContaining('authentication context c1'),
      details: { fix: expect.stringContaining('`entra-pim login` is not enough'), next: 'portal' },
    });
  });

  it('is one for all who wait', async () => {
    const simulator = await interactive();
    const { signIn, notices } = await remote(simulator);
    const calls = [signIn.token(), signIn.token(), signIn.token()];
    const { url, code } = await invitationIn(notices);
    await submit(url, { code, user: ADA });
    const values = (await Promise.all(calls)).map(({ value }) => value);
    expect(new Set(values).size).toBe(1);
    expect(notices.filter((text) => text.includes('enter the code'))).toHaveLength(1);
  });

  it('is told at once to whoever cannot see it otherwise; the next call finds it done', async () => {
    const simulator = await interactive();
    const { signIn, notices } = await remote(simulator, { isAttended: false });
    const failure = await failureOf(signIn.token());
    const { url, code } = await invitationIn(notices);
    expect(failure).toMatchObject({
      code: 'sign-in-pending',
      details: { signInUrl: url, userCode: code },
    });
    const next = signIn.token();
    await submit(url, { code, user: ADA });
    expect((await next).account.username).toBe(ADA);
  });

  it('that is declined says so, and the next call begins anew', async () => {
    const simulator = await interactive();
    const { signIn, notices } = await remote(simulator);
    const failing = failureOf(signIn.token());
    const { url, code } = await invitationIn(notices);
    await submit(url, { code, cancel: '1' });
    expect(await failing).toMatchObject({
      code: 'sign-in-failed',
      message: 'The sign-in was declined on the other device.',
    });
  });

  it('whose code expired says so', async () => {
    const clock = fakeClock();
    const simulator = await tenant({ signIn: 'interactive', clock });
    simulator.behaviour.patch({ identity: QUICK });
    const { signIn, notices } = await remote(simulator);
    const failing = failureOf(signIn.token());
    await invitationIn(notices);
    clock.advance(16 * 60_000);
    expect(await failing).toMatchObject({
      code: 'sign-in-failed',
      message: 'Nobody signed in with the code in time.',
    });
  });

  it('that is blocked by a policy is explained where nobody can paste', async () => {
    const simulator = await interactive({ deviceCode: 'blocked' });
    const { signIn, notices } = await remote(simulator, { isAttended: false });
    expect(await failureOf(signIn.token())).toMatchObject({ code: 'sign-in-pending' });
    const next = failureOf(signIn.token());
    const { url, code } = await invitationIn(notices);
    await submit(url, { code, user: ADA });
    expect(await next).toMatchObject({
      code: 'sign-in-failed',
      message: 'Signing in with a device code is not allowed here.',
      details: {
        upstream: { code: 'AADSTS53003' },
        fix: expect.stringContaining('entra-pim login'),
      },
    });
  });

  it('with fewer permissions consented takes those, and one code', async () => {
    const simulator = await interactive();
    const { signIn, notices } = await person(simulator.environment, {
      elsewhere: { way: 'device-code' },
      env: { AZURE_CLIENT_ID: '68e58909-ccb2-4416-925a-56c9a30f4300' },
    });
    const signedIn = signIn.token();
    const { url, code } = await invitationIn(notices);
    await submit(url, { code, user: ADA });
    expect((await signedIn).scopes).not.toContain('RoleEligibilitySchedule.Read.Directory');
    expect(notices.filter((text) => text.includes('enter the code'))).toHaveLength(1);
  });

  it('where nothing of use was consented to asks with a second code', async () => {
    const nothing = consentedTo(APPS.own, ['User.Read']);
    const simulator = await interactive({ userConsent: 'administrator' }, nothing);
    const { signIn, notices } = await person(simulator.environment, {
      elsewhere: { way: 'device-code' },
      env: { AZURE_CLIENT_ID: APPS.own },
    });
    const signedIn = signIn.token();
    const first = await invitationIn(notices);
    await submit(first.url, { code: first.code, user: ADA });
    await expect
      .poll(() => notices.filter((text) => text.includes('enter the code')))
      .toHaveLength(2);
    const second = await invitationIn(notices.slice(-1));
    await submit(second.url, { code: second.code, user: ADA });
    expect((await signedIn).scopes).toEqual(expect.arrayContaining(readingPermissions('graph')));
  });

  it('in a pipeline is not even begun', async () => {
    const simulator = await tenant();
    const { signIn, notices } = await remote(simulator, { way: 'nobody' });
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'sign-in-required',
      details: { fix: expect.stringContaining('ENTRA_PIM_GRAPH_TOKEN') },
    });
    expect(notices).toEqual([]);
    expect(simulator.requests.all()).toEqual([]);
  });
});
