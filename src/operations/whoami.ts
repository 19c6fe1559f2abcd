import * as z from 'zod';
import { adminConsentUrl } from '../domain/admin-consent.ts';
import { isPimError } from '../domain/errors.ts';
import { missingPermissions, RESOURCE_OF, type Need } from '../domain/permissions.ts';
import type { AccessToken, Account } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { SURFACES, type Surface } from '../domain/target.ts';
import { cleanName, quoted } from '../domain/text.ts';
import { orFault } from './unread.ts';
import { defineOperation, done, type Entrance } from './operation.ts';
import { SURFACE_NAMES, surfacesOf, TYPE_NAMES, typeOf, type TypeName } from './present.ts';
import type { View } from './view.ts';

const NEEDS = ['list', 'activate', 'policy', 'requests'] as const satisfies readonly Need[];

export const accountShape = z.object({
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
      /** What to do about it, where that is known. */
      fix: z.string().optional(),
    }),
  ),
  isDemo: z.boolean(),
  /** Where an administrator consents, where a consent is missing. */
  adminConsentUrl: z.string().optional(),
  /** The account that is meant, where nobody of that name is signed in. */
  wanted: z.string().optional(),
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

/** Azure has a token of its own, which the app may not be allowed to have. */
async function azureState(
  account: Account,
  { signIn, call }: Entrance,
): Promise<Output['surfaces'][number]> {
  const wish = { ...call, account, resource: RESOURCE_OF.azure, isSilent: true };
  const token = await orFault('azure', signIn.token(wish));
  if (!isPimError(token)) return surfaceState('azure', token.scopes);
  const { fix } = token.details;
  return { ...surfaceState('azure', []), ...(fix === undefined ? {} : { fix }) };
}

/** What is missing for activating alone is asked for when somebody activates. */
function isTold({ canList, canReadPolicy, missingConsent }: Output['surfaces'][number]): boolean {
  return missingConsent.length > 0 && !(canList && canReadPolicy);
}

/** Azure is an extra: without it, groups and roles are all there. */
function needsAdministrator(state: Output['surfaces'][number]): boolean {
  return state.type !== 'AzureResource' && isTold(state);
}

function describe(
  account: Account | null,
  surfaces: Output['surfaces'],
  entrance: Entrance,
): Output {
  const { settings, signIn } = entrance;
  const isMissing = surfaces.some(needsAdministrator);
  return {
    account,
    cloud: settings.endpoints.cloud,
    clientId: settings.clientId.value,
    clientIdSource: settings.clientId.source,
    tenantSource: tenantSource(settings),
    signInStorage: signIn.storage,
    surfaces,
    isDemo: settings.isDemo,
    ...(isMissing && { adminConsentUrl: adminConsentUrl(settings) }),
  };
}

/** Others may be signed in: it is the one that is meant who is not. */
function nobody(entrance: Entrance): Output {
  const wanted = entrance.settings.account?.value;
  return { ...describe(null, [], entrance), ...(wanted !== undefined && { wanted }) };
}

/** Who is signed in and what that sign-in can do; after a sign-in as well. */
export async function describeSignIn(token: AccessToken, entrance: Entrance): Promise<Output> {
  const ofGraph = SURFACES.filter((surface) => RESOURCE_OF[surface] === 'graph');
  const states = ofGraph.map((surface) => surfaceState(surface, token.scopes));
  return describe(token.account, [...states, await azureState(token.account, entrance)], entrance);
}

export const whoamiOutput = output;

function nameOf(type: TypeName): string {
  return surfacesOf(type)
    .map((surface) => SURFACE_NAMES[surface])
    .join(', ');
}

function abilityText(state: Output['surfaces'][number]): string {
  if (state.canActivate && state.canList)
    return state.canReadPolicy ? 'yes' : 'yes, settings unread';
  return state.canList ? 'list; activating asks for consent first' : 'no';
}

function notesOf(who: Output): string[] {
  const missing = who.surfaces
    .filter(isTold)
    .map(({ type, missingConsent, fix }) =>
      fix === undefined
        ? `${type}: consent missing for ${missingConsent.join(', ')}.`
        : `${type}: not usable yet (${missingConsent.join(', ')}). ${fix}`,
    );
  const { adminConsentUrl: url } = who;
  return [...missing, ...(url === undefined ? [] : [`An administrator consents at ${url}`])];
}

export function viewWhoami(who: Output): View {
  if (who.account === null)
    return {
      headline:
        who.wanted === undefined
          ? 'Nobody is signed in.'
          : `${quoted(cleanName(who.wanted))} is not signed in.`,
      facts: [
        ['app', `${who.clientId} (${who.clientIdSource})`],
        ['cloud', who.cloud],
      ],
      next: 'sign-in',
    };
  return {
    headline: `Signed in as ${quoted(who.account.username)}.`,
    facts: [
      ['tenant', `${who.account.tenantId} (${who.tenantSource})`],
      ['cloud', who.cloud],
      ['app', `${who.clientId} (${who.clientIdSource})`],
      ['object id', who.account.objectId],
      ...who.surfaces.map((state): readonly [string, string] => [
        nameOf(state.type),
        abilityText(state),
      ]),
      ['sign-in kept', who.signInStorage],
    ],
    notes: notesOf(who),
    next: who.surfaces.some(needsAdministrator) ? 'ask-administrator' : 'list',
  };
}

export const whoami = defineOperation({
  name: 'whoami',
  title: 'Who is signed in',
  description:
    'Who is signed in to Entra PIM, in which tenant and cloud, which surfaces are usable and which consent is missing. Opens no browser.',
  effect: 'read',
  needs: [],
  isTool: true,
  command: { name: 'whoami', flags: {} },
  input: z.strictObject({}),
  output,
  async run(_input, entrance) {
    const account = await entrance.signIn.remembered();
    if (account === null) return done(nobody(entrance), 'signed-out');
    const token = await entrance.signIn.token({ ...entrance.call, isSilent: true });
    return done(await describeSignIn(token, entrance));
  },
  view: viewWhoami,
});
