import { describe, expect, it } from 'vitest';
import { answerIn } from '../../src/auth/paste.ts';
import { contextChallenge } from '../../src/domain/challenge.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLog } from '../../src/platform/log.ts';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import { secretsIn } from '../support/secrets.ts';
import { failureOf, person, tenant, type Person } from './fixture.ts';

/** A browser on another machine: goes on until it is sent to a place that it cannot reach. */
async function browseAfar(url: string): Promise<string> {
  const { hostname } = new URL(url);
  if (hostname === 'localhost') return url;
  const response = await fetch(url, { redirect: 'manual' });
  const location = response.headers.get('location');
  return location === null ? url : browseAfar(new URL(location, url).href);
}

type Paste = (address: string, attempt: number) => string | Promise<string>;

/** Somebody at a terminal who does with the address what `paste` says. */
async function atTerminal(
  simulator: RunningSimulator,
  paste: Paste,
  env: Record<string, string> = {},
): Promise<Person> {
  const notices: string[] = [];
  let attempt = 0;
  const readLine = async (): Promise<string> => {
    attempt += 1;
    const shown = [...notices.join('\n').matchAll(/this address\D*?(http:\/\/127\S+)/gu)];
    return paste(shown.at(-1)?.[1] ?? '', attempt);
  };
  return person(simulator.environment, { elsewhere: { way: 'paste', readLine }, notices, env });
}

describe('a sign-in in a browser on another machine', () => {
  it('comes back through the terminal, and is remembered', async () => {
    const simulator = await tenant();
    const { signIn, notices, browser, state } = await atTerminal(simulator, browseAfar);
    const { account } = await signIn.token();
    expect(notices.at(-1)).toContain('Authentication complete');
    expect(notices.at(-1)).toContain(account.username);
    expect(browser.urls).toEqual([]);
    const again = await person(simulator.environment, { state });
    expect((await again.signIn.token()).account).toEqual(account);
  });

  it('leaves nothing of the answer in what is said and logged', async () => {
    const simulator = await tenant();
    const written: string[] = [];
    const pasted: string[] = [];
    const readLine = async (): Promise<string> => {
      const [, url = ''] = /this address\D*?(http:\/\/127\S+)/u.exec(written.join('\n')) ?? [];
      pasted.push(await browseAfar(url));
      return pasted.at(-1) ?? '';
    };
    const log = createLog('trace', systemClock, (line) => written.push(line)) ?? undefined;
    const elsewhere = { way: 'paste', readLine, ...(log && { log }) } as const;
    const { signIn } = await person(simulator.environment, { elsewhere, notices: written });
    await signIn.token();
    const text = written.join('\n');
    expect(text).toContain(' trace msal ');
    const secrets = simulator.issuedSecrets();
    expect(secretsIn(secrets, pasted.join('\n'))).toHaveLength(1);
    expect(secretsIn([...secrets, ...simulator.presentedSecrets()], text)).toEqual([]);
  });

  it('takes the address in quotation marks, and asks again for what is none', async () => {
    const simulator = await tenant();
    const { signIn, notices } = await atTerminal(simulator, async (address, attempt) =>
      attempt === 1 ? 'https://login.example/?code=1' : ` "${await browseAfar(address)}"\n`,
    );
    await signIn.token();
    expect(notices.join('\n')).toContain('That is not the address of a finished sign-in.');
  });

  it('takes no answer of another sign-in', async () => {
    const simulator = await tenant();
    const { signIn, notices } = await atTerminal(simulator, async (address) => {
      const answer = new URL(await browseAfar(address));
      answer.searchParams.set('state', 'of-somebody-else');
      return answer.href;
    });
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'sign-in-failed',
      message: 'None of what was pasted belongs to this sign-in.',
    });
    expect(notices.filter((text) => text.includes('belongs to another sign-in'))).toHaveLength(3);
    expect(simulator.requests.all().map(({ path }) => path)).not.toContainEqual(
      expect.stringContaining('/token'),
    );
  });

  it('that Microsoft refuses is explained', async () => {
    const simulator = await tenant();
    simulator.behaviour.patch({
      identity: { refusals: [{ code: 53003, appliesTo: '*', at: 'redirect' }] },
    });
    const { signIn } = await atTerminal(simulator, browseAfar);
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'sign-in-failed',
      details: { upstream: { code: 'AADSTS53003' } },
    });
  });

  it('asks in a second address for what is consented, where not everything is', async () => {
    const simulator = await tenant();
    const { signIn, notices } = await atTerminal(simulator, browseAfar, {
      AZURE_CLIENT_ID: '68e58909-ccb2-4416-925a-56c9a30f4300',
    });
    const { scopes } = await signIn.token();
    expect(scopes).not.toContain('RoleEligibilitySchedule.Read.Directory');
    expect(notices.filter((text) => text.includes('this address'))).not.toEqual([]);
  });

  it('comes back by itself where the port is forwarded', async () => {
    const simulator = await tenant();
    const { signIn } = await atTerminal(simulator, async (address) => {
      await fetch(await browseAfar(address));
      return new Promise<string>(() => undefined);
    });
    expect((await signIn.token()).account.username).not.toBe('');
  });

  it('satisfies an authentication context', async () => {
    const simulator = await tenant();
    const { signIn } = await atTerminal(simulator, browseAfar);
    const { value } = await signIn.token();
    const token = await signIn.token({ challenge: contextChallenge('c1'), refused: value });
    expect(token.contexts).toContain('c1');
  });

  it('that the person gives up is cancelled', async () => {
    const simulator = await tenant();
    const { signIn } = await atTerminal(simulator, () => Promise.reject(new Error('Ctrl-D')));
    expect(await failureOf(signIn.token())).toMatchObject({ code: 'cancelled' });
  });

  it('without a terminal says what to do', async () => {
    const simulator = await tenant();
    const { signIn } = await person(simulator.environment, { elsewhere: { way: 'paste' } });
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'sign-in-required',
      details: { fix: expect.stringContaining('in a terminal') },
    });
  });

  it('is where a blocked device code leads, in the same command', async () => {
    const simulator = await tenant();
    simulator.behaviour.patch({
      identity: { deviceCode: 'blocked', deviceCodeIntervalSeconds: 0 },
    });
    const notices: string[] = [];
    const readLine = (): Promise<string> => {
      const address = /this address[^\n]*?(http:\/\/127\S+)/u.exec(notices.join('\n'));
      return browseAfar(address?.[1] ?? '');
    };
    const elsewhere = { way: 'device-code' as const, readLine };
    const { signIn } = await person(simulator.environment, { elsewhere, notices });
    expect((await signIn.token()).account.username).not.toBe('');
    expect(notices.join('\n')).toContain('not allowed here. Another way:');
  });
});

describe('what is pasted', () => {
  it.each([
    ['', false],
    ['code=1&state=2', false],
    ['http://localhost:1/?code=1', false],
    ['https://localhost:1/?code=1&state=2', false],
    ['http://localhost.evil.example/?code=1&state=2', false],
    ['http://localhost:1/?code=1&state=2', true],
    ['<http://localhost:1/?error=access_denied&state=2>', true],
  ])('%s is an answer or not: %s', (text, isAnswer) => {
    expect(answerIn(text) !== null).toBe(isAnswer);
  });
});
