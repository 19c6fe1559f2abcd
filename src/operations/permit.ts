import { isPimError } from '../domain/errors.ts';
import { signInFurther } from '../domain/further.ts';
import { ofCaller } from '../domain/of-caller.ts';
import {
  missingPermissions,
  PERMISSIONS,
  RESOURCE_OF,
  RESOURCES,
  type Need,
} from '../domain/permissions.ts';
import type { Resource } from '../domain/ports.ts';
import type { Surface } from '../domain/target.ts';
import type { Context } from './operation.ts';
import type { Unread } from './unread.ts';

/** Why Azure has no token yet: the person can mend it. */
const UNSIGNED = ['consent-missing', 'sign-in-required'];

/** What the sign-in may do; nothing where that API takes a sign-in of its own. */
async function granted(resource: Resource, { signIn, call }: Context): Promise<readonly string[]> {
  try {
    return (await ofCaller(signIn.token({ ...call, resource }), call)).scopes;
  } catch (error) {
    const isAzure = resource === 'arm' && isPimError(error) && UNSIGNED.includes(error.code);
    if (!isAzure) throw error;
    return [];
  }
}

/**
 * Has the person consent, once for each API, to what these surfaces need and the sign-in lacks: for
 * what a call is expressly about, never for what it looks at in passing. Nothing is asked where a wider
 * permission serves.
 * @throws PimError `consent-missing`, those of the sign-in
 */
export async function permit(
  surfaces: readonly Surface[],
  need: Need,
  context: Context,
): Promise<void> {
  for (const resource of RESOURCES) {
    const own = surfaces.filter((surface) => RESOURCE_OF[surface] === resource);
    if (own.length === 0) continue;
    const scopes = await granted(resource, context);
    const missing = own.flatMap((surface) => missingPermissions(surface, need, scopes));
    if (missing.length === 0) continue;
    const permissions = [...new Set(missing)];
    await signInFurther(context.signIn, { ...context.call, resource, permissions });
    context.catalogue.forgetLists();
  }
}

/** Of what Microsoft named, what is ours to ask for, and not there yet. */
function askable({ surface, error }: Unread, scopes: readonly string[]): readonly string[] {
  const own = Object.values(PERMISSIONS[surface]).flat(2);
  const named = (error.details.missingScopes ?? []).find((scope) => own.includes(scope));
  return named === undefined || scopes.includes(named) ? [] : [named];
}

/**
 * Where Microsoft refused to list what a call is expressly about, for a permission that by its
 * documentation was not needed: has the person consent to that one.
 * @returns whether somebody did, so that it is worth asking again
 */
export async function permitRefused(unread: readonly Unread[], context: Context): Promise<boolean> {
  const refused = unread.filter(({ error }) => error.code === 'consent-missing');
  for (const each of refused) {
    const resource = RESOURCE_OF[each.surface];
    const permissions = askable(each, await granted(resource, context));
    if (permissions.length === 0) continue;
    await signInFurther(context.signIn, { ...context.call, resource, permissions });
    return true;
  }
  return false;
}

/** What one of several lacks is told of that one; the others need not fail. */
function concernsAll(error: unknown): boolean {
  return !isPimError(error) || error.code === 'sign-in-pending' || error.code === 'cancelled';
}

/** For several: what ends the call is thrown, the rest comes up again where it belongs. */
export async function unlessOwnTrouble(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (concernsAll(error)) throw error;
  }
}
