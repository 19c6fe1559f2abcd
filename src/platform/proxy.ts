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
