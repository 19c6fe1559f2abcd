import type { Environment } from './proxy.ts';

/** For processes of others: no token that was handed to this one goes any further. */
export function withoutTokens(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.endsWith('_TOKEN')));
}
