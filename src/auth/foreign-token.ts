import * as z from 'zod';
import { PimError } from '../domain/errors.ts';
import type { AccessToken, Resource } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { cleanName, quoted } from '../domain/text.ts';
import { claimsIn, contextsIn, payloadOf } from './token-claims.ts';

const shape = z.looseObject({
  aud: z.string(),
  exp: z.number(),
  oid: z.string(),
  tid: z.string(),
  scp: z.string(),
  upn: z.string().nullish(),
  preferred_username: z.string().nullish(),
  unique_name: z.string().nullish(),
  name: z.string().nullish(),
});

/** Other names of the APIs. Source: Microsoft Learn, "Access token claims reference", `aud`. */
const AUDIENCES: Readonly<Record<Resource, readonly string[]>> = {
  graph: ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'],
  arm: ['https://management.azure.com', 'https://management.core.windows.net'],
};

const TITLES: Readonly<Record<Resource, string>> = {
  graph: 'Microsoft Graph',
  arm: 'Azure Resource Manager',
};

function audiences(resource: Resource, { endpoints }: Settings): readonly string[] {
  const own = resource === 'graph' ? endpoints.graphOrigin : endpoints.armOrigin;
  // The names of the public cloud are no names in another one.
  const isElsewhere =
    endpoints.authority.kind === 'microsoft' && !AUDIENCES[resource].includes(own);
  return isElsewhere ? [own] : [own, ...AUDIENCES[resource]];
}

function refuse(source: string, what: string, fix: string): PimError {
  return new PimError('configuration', `The token in ${source} ${what}.`, { fix });
}

/** @throws PimError `configuration` for the token of another account than the one that is set */
function demandNamed(names: readonly string[], source: string, { account }: Settings): void {
  const wanted = account?.value.toLowerCase();
  if (wanted === undefined || names.some((each) => each.toLowerCase() === wanted)) return;
  throw refuse(
    source,
    'is of another account than the one that is set',
    `Get one of that account, or correct ${account?.source ?? ''}.`,
  );
}

/** @throws PimError `configuration` for the token of another tenant than the one that is set */
function demandTenant(tid: string, source: string, { tenant }: Settings): void {
  const isTenantId = tenant !== null && !tenant.value.includes('.');
  if (!isTenantId || tenant.value.toLowerCase() === tid.toLowerCase()) return;
  throw refuse(
    source,
    'is of another tenant than the one that is set',
    `Get one of that tenant, or correct ${tenant.source}.`,
  );
}

/** A token that this program did not ask for, and where it came from. */
export interface ForeignToken {
  readonly value: string;
  /** For people: `ENTRA_PIM_GRAPH_TOKEN`. */
  readonly source: string;
}

/**
 * Reads a token that was made elsewhere, to know whose it is and that it goes to the right API. Whether
 * it is genuine is for Microsoft to say.
 * @throws PimError `configuration` for one that is of no use here, `sign-in-required` for an old one
 */
export function readForeignToken(
  { value, source }: ForeignToken,
  resource: Resource,
  settings: Settings,
  now: Date,
): AccessToken {
  const parsed = shape.safeParse(payloadOf(value));
  if (!parsed.success)
    throw refuse(
      source,
      'is no access token of a person',
      'A token of an app or a managed identity cannot use PIM for a person. Use a delegated one.',
    );
  const { aud, exp, oid, tid, scp, name } = parsed.data;
  const audience = aud.replace(/\/$/u, '');
  if (!audiences(resource, settings).includes(audience))
    throw refuse(
      source,
      `is for ${quoted(cleanName(aud))}, not for ${TITLES[resource]}`,
      `Get one for ${audiences(resource, settings)[0]}.`,
    );
  demandTenant(tid, source, settings);
  const username = parsed.data.upn ?? parsed.data.preferred_username ?? parsed.data.unique_name;
  demandNamed([oid, username ?? ''], source, settings);
  if (exp * 1000 <= now.getTime())
    throw new PimError('sign-in-required', `The token in ${source} has expired.`, {
      fix: `Put a new one into ${source}.`,
    });
  return {
    value,
    account: {
      objectId: oid,
      tenantId: tid,
      username: cleanName(username ?? oid),
      displayName: cleanName(name ?? '') || null,
    },
    claims: claimsIn(value),
    contexts: contextsIn(value),
    scopes: scp.split(' ').filter((scope) => scope !== ''),
  };
}
