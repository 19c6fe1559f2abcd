import { adminConsentUrl } from '../domain/admin-consent.ts';
import { isPimError } from '../domain/errors.ts';
import { missingPermissions, RESOURCE_OF, type Need } from '../domain/permissions.ts';
import type { AccessToken, Account, Resource } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { SURFACES, type Surface } from '../domain/target.ts';
import { EXPLANATIONS } from '../domain/reasons.ts';
import { quoted } from '../domain/text.ts';
import { examined, faulty, found, type Check } from './doctor-check.ts';
import type { Entrance } from './operation.ts';
import { SURFACE_NAMES } from './present.ts';

const TITLES = {
  graph: 'Microsoft Graph',
  arm: 'Azure Resource Manager',
} as const satisfies Record<Resource, string>;

const READING = 'reading of ';

function permissionCheck(surface: Surface, { scopes }: AccessToken, settings: Settings): Check {
  const name = `permissions of ${surface}`;
  const title = SURFACE_NAMES[surface];
  const missing = (need: Need): string => missingPermissions(surface, need, scopes).join(', ');
  const consentTo = (permissions: string): string =>
    `Have an administrator consent to ${permissions} for the app: ${adminConsentUrl(settings)}`;
  const wanted = missing('list');
  if (wanted !== '') {
    const what = `${title}: consent is missing for ${wanted}.`;
    return { ...found(name, 'failed', what, consentTo(wanted)), code: 'consent-missing' };
  }
  const unread = missing('policy');
  if (unread !== '')
    return found(
      name,
      'warning',
      `${title}: the role settings cannot be read without ${unread}.`,
      consentTo(unread),
    );
  const later = missing('activate');
  return later === ''
    ? found(name, 'ok', `${title}: all permissions are there.`)
    : found(name, 'ok', `${title}: can be read. The first activation asks to consent to ${later}.`);
}

async function readingCheck(
  surface: Surface,
  account: Account,
  { catalogues, call }: Entrance,
): Promise<Check> {
  const name = `${READING}${surface}`;
  const title = SURFACE_NAMES[surface];
  const client = catalogues.of(account).client(surface);
  const silent = { ...call, account, isSilent: true };
  const check = await examined(name, async () => {
    const [eligible, active] = await Promise.all([
      client.eligibilities(silent),
      client.active(silent),
    ]);
    const counts = `${eligible.length} eligible, ${active.length} active`;
    return found(name, 'ok', `can be read: ${counts}.`);
  });
  return { ...check, what: `${title}: ${check.what}` };
}

async function surfaceChecks(
  surface: Surface,
  token: AccessToken,
  entrance: Entrance,
): Promise<Check[]> {
  const permissions = permissionCheck(surface, token, entrance.settings);
  const canList = missingPermissions(surface, 'list', token.scopes).length === 0;
  return canList
    ? [permissions, await readingCheck(surface, token.account, entrance)]
    : [permissions];
}

/** Azure is an extra: an app without it, and a sign-in without it, are no failures. */
const EXTRA = ['consent-missing', 'sign-in-required'];

function tokenFault(resource: Resource, error: unknown): Check {
  const isExtra = resource === 'arm' && isPimError(error) && EXTRA.includes(error.code);
  const check = faulty(`token for ${resource}`, error, isExtra ? 'warning' : 'failed');
  return { ...check, what: `${TITLES[resource]}: ${check.what}` };
}

/** A token without a person, and what it is good for. */
async function resourceChecks(resource: Resource, entrance: Entrance): Promise<Check[]> {
  const { signIn, call } = entrance;
  try {
    const token = await signIn.token({ ...call, resource, isSilent: true });
    const surfaces = SURFACES.filter((surface) => RESOURCE_OF[surface] === resource);
    const checks = await Promise.all(
      surfaces.map((surface) => surfaceChecks(surface, token, entrance)),
    );
    return [
      found(`token for ${resource}`, 'ok', `${TITLES[resource]}: the sign-in gives a token.`),
      ...checks.flat(),
    ];
  } catch (error) {
    if (isPimError(error) && error.code === 'cancelled') throw error;
    return [tokenFault(resource, error)];
  }
}

/** Whoever lacks it is refused every list of PIM; nothing else tells. */
function licenceChecks(checks: readonly Check[]): Check[] {
  const missing = checks.find(({ code }) => code === 'licence-missing');
  if (missing) {
    const { cause, fix } = EXPLANATIONS.AadPremiumLicenseRequired;
    return [{ ...missing, name: 'licence', what: cause, fixes: [fix] }];
  }
  const isRead = checks.some(({ name, state }) => name.startsWith(READING) && state === 'ok');
  return isRead ? [found('licence', 'ok', 'The tenant has the licence that PIM needs.')] : [];
}

/** What can be told of one API. */
async function apiChecks(
  resource: Resource,
  entrance: Entrance,
  reached: ReadonlySet<Resource>,
): Promise<Check[]> {
  if (reached.has(resource)) return resourceChecks(resource, entrance);
  const what = `${TITLES[resource]}: not asked, as it cannot be reached.`;
  return [found(`token for ${resource}`, 'unknown', what)];
}

const NOBODY = found(
  'sign-in',
  'unknown',
  'Nobody is signed in, so permissions and surfaces were not checked.',
  'Run `entra-pim login`, then this again.',
);

export interface SignInFindings {
  readonly checks: readonly Check[];
  /** Whose they are; `null` when nobody is signed in, or nobody can tell. */
  readonly account: Account | null;
}

async function whoIsSignedIn({ signIn }: Entrance): Promise<SignInFindings> {
  try {
    const account = await signIn.remembered();
    if (account === null) return { checks: [NOBODY], account };
    const who = `${quoted(account.username)} in tenant ${account.tenantId}`;
    return { checks: [found('sign-in', 'ok', `Signed in as ${who}.`)], account };
  } catch (error) {
    return { checks: [faulty('sign-in', error)], account: null };
  }
}

/** Who is signed in, and what that sign-in can do. Opens no browser. */
export async function signInChecks(
  entrance: Entrance,
  reached: ReadonlySet<Resource>,
): Promise<SignInFindings> {
  const who = await whoIsSignedIn(entrance);
  if (who.account === null) return who;
  const [graph, arm] = await Promise.all([
    apiChecks('graph', entrance, reached),
    apiChecks('arm', entrance, reached),
  ]);
  const apis = [...graph, ...arm];
  return { ...who, checks: [...who.checks, ...apis, ...licenceChecks(apis)] };
}
