/**
 * A process of its own that works on the cache as fast as it can, and says each thing that is done.
 * Arguments: the folder, then `entries <name> <times>` or `refresh <times>`.
 */
import { TokenCacheContext } from '@azure/msal-node';
import { createSignIn } from '../../src/auth/sign-in.ts';
import { createTokenCache } from '../../src/auth/token-cache.ts';
import { createTokenStore } from '../../src/auth/token-store.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { readSettings } from '../../src/platform/environment.ts';
import { createHttp } from '../../src/platform/http.ts';
import { openStateDirectory } from '../../src/platform/state-directory.ts';

const [folder = '', task, ...rest] = process.argv.slice(2);
const state = openStateDirectory(folder);
const settings = readSettings(process.env);

function notify(message: string): void {
  process.stdout.write(`notice: ${message}\n`);
}

/** One access as MSAL makes it: read, change, write. */
async function add(entry: string): Promise<void> {
  const { tokenStore } = settings;
  const plugin = createTokenCache(createTokenStore({ state, keyring: null, tokenStore, notify }));
  let entries: string[] = [];
  const cache = {
    serialize: () => JSON.stringify(entries),
    deserialize: (text: string) => {
      entries = JSON.parse(text);
    },
  };
  const context = new TokenCacheContext(cache, true);
  await plugin.beforeCacheAccess(context);
  entries.push(entry);
  await plugin.afterCacheAccess(context);
}

if (task === 'entries') {
  const [name = '', times] = rest;
  for (let done = 0; done < Number(times); done += 1) {
    await add(`${name}-${done}`);
    process.stdout.write(`${name}-${done}\n`);
  }
}

if (task === 'refresh') {
  const http = createHttp({ env: {} });
  for (let done = 0; done < Number(rest[0]); done += 1) {
    const signIn = createSignIn({
      settings,
      http,
      clock: systemClock,
      state,
      notify,
      openBrowser: () => Promise.reject(new Error('no window was expected')),
    });
    const { value } = await signIn.token({ isSilent: true });
    await signIn.token({ refused: value, isSilent: true });
    process.stdout.write(`refreshed ${done}\n`);
  }
  await http.close();
}
