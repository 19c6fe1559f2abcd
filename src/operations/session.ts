import * as z from 'zod';
import { quoted } from '../domain/text.ts';
import { defineOperation, done } from './operation.ts';
import { describeSignIn, viewWhoami, whoamiOutput } from './whoami.ts';

export const login = defineOperation({
  name: 'login',
  title: 'Sign in',
  description: 'Sign in through the browser, also when somebody is signed in already.',
  effect: 'session',
  isTool: false,
  command: { name: 'login', flags: {} },
  input: z.strictObject({}),
  output: whoamiOutput,
  async run(_input, entrance) {
    const token = await entrance.signIn.signIn(entrance.call);
    entrance.catalogues.forgetAll();
    return done(await describeSignIn(token, entrance));
  },
  view: viewWhoami,
});

const loggedOut = z.object({ signedOut: z.array(z.string()) });

export const logout = defineOperation({
  name: 'logout',
  title: 'Sign out',
  description: 'Forget every remembered sign-in on this machine.',
  effect: 'session',
  isTool: false,
  command: { name: 'logout', flags: {} },
  input: z.strictObject({}),
  output: loggedOut,
  async run(_input, entrance) {
    const accounts = await entrance.signIn.signOut();
    entrance.catalogues.forgetAll();
    return done({ signedOut: accounts.map(({ username }) => username) });
  },
  view: ({ signedOut }) => ({
    headline:
      signedOut.length === 0
        ? 'Nobody was signed in.'
        : `Signed out ${signedOut.map(quoted).join(', ')}.`,
    notes: ['What is active in PIM stays active until it ends.'],
  }),
});
