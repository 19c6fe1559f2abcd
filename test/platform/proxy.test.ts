import { expect, it } from 'vitest';
import { proxyOnTheWay } from '../../src/platform/proxy.ts';

const BOTH = { HTTP_PROXY: 'http://plain.example:81', HTTPS_PROXY: 'secure.example:8080' };
const GRAPH = 'https://graph.example/v1.0/';

it.each([
  ['no variable', {}, GRAPH, null],
  ['one for each scheme: https', BOTH, GRAPH, 'secure.example:8080'],
  ['one for each scheme: http', BOTH, 'http://graph.example/', 'plain.example:81'],
  ['only one for http', { HTTP_PROXY: 'plain.example:81' }, GRAPH, 'plain.example:81'],
  ['only one for https', { HTTPS_PROXY: 'secure.example:81' }, 'http://graph.example/', null],
  ['a name and a password', { https_proxy: 'http://ada:x@p.example:81' }, GRAPH, 'p.example:81'],
  ['this machine', BOTH, 'http://127.0.0.1:8080/', null],
  ['everything excepted', { ...BOTH, NO_PROXY: '*' }, GRAPH, null],
  ['the host excepted', { ...BOTH, NO_PROXY: 'a.example graph.example' }, GRAPH, null],
  ['its domain excepted', { ...BOTH, NO_PROXY: '.example' }, GRAPH, null],
  ['a wildcard', { ...BOTH, NO_PROXY: '*.example' }, GRAPH, null],
  ['its port excepted', { ...BOTH, NO_PROXY: 'graph.example:443' }, GRAPH, null],
  ['another port', { ...BOTH, NO_PROXY: 'graph.example:444' }, GRAPH, 'secure.example:8080'],
  ['the end of its name', { ...BOTH, NO_PROXY: 'raph.example' }, GRAPH, 'secure.example:8080'],
])('%s: the proxy on the way', (_what, env, address, proxy) => {
  expect(proxyOnTheWay(env, address)).toBe(proxy);
});
