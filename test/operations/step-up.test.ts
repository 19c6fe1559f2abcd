/** Further sign-ins that Microsoft demands: how often the person is asked, and what is sent then. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { contextChallenge } from '../../src/domain/challenge.ts';
import type { Fault } from '../../src/simulator/faults.ts';
import { tokenRequests } from '../auth/fixture.ts';
import { activate, posts } from '../support/activate.ts';
import { answer, CLAIMS, MARCUS, refusal, SESSION_ENDED, SUBMITTED } from '../support/error-row.ts';
import { examine } from '../support/examine.ts';
import { heldBrowser } from '../support/held-browser.ts';
import { person } from '../support/person.ts';
import { openStack, OWN_APP, type Stack, type StackOptions } from '../support/stack.ts';

const OWN: StackOptions = { env: { AZURE_CLIENT_ID: OWN_APP } };
const CONTEXT_ROLE = { name: 'Application Administrator', duration: 1 };
const OTHER_ROLE = { name: 'Security Reader', duration: 1 };
const AZURE_ROLE = { name: 'Key Vault Administrator', duration: 1 };
const MFA_GROUP = { name: 'Finance Reporting', access_id: 'owner', duration: 1 };
const CHALLENGE = refusal('RoleAssignmentRequestAcrsValidationFailed', CLAIMS);

/** Somebody who signed in before: what opens from here on is a further sign-in. */
async function signedIn(options: StackOptions = OWN): Promise<Stack> {
  const stack = await openStack(options);
  await stack.signIn.token();
  return stack;
}

function furtherWindows({ browser }: Stack): number {
  return browser.urls.length - 1;
}

function challenged(times: number): Fault {
  return answer(SUBMITTED.directory, CHALLENGE, times);
}

function puts({ simulator }: Stack): number {
  return simulator.requests.all().filter(({ method }) => method === 'PUT').length;
}

it('a role that demands a context activates after one further window, and one POST', async () => {
  const stack = await signedIn();
  expect(await activate(stack, CONTEXT_ROLE)).toMatchObject({ status: 'active' });
  expect(furtherWindows(stack)).toBe(1);
  expect(posts(stack)).toHaveLength(1);
});

it('so does an Azure role, with a token for Azure', async () => {
  const stack = await signedIn();
  expect(await activate(stack, AZURE_ROLE)).toMatchObject({ status: 'active' });
  expect(furtherWindows(stack)).toBe(1);
  expect(puts(stack)).toBe(1);
});

it('several things of one context, of both APIs, open one window', async () => {
  const ada = person(await signedIn());
  const names = [CONTEXT_ROLE.name, AZURE_ROLE.name, OTHER_ROLE.name];
  const { results } = await ada.activate({ names, duration: 1 });
  expect(results?.map(({ status }) => status)).toEqual(['active', 'active', 'active']);
  expect(furtherWindows(ada.stack)).toBe(1);
});

it('is asked for nothing more while the token lives, also by the next process', async () => {
  const stack = await signedIn();
  await activate(stack, CONTEXT_ROLE);
  const next = await openStack({ ...OWN, beside: stack });
  const again = await next.run('activate', { ...CONTEXT_ROLE, validate_only: true });
  expect(again.outcome.kind).toBe('done');
  expect(next.browser.urls).toEqual([]);
});

it('where the role settings are unreadable, the refusal says it: one window, one more POST', async () => {
  const failures = [{ area: 'policy', status: 403, code: 'UnknownError', message: 'no' }] as const;
  const stack = await signedIn({ ...OWN, simulator: { behaviour: { failures: [...failures] } } });
  expect(await activate(stack, CONTEXT_ROLE)).toMatchObject({ status: 'active' });
  expect(furtherWindows(stack)).toBe(1);
  expect(posts(stack)).toHaveLength(2);
});

it('MfaRule alone asks for a second factor, once', async () => {
  const stack = await signedIn();
  expect(await activate(stack, MFA_GROUP)).toMatchObject({ status: 'active' });
  expect(furtherWindows(stack)).toBe(1);
  expect(posts(stack)).toHaveLength(2);
});

it('two of a set that are refused at the same time share one window', async () => {
  const ada = person(await signedIn());
  ada.stack.simulator.faults.add(challenged(2));
  const names = ['Security Reader', 'Exchange Administrator'];
  const { results } = await ada.activate({ names, duration: 1 });
  expect(results?.map(({ status }) => status)).toEqual(['active', 'active']);
  expect(furtherWindows(ada.stack)).toBe(1);
});

it('the second refusal is the end, and names the context', async () => {
  const stack = await signedIn();
  stack.simulator.faults.add(challenged(2));
  await expect(activate(stack, OTHER_ROLE)).rejects.toMatchObject({
    code: 'step-up-required',
    message: expect.stringContaining('c1'),
  });
  expect(furtherWindows(stack)).toBe(1);
  expect(posts(stack)).toHaveLength(2);
  expect(stack.simulator.faults.pending).toBe(0);
});

it('who signed in for it beforehand is not asked again when Microsoft refuses all the same', async () => {
  const stack = await signedIn();
  stack.simulator.faults.add(challenged(1));
  await expect(activate(stack, CONTEXT_ROLE)).rejects.toMatchObject({ code: 'step-up-required' });
  expect(furtherWindows(stack)).toBe(1);
  expect(posts(stack)).toHaveLength(1);
});

it('the next try may ask again: a context may demand a sign-in each time', async () => {
  const stack = await signedIn();
  stack.simulator.faults.add(challenged(1));
  await expect(activate(stack, CONTEXT_ROLE)).rejects.toMatchObject({ code: 'step-up-required' });
  stack.simulator.faults.add(challenged(1));
  expect(await activate(stack, CONTEXT_ROLE)).toMatchObject({ status: 'active' });
  expect(furtherWindows(stack)).toBe(2);
});

it('a decision that is refused again is not tried another way', async () => {
  const ada = await signedIn();
  const wanted = { name: 'Owner', directory_scope_id: 'Grid Production', duration: 1 };
  const { requestId } = await activate(ada, wanted);
  const marcus = await openStack({ ...OWN, beside: ada, as: MARCUS });
  ada.simulator.faults.add(answer({ method: 'PUT', surface: 'azure' }, CHALLENGE, 2));
  const before = puts(marcus);
  const decision = { request: requestId, decision: 'approve', justification: 'checked' };
  await expect(marcus.run('decide_request', decision)).rejects.toMatchObject({
    code: 'step-up-required',
  });
  expect(puts(marcus) - before).toBe(2);
  expect(furtherWindows(marcus)).toBe(1);
});

it('a read that is challenged (continuous access evaluation) is met by one refresh, for all reads at once', async () => {
  const stack = await signedIn();
  for (const surface of ['group', 'directory'] as const)
    stack.simulator.faults.add(
      answer({ method: 'GET', surface, pathIncludes: 'eligib' }, SESSION_ENDED),
    );
  await stack.signIn.token({ resource: 'arm' });
  const before = tokenRequests(stack.simulator);
  const { problems } = await person(stack).eligible();
  expect(problems).toEqual([]);
  expect(stack.simulator.faults.pending).toBe(0);
  expect(furtherWindows(stack)).toBe(0);
  expect(tokenRequests(stack.simulator) - before).toBe(1);
});

it('a person who declines ends it: nothing was sent, and the rest of a set goes on', async () => {
  const ada = person(await signedIn());
  const { behaviour } = ada.stack.simulator;
  behaviour.patch({
    identity: { refusals: [{ code: 65004, appliesTo: '*', at: 'redirect' }] },
  });
  const names = [CONTEXT_ROLE.name, OTHER_ROLE.name];
  const { results } = await ada.activate({ names, duration: 1 });
  expect(results?.map(({ status }) => status)).toEqual(['failed', 'active']);
  expect(furtherWindows(ada.stack)).toBe(1);
  expect(posts(ada.stack)).toHaveLength(1);
});

it('a Conditional Access block is said, not tried again', async () => {
  const stack = await signedIn();
  stack.simulator.behaviour.patch({
    identity: { refusals: [{ code: 53003, appliesTo: '*', at: 'redirect' }] },
  });
  await expect(activate(stack, CONTEXT_ROLE)).rejects.toMatchObject({
    code: 'sign-in-failed',
    details: { reasons: ['AADSTS53003'] },
  });
  expect(furtherWindows(stack)).toBe(1);
  expect(posts(stack)).toEqual([]);
});

it('the answer of another account is refused, and nothing is sent with it', async () => {
  const stack = await signedIn();
  stack.simulator.behaviour.patch({ identity: { signInAs: MARCUS } });
  await expect(activate(stack, CONTEXT_ROLE)).rejects.toMatchObject({
    code: 'sign-in-failed',
    message: 'Another account answered than the one signed in.',
  });
  expect(posts(stack)).toEqual([]);
  expect((await stack.signIn.token()).account.username).toBe('ada.lindgren@contoso.example');
});

it('a slow person is waited for 40 s; the next call finds the sign-in done', async () => {
  const { browser, opened, goOn } = heldBrowser();
  const stack = await signedIn({ ...OWN, browser });
  const first = activate(stack, CONTEXT_ROLE).catch((error: unknown) => error);
  await opened;
  stack.clock.advance(40_000);
  expect(await first).toMatchObject({ code: 'sign-in-pending' });
  expect(posts(stack)).toEqual([]);
  goOn();
  await browser.tab(1);
  expect(await activate(stack, CONTEXT_ROLE)).toMatchObject({ status: 'active' });
  expect(furtherWindows(stack)).toBe(1);
});

it('a call that is cancelled meanwhile ends, and nothing is sent', async () => {
  const stop = new AbortController();
  const { browser, opened } = heldBrowser();
  const stack = await signedIn({ ...OWN, browser });
  const input = { ...CONTEXT_ROLE, justification: 'INC-4711' };
  const run = stack.run('activate', input, { call: { signal: stop.signal } });
  void opened.then(() => stop.abort());
  await expect(run).rejects.toMatchObject({ code: 'cancelled' });
  expect(posts(stack)).toEqual([]);
});

it('who asked not to be asked is told instead of a window', async () => {
  const stack = await signedIn();
  const silent = stack.signIn.token({ challenge: contextChallenge('c1'), isSilent: true });
  await expect(silent).rejects.toMatchObject({ code: 'step-up-required' });
  expect(furtherWindows(stack)).toBe(0);
});

it('claims and tokens are in no notice, report, answer or file', async () => {
  const stack = await signedIn();
  const said: string[] = [];
  const report = (message: string): void => {
    said.push(message);
  };
  stack.simulator.faults.add(challenged(1));
  const inputs = [MFA_GROUP, OTHER_ROLE, CONTEXT_ROLE, AZURE_ROLE];
  for (const input of inputs) {
    const whole = { ...input, justification: 'INC-4711' };
    said.push(JSON.stringify(await stack.run('activate', whole, { call: { report } })));
  }
  const files = (await readdir(stack.folder)).filter((name) => !name.endsWith('.lock'));
  for (const name of files) said.push(await readFile(path.join(stack.folder, name), 'utf8'));
  // The first address is that of the sign-in itself: it only says what this client can handle.
  said.push(...stack.messages.slice(1), ...stack.browser.urls.slice(1));
  expect(furtherWindows(stack)).toBeGreaterThanOrEqual(2);
  const text = said.join('\n');
  expect(text).toContain('authentication context c1');
  expect(text).not.toMatch(/acrs|claims=|access_token"|%22amr/u);
  const secrets = stack.simulator.issuedSecrets();
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});

it('a refresh that was not enough is followed by one window, and that by one more request', async () => {
  const stack = await signedIn();
  const match = { method: 'GET', surface: 'group', pathIncludes: 'eligib' } as const;
  stack.simulator.faults.add(answer(match, SESSION_ENDED, 2));
  const { problems } = await person(stack).eligible();
  expect(problems).toEqual([]);
  expect(stack.simulator.faults.pending).toBe(0);
  expect(furtherWindows(stack)).toBe(1);
});

it('a context that is demanded after a refresh is signed in for all the same', async () => {
  const stack = await signedIn();
  stack.simulator.faults.add(answer(SUBMITTED.directory, SESSION_ENDED));
  stack.simulator.faults.add(challenged(1));
  expect(await activate(stack, OTHER_ROLE)).toMatchObject({ status: 'active' });
  expect(stack.simulator.faults.pending).toBe(0);
  expect(furtherWindows(stack)).toBe(1);
  expect(posts(stack)).toHaveLength(3);
});

it('a session that only has to be looked at again opens no window, for reads, a write and doctor', async () => {
  const stack = await signedIn();
  const ada = person(stack);
  await ada.eligible();
  const end = (): void => {
    stack.clock.advance(1000);
    stack.simulator.revoke('ada.lindgren@contoso.example', { cae: true, refreshTokens: 'kept' });
  };
  end();
  expect((await ada.eligible()).problems).toEqual([]);
  end();
  expect(await activate(stack, OTHER_ROLE)).toMatchObject({ status: 'active' });
  end();
  const { named } = await examine(stack);
  expect(['group', 'directory', 'azure'].map((one) => named(`reading of ${one}`).state)).toEqual([
    'ok',
    'ok',
    'ok',
  ]);
  expect(furtherWindows(stack)).toBe(0);
});

it('a session that was ended (continuous access evaluation) opens one window, for reads and a write', async () => {
  const stack = await signedIn();
  const ada = person(stack);
  await ada.eligible();
  stack.simulator.revoke('ada.lindgren@contoso.example', { cae: true });
  expect((await ada.eligible()).problems).toEqual([]);
  expect(furtherWindows(stack)).toBe(1);
  expect(await activate(stack, OTHER_ROLE)).toMatchObject({ status: 'active' });
  expect(furtherWindows(stack)).toBe(1);
});
