import { expect, it, onTestFinished } from 'vitest';
import { createHttp, type ClosableHttp, type Environment } from '../../src/platform/http.ts';
import { restrictTo } from '../../src/platform/restrict-http.ts';
import { deferred } from '../support/deferred.ts';
import { localProxy, localServer } from '../support/local-server.ts';

function http(env: Environment = {}): ClosableHttp {
  const opened = createHttp({ env });
  onTestFinished(() => opened.close());
  return opened;
}

const GET = { method: 'GET', headers: {} } as const;

it('sends method, headers and body, and returns status, headers and text', async () => {
  const server = await localServer((request, response) => {
    request.setEncoding('utf8').on('data', (body: string) => {
      response.writeHead(201, { 'x-kind': 'test' });
      response.end(`${request.method} ${String(request.headers['x-mine'])} ${body}`);
    });
  });
  const response = await http()(`${server.origin}/a`, {
    method: 'POST',
    headers: { 'x-mine': 'yes' },
    body: 'hello',
  });
  expect(response.status).toBe(201);
  expect(response.headers.get('X-Kind')).toBe('test');
  expect(await response.text()).toBe('POST yes hello');
});

it('trap 1: never sends "Accept-Language: *"', async () => {
  const server = await localServer((request, response) => {
    response.end(request.headers['accept-language']);
  });
  const own = await http()(server.origin, { method: 'GET', headers: { 'Accept-Language': 'de' } });
  expect(await own.text()).toBe('de');
  expect(await (await http()(server.origin, GET)).text()).toBe('en-US');
});

it('returns a redirect instead of following it', async () => {
  const paths: (string | undefined)[] = [];
  const server = await localServer((request, response) => {
    paths.push(request.url);
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  const response = await http()(`${server.origin}/start`, GET);
  expect(response.status).toBe(302);
  expect(paths).toEqual(['/start']);
});

it('gives up an answer that has no end', async () => {
  const piece = 'x'.repeat(1024 * 1024);
  const server = await localServer((_request, response) => {
    const pour = (): void => {
      while (response.write(piece));
    };
    response.on('drain', pour);
    pour();
  });
  const response = await http()(server.origin, GET);
  await expect(response.text()).rejects.toMatchObject({
    cause: { code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' },
  });
});

it('keeps connections for the next requests', async () => {
  const server = await localServer((_request, response) => void response.end('ok'));
  const send = http();
  for (let turn = 0; turn < 8; turn += 1) await (await send(server.origin, GET)).text();
  // The transport may open a second one when a request follows at once.
  expect(server.connections()).toBeLessThanOrEqual(2);
});

it('never sends a request again by itself', async () => {
  let requests = 0;
  const server = await localServer((request) => {
    requests += 1;
    request.socket.destroy();
  });
  const post = { method: 'POST', headers: {}, body: '{}' } as const;
  await expect(http()(server.origin, post)).rejects.toThrow('fetch failed');
  expect(requests).toBe(1);
});

it('stops when the signal says so', async () => {
  const controller = new AbortController();
  const server = await localServer(() => controller.abort(new Error('enough')));
  await expect(http()(server.origin, { ...GET, signal: controller.signal })).rejects.toThrow(
    'enough',
  );
});

it('goes through the proxy of the environment, written with or without a scheme', async () => {
  const server = await localServer((request, response) => void response.end(request.headers.host));
  const proxy = await localProxy(server.port);
  const env = { HTTP_PROXY: `127.0.0.1:${proxy.port}` };
  const response = await http(env)('http://graph.example/me', GET);
  expect(await response.text()).toBe('graph.example');
  expect(proxy.asked).toEqual(['graph.example:80']);
});

it('asks the proxy for https hosts as well', async () => {
  const server = await localServer((_request, response) => void response.end());
  const proxy = await localProxy(server.port);
  const send = http({ HTTPS_PROXY: proxy.origin });
  // The other end speaks no TLS: what counts is who was asked.
  await expect(send('https://graph.example/me', GET)).rejects.toThrow('fetch failed');
  expect(proxy.asked).toEqual(['graph.example:443']);
});

it('leaves out the proxy for NO_PROXY and for this machine', async () => {
  const server = await localServer((_request, response) => void response.end('direct'));
  const proxy = await localProxy(server.port);
  const send = http({ HTTP_PROXY: proxy.origin, NO_PROXY: 'invalid.example' });
  expect(await (await send(server.origin, GET)).text()).toBe('direct');
  await expect(send('http://invalid.example/', GET)).rejects.toThrow('fetch failed');
  expect(proxy.asked).toEqual([]);
});

it('names a proxy variable that makes no sense', async () => {
  await expect(
    http({ HTTPS_PROXY: 'socks5://p:1' })('https://a.example', GET),
  ).rejects.toMatchObject({
    code: 'configuration',
    message: 'HTTPS_PROXY is not the address of an HTTP proxy.',
  });
});

it('can be closed without ever having been used', async () => {
  await expect(createHttp({ env: {} }).close()).resolves.toBeUndefined();
});

it('closes at once, also under a request that is never answered', async () => {
  const asked = deferred<string>();
  const server = await localServer((request) => asked.resolve(request.url ?? ''));
  const send = createHttp({ env: {} });
  const hanging = send(`${server.origin}/hang`, GET).then(
    () => 'answered',
    (error: unknown) => String(error),
  );
  expect(await asked.promise).toBe('/hang');
  await send.close();
  expect(await hanging).toContain('fetch failed');
});

it('sends nothing any more once it is closed', async () => {
  const server = await localServer((_request, response) => void response.end('ok'));
  const used = createHttp({ env: {} });
  await (await used(server.origin, GET)).text();
  for (const send of [used, createHttp({ env: {} })]) {
    const before = server.connections();
    await send.close();
    await expect(send(server.origin, GET)).rejects.toMatchObject({ code: 'cancelled' });
    expect(server.connections()).toBe(before);
  }
});

it('trap 18: a restricted Http contacts the configured origins only', async () => {
  const asked: string[] = [];
  const send = restrictTo(
    (url) => {
      asked.push(url);
      return Promise.resolve({
        status: 200,
        headers: new Headers(),
        text: () => Promise.resolve(''),
      });
    },
    ['https://graph.microsoft.com'],
  );
  await send('https://graph.microsoft.com/v1.0/me', GET);
  const refused = [
    'https://graph.microsoft.com.evil.example/',
    'https://graph.microsoft.com@evil.example/',
    'https://user@graph.microsoft.com/v1.0/me',
    'https://graph.microsoft.com:444/',
    'http://graph.microsoft.com/',
    'http://127.0.0.1:1/',
    '/v1.0/me',
  ];
  for (const url of refused) {
    await expect(send(url, GET)).rejects.toMatchObject({ code: 'malformed' });
  }
  expect(asked).toEqual(['https://graph.microsoft.com/v1.0/me']);
});
