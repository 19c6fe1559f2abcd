import * as z from 'zod';
import { missingPermissions, type Need } from '../domain/permissions.ts';
import type { AccessToken, Account } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { SURFACES, type Surface } from '../domain/target.ts';
import { quoted } from '../domain/text.ts';
import { defineOperation, done, type Context } from './operation.ts';
import { SURFACE_NAMES, TYPE_NAMES, typeOf } from './present.ts';
import type { View } from './view.ts';

const NEEDS = ['list', 'activate', 'policy'] as const satisfies readonly Need[];

const accountShape = z.object({
  objectId: z.string(),
  tenantId: z.string(),
  username: z.string(),
  displayName: z.string().nullable(),
});

const output = z.object({
  account: accountShape.nullable(),
  cloud: z.string(),
  clientId: z.string(),
  clientIdSource: z.string(),
  tenantSource: z.string(),
  signInStorage: z.string(),
  surfaces: z.array(
    z.object({
      type: z.enum(TYPE_NAMES),
      canList: z.boolean(),
      canActivate: z.boolean(),
      canReadPolicy: z.boolean(),
      missingConsent: z.array(z.string()),
    }),
  ),
  isDemo: z.boolean(),
});

type Output = z.output<typeof output>;

function surfaceState(surface: Surface, scopes: readonly string[]): Output['surfaces'][number] {
  const missing = (need: Need): string[] => missingPermissions(surface, need, scopes);
  return {
    type: typeOf(surface),
    canList: missing('list').length === 0,
    canActivate: missing('activate').length === 0,
    canReadPolicy: missing('policy').length === 0,
    missingConsent: [...new Set(NEEDS.flatMap(missing))],
  };
}

function tenantSource(settings: Settings): string {
  return settings.tenant?.source ?? 'home tenant of the account';
}

function describe(account: Account | null, token: AccessToken | null, context: Context): Output {
  const { settings, signIn } = context;
  return {
    account,
    cloud: settings.endpoints.cloud,
    clientId: settings.clientId.value,
    clientIdSource: settings.clientId.source,
    tenantSource: tenantSource(settings),
    signInStorage: signIn.storage,
    surfaces: token ? SURFACES.map((surface) => surfaceState(surface, token.scopes)) : [],
    isDemo: settings.isDemo,
  };
}

/** Who is signed in and what that sign-in can do; after a sign-in as well. */
export function describeSignIn(token: AccessToken, context: Context): Output {
  return describe(token.account, token, context);
}

export const whoamiOutput = output;

function abilityText(state: Output['surfaces'][number]): string {
  if (state.canActivate && state.canList)
    return state.canReadPolicy ? 'yes' : 'yes, settings unread';
  return state.canList ? 'list only' : 'no';
}

function notesOf(who: Output): string[] {
  return who.surfaces
    .filter(({ missingConsent }) => missingConsent.length > 0)
    .map(
      ({ type, missingConsent }) => `${type}: consent missing for ${missingConsent.join(', ')}.`,
    );
}

export function viewWhoami(who: Output): View {
  if (who.account === null)
    return {
      headline: 'Nobody is signed in.',
      facts: [
        ['app', `${who.clientId} (${who.clientIdSource})`],
        ['cloud', who.cloud],
      ],
      next: 'sign-in',
    };
  const missing = who.surfaces.some(({ missingConsent }) => missingConsent.length > 0);
  return {
    headline: `Signed in as ${quoted(who.account.username)}.`,
    facts: [
      ['tenant', `${who.account.tenantId} (${who.tenantSource})`],
      ['cloud', who.cloud],
      ['app', `${who.clientId} (${who.clientIdSource})`],
      ['object id', who.account.objectId],
      ...who.surfaces.map((state): readonly [string, string] => [
        SURFACE_NAMES[state.type === 'Group' ? 'group' : 'directory'],
        abilityText(state),
      ]),
      ['sign-in kept', who.signInStorage],
    ],
    notes: notesOf(who),
    next: missing ? 'ask-administrator' : 'list',
  };
}

export const whoami = defineOperation({
  name: 'whoami',
  title: 'Who is signed in',
  description:
    'Who is signed in to Entra PIM, in which tenant and cloud, which surfaces are usable and which consent is missing. Opens no browser.',
  effect: 'read',
  isTool: true,
  command: { name: 'whoami', flags: {} },
  input: z.strictObject({}),
  output,
  async run(_input, context) {
    const account = await context.signIn.remembered();
    if (account === null) return done(describe(null, null, context), 'signed-out');
    const token = await context.signIn.token({ ...context.call, isSilent: true });
    return done(describe(token.account, token, context));
  },
  view: viewWhoami,
});
