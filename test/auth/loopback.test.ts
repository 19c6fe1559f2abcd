import { createConnection, createServer } from 'node:net';
import { once } from 'node:events';
import { request } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { openLoopback, type Listener } from '../../src/auth/loopback.ts';

const STATE = 'the-state';

async function listener(): Promise<Listener & { answers: string[]; url: string }> {
  const opened = await openLoopback();
  onTestFinished(() => opened.close());
  const answers: string[] = [];
  opened.expect(STATE, async (answer) => {
    answers.push(answer.get('code') ?? '');
    return {
      page: { tone: 'good', title: 'Done <b>', lines: ['All "good" & well'] },
      shown: () => answers.push('shown'),
    };
  });
  return { ...opened, answers, url: opened.redirectUri.replace('localhost', '127.0.0.1') };
}

function post(url: string, fields: Record<string, string> | [string, string][]): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
}

async function statusFor(
  url: string,
  headers: Record<string, string>,
): Promise<number | undefined> {
  const sent = request(`${url}/?state=${STATE}&code=c`, { headers });
  sent.end();
  const [response]: unknown[] = await once(sent, 'response');
  sent.destroy();
  return typeof response === 'object' && response !== null && 'statusCode' in response
    ? Number(response.statusCode)
    : undefined;
}

it('hands over the answer once, then shows the page, then says so', async () => {
  const { url, answers } = await listener();
  const response = await post(url, { state: STATE, code: 'c' });
  const text = await response.text();
  expect(text).toContain('<h1>Done &#60;b&#62;</h1>');
  expect(text).toContain('All &#34;good&#34; &#38; well');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; style-src 'sha256-/u,
  );
  const again = await post(url, { state: STATE, code: 'd' });
  expect(again.status).toBe(400);
  expect(answers).toEqual(['c', 'shown']);
});

it.each<[string, [string, string][]]>([
  [
    'another state',
    [
      ['state', 'the-stat3'],
      ['code', 'c'],
    ],
  ],
  ['no state', [['code', 'c']]],
  [
    'two states',
    [
      ['state', STATE],
      ['state', STATE],
      ['code', 'c'],
    ],
  ],
])('is not impressed by %s, and goes on waiting', async (_what, fields) => {
  const { url, answers } = await listener();
  expect((await post(url, fields)).status).toBe(400);
  expect(answers).toEqual([]);
  expect((await post(url, { state: STATE, code: 'c' })).status).toBe(200);
});

it('leaves icons, other paths, methods and content alone', async () => {
  const { url, answers } = await listener();
  expect((await fetch(`${url}/favicon.ico`)).status).toBe(404);
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(405);
  const json = await fetch(url, { method: 'POST', body: JSON.stringify({ state: STATE }) });
  expect(json.status).toBe(415);
  expect((await post(url, { state: STATE, code: 'x'.repeat(70_000) })).status).toBe(413);
  expect(answers).toEqual([]);
});

it('leads on from an address that nobody can guess, to nobody who uses another name for it', async () => {
  const here = await listener();
  const { url } = here;
  const target = 'https://login.example/authorize?claims=x';
  const lead = new URL(here.leadTo(target)).pathname;
  const led = await fetch(`${url}${lead}`, { redirect: 'manual' });
  expect([led.status, led.headers.get('location')]).toEqual([302, target]);
  expect(await led.text()).not.toContain('login.example');
  expect((await fetch(`${url}${lead}x`, { redirect: 'manual' })).status).toBe(404);
  const stranger = request(`${url}${lead}`, { headers: { host: 'evil.example' } }).end();
  const [response] = await once(stranger, 'response');
  expect(response).toMatchObject({ statusCode: 421 });
  stranger.destroy();
});

it('answers to names of this machine only', async () => {
  const { url, answers } = await listener();
  const { port } = new URL(url);
  expect(await statusFor(url, { host: `evil.example:${port}` })).toBe(421);
  expect(await statusFor(url, { host: 'localhost' })).toBe(421);
  expect(answers).toEqual([]);
  expect(await statusFor(url, { host: `localhost:${port}` })).toBe(200);
});

it('says that it is done also when the tab was closed meanwhile', async () => {
  const opened = await openLoopback();
  onTestFinished(() => opened.close());
  const socket = createConnection(Number(new URL(opened.redirectUri).port), '127.0.0.1');
  const shown = new Promise<void>((resolve) => {
    opened.expect(STATE, async () => {
      socket.destroy();
      await once(socket, 'close');
      return { page: { tone: 'good', title: '', lines: [] }, shown: resolve };
    });
  });
  socket.write(`GET /?state=${STATE} HTTP/1.1\r\nHost: localhost:1\r\n\r\n`);
  await expect(shown).resolves.toBeUndefined();
});

it('says that it is done also when the tab was closed long before the answer was redeemed', async () => {
  const opened = await openLoopback();
  onTestFinished(() => opened.close());
  const port = Number(new URL(opened.redirectUri).port);
  const socket = createConnection(port, '127.0.0.1');
  const shown = new Promise<void>((resolve) => {
    opened.expect(STATE, async () => {
      socket.destroy();
      await once(socket, 'close');
      // By the time these came and went the listener has seen the tab go.
      for (const path of ['a', 'b']) await (await fetch(`http://127.0.0.1:${port}/${path}`)).text();
      return { page: { tone: 'good', title: '', lines: [] }, shown: resolve };
    });
  });
  socket.write(`GET /?state=${STATE} HTTP/1.1\r\nHost: localhost:1\r\n\r\n`);
  await expect(shown).resolves.toBeUndefined();
});

/** A port that some other program has on ::1; `null` on a machine without IPv6. */
async function portTakenOnIpv6(): Promise<number | null> {
  const other = createServer();
  onTestFinished(() => void other.close());
  const hasIpv6 = await new Promise<boolean>((resolve) => {
    other.once('error', () => resolve(false)).listen(0, '::1', () => resolve(true));
  });
  const address = other.address();
  return hasIpv6 && typeof address === 'object' ? (address?.port ?? null) : null;
}

it('takes another port when a program has that one on ::1, where browsers may look first', async ({
  skip,
}) => {
  const taken = await portTakenOnIpv6();
  if (taken === null) return skip('no IPv6 here');
  const opened = await openLoopback([taken, taken, 0]);
  onTestFinished(() => opened.close());
  expect(new URL(opened.redirectUri).port).not.toBe(String(taken));
  await expect(openLoopback([taken])).rejects.toMatchObject({ code: 'sign-in-failed' });
});
