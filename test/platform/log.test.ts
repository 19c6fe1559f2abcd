import { expect, it } from 'vitest';
import { createLog, REDACTED } from '../../src/platform/log.ts';
import { withLog } from '../../src/platform/logged-http.ts';
import { fakeClock } from '../support/fake-clock.ts';

function logAt(level: 'error' | 'info' | 'debug' | 'trace') {
  const lines: string[] = [];
  const log = createLog(level, fakeClock(), (line) => lines.push(line));
  if (log === null) throw new Error('nothing is written down');
  return { lines, log };
}

it('is nothing unless somebody asks for it', () => {
  expect(createLog('off', fakeClock(), () => expect.unreachable())).toBeNull();
});

it('writes a line for what is at least as grave as asked for', () => {
  const { lines, log } = logAt('info');
  log('trace', 'step');
  log('debug', 'step');
  log('info', 'step', { what: 'a "name"\nand more', count: 2, is: true, id: null });
  expect(lines).toEqual([
    expect.stringMatching(
      /^\d{4}-\d\d-\d\dT\S+Z info step what="a .*" count=2 is=true id=null\n$/u,
    ),
  ]);
  expect(lines[0]?.match(/\n/gu)).toHaveLength(1);
});

it.each(['eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiIxIn0.c2lnbmF0dXJl', `1.A${'bC3_-'.repeat(20)}`])(
  'leaves out what looks like a token, should one get so far',
  (secret) => {
    const { lines, log } = logAt('trace');
    log('trace', 'msal', { message: `token ${secret} found` });
    expect(lines[0]).not.toContain(secret);
    expect(lines[0]).toContain(REDACTED);
  },
);

it('says where requests went and how they ended, and nothing of what was said', async () => {
  const { lines, log } = logAt('trace');
  const headers = { get: (name: string) => (name === 'request-id' ? 'r-1' : null) };
  const http = withLog(
    async (url) => {
      if (url.includes('gone')) throw new TypeError('fetch failed');
      return { status: url.includes('no') ? 403 : 200, headers, text: async () => 'body' };
    },
    log,
    fakeClock(),
  );
  await http('https://graph.example/v1.0/yes?code=1', { method: 'GET', headers: {} });
  await http('https://graph.example/v1.0/no', { method: 'POST', headers: {}, body: 'secret' });
  await expect(http('https://graph.example/gone', { method: 'GET', headers: {} })).rejects.toThrow(
    'fetch failed',
  );
  expect(lines.map((line) => line.replace(/^\S+ /u, ''))).toEqual([
    'debug http method="GET" to="https://graph.example/v1.0/yes" ms=0 status=200 requestId="r-1"\n',
    'info http method="POST" to="https://graph.example/v1.0/no" ms=0 status=403 requestId="r-1"\n',
    'error http method="GET" to="https://graph.example/gone" ms=0 failure="TypeError"\n',
  ]);
});
