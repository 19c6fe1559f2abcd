/** A process of its own that signs in and ends. Arguments: the folder, and the keyring's helper. */
import { createSignIn } from '../../src/auth/sign-in.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { readSettings } from '../../src/platform/environment.ts';
import { createHttp } from '../../src/platform/http.ts';
import { createKeyring } from '../../src/platform/keyring.ts';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import { browse } from '../support/browser.ts';

const [folder = '', helper = ''] = process.argv.slice(2);
const http = createHttp({ env: {} });
const signIn = createSignIn({
  settings: readSettings(process.env),
  http,
  clock: systemClock,
  state: openStateDirectory(folder),
  keyring: createKeyring({ helper, env: process.env, clock: systemClock }),
  openBrowser: async (url) => {
    void browse(url);
  },
  notify: (message) => process.stdout.write(`${message}\n`),
});
const { account } = await signIn.token();
process.stdout.write(`signed in as ${account.username}\n`);
await http.close();
