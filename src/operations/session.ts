import * as z from 'zod';
import { cleanName, quoted } from '../domain/text.ts';
import { accountShape, describeSignIn, viewWhoami, whoamiOutput } from './whoami.ts';
import { defineOperation, done } from './operation.ts';

export const login = defineOperation({
  name: 'login',
  title: 'Sign in',
  description: 'Sign in through the browser, also when somebody is signed in already.',
  effect: 'session',
  needs: ['list', 'policy'],
  isTool: false,
  command: {
    name: 'login',
    flags: {
      azure: {
        long: 'azure',
        kind: 'switch',
        summary: 'Azure resource roles as well, also where they take a sign-in of their own',
      },
    },
  },
  input: z.strictObject({ azure: z.boolean().optional() }),
  output: whoamiOutput,
  async run({ azure }, entrance) {
    const token = await entrance.signIn.signIn({ ...entrance.call, withAzure: azure });
    entrance.catalogues.forgetAll();
    return done(await describeSignIn(token, entrance));
  },
  view: viewWhoami,
});

const rowShape = z.object({
  ...accountShape.shape,
  /** Host of the sign-in: which cloud. */
  authority: z.string(),
  clientId: z.string(),
  /** Tenant as it was configured; `null`: the home tenant. */
  tenant: z.string().nullable(),
  /** Who acts when nothing else is said. */
  isCurrent: z.boolean(),
});

export const accounts = defineOperation({
  name: 'accounts',
  title: 'Who is signed in on this machine',
  description: 'List the accounts that are signed in on this machine, with their tenants.',
  effect: 'session',
  needs: [],
  isTool: false,
  command: { name: 'accounts', flags: {} },
  input: z.strictObject({}),
  output: z.object({ accounts: z.array(rowShape) }),
  async run(_input, { signIn }) {
    const found = await signIn.accounts();
    const rows = found.map(({ account, ...rest }) => ({ ...account, ...rest }));
    return done({ accounts: rows }, rows.length === 0 ? 'signed-out' : 'done');
  },
  view({ accounts: rows }) {
    if (rows.length === 0) return { headline: 'Nobody is signed in.', next: 'sign-in' };
    const isOne = rows.length === 1;
    return {
      headline: `${rows.length} ${isOne ? 'sign-in' : 'sign-ins'} on this machine.`,
      table: {
        columns: ['used now', 'account', 'tenant', 'app', 'authority'],
        rows: rows.map(({ isCurrent, username, tenantId, clientId, authority }) => [
          isCurrent ? 'yes' : '',
          username,
          tenantId,
          clientId,
          authority,
        ]),
      },
      notes: isOne ? [] : ['Another one is used with --account and --tenant, on every command.'],
    };
  },
});

const loggedOut = z.object({
  signedOut: z.array(z.string()),
  stillSignedIn: z.array(z.string()),
  /** Variables whose tokens act here all the same. */
  tokensFrom: z.array(z.string()),
  /** The account that is meant, where nobody of that name was signed in. */
  wanted: z.string().optional(),
});

function namesOf(people: readonly { readonly username: string }[]): string[] {
  return [...new Set(people.map(({ username }) => username))];
}

export const logout = defineOperation({
  name: 'logout',
  title: 'Sign out',
  description:
    'Forget the sign-in that is used now, in all tenants of that account, or every one on this machine.',
  effect: 'session',
  needs: [],
  isTool: false,
  command: {
    name: 'logout',
    flags: { all: { long: 'all', kind: 'switch', summary: 'everybody on this machine' } },
  },
  input: z.strictObject({ all: z.boolean().optional() }),
  output: loggedOut,
  async run({ all = false }, entrance) {
    const { signIn, catalogues, settings } = entrance;
    const gone = await signIn.signOut(all ? 'everybody' : 'current');
    catalogues.forgetAll();
    const left = await signIn.accounts();
    const wanted = all || gone.length > 0 ? undefined : settings.account?.value;
    return done({
      signedOut: namesOf(gone),
      stillSignedIn: namesOf(left.map(({ account }) => account)),
      tokensFrom: [...signIn.tokensFrom],
      ...(wanted !== undefined && { wanted }),
    });
  },
  view: ({ signedOut, stillSignedIn, tokensFrom, wanted }) => ({
    headline:
      signedOut.length > 0
        ? `Signed out ${signedOut.map(quoted).join(', ')}.`
        : wanted === undefined
          ? 'Nobody was signed in.'
          : `${quoted(cleanName(wanted))} was not signed in.`,
    notes: [
      ...(stillSignedIn.length > 0
        ? [`Still signed in: ${stillSignedIn.map(quoted).join(', ')}. All: logout --all.`]
        : []),
      ...tokensFrom.map(
        (name) => `The token in ${name} goes on acting here; take it away to end that.`,
      ),
      'What is active in PIM stays active until it ends.',
    ],
  }),
});
