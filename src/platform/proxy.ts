import { PimError } from '../domain/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The simulator and the sign-in listener are never behind a proxy. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

function variable(env: Environment, name: string): string {
  return (env[name.toLowerCase()] ?? env[name] ?? '').trim();
}

/** An address that people write with or without `http://`. Empty: no proxy. */
function proxyFrom(env: Environment, name: string): string {
  const text = variable(env, name);
  if (text === '') return '';
  const address = text.includes('://') ? text : `http://${text}`;
  if (/^https?:/iu.test(address) && URL.canParse(address)) return address;
  throw new PimError('configuration', `${name} is not the address of an HTTP proxy.`, {
    fix: `Set ${name} to something like http://proxy.example.com:8080.`,
  });
}

interface ProxySettings {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** @throws PimError `configuration` when a proxy variable makes no sense. */
export function proxySettings(env: Environment): ProxySettings {
  const none = variable(env, 'NO_PROXY');
  return {
    httpProxy: proxyFrom(env, 'HTTP_PROXY'),
    httpsProxy: proxyFrom(env, 'HTTPS_PROXY'),
    noProxy: none === '*' ? none : [none, ...LOOPBACK].join(','),
  };
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/** As undici reads it: a host, or a domain with all below it; with a port, only that one. */
function isExempt({ protocol, hostname, port }: URL, noProxy: string): boolean {
  if (noProxy === '*') return true;
  const actualPort = port || DEFAULT_PORTS[protocol];
  return noProxy.split(/[,\s]+/u).some((entry) => {
    const [, named, onlyPort] = /^(.+):(\d+)$/u.exec(entry) ?? [];
    const domain = (named ?? entry).replace(/^\*?\./u, '').toLowerCase();
    if (domain === '' || (onlyPort !== undefined && onlyPort !== actualPort)) return false;
    return hostname === domain || hostname.endsWith(`.${domain}`);
  });
}

/**
 * The proxy on the way to an address, as host and port: never the user name and password in it.
 * `null` without one. @throws PimError `configuration`
 */
export function proxyOnTheWay(env: Environment, address: string): string | null {
  const url = new URL(address);
  const { httpProxy, httpsProxy, noProxy } = proxySettings(env);
  // Without a proxy of its own, https takes that of http.
  const proxy = url.protocol === 'https:' ? httpsProxy || httpProxy : httpProxy;
  return proxy === '' || isExempt(url, noProxy) ? null : new URL(proxy).host;
}
