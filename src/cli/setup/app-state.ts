import * as z from 'zod';
import type { AppPermission } from '../../domain/app-permissions.ts';
import { API_IDS } from '../../domain/app-permissions.ts';
import type { RunAz } from '../../domain/az.ts';
import { PimError } from '../../domain/errors.ts';
import { cleanName, quoted } from '../../domain/text.ts';
import {
  permissionSteps,
  PUBLIC_CLIENT_STEP,
  REDIRECT,
  redirectStep,
  type AzStep,
} from './app-plan.ts';
import { azJson } from './az-call.ts';

const uris = z.looseObject({ redirectUris: z.array(z.string()).nullish() }).nullish();

/** An app registration, as the Azure CLI shows it. */
const application = z.looseObject({
  appId: z.string(),
  displayName: z.string(),
  isFallbackPublicClient: z.boolean().nullish(),
  publicClient: uris,
  web: uris,
  requiredResourceAccess: z
    .array(
      z.looseObject({
        resourceAppId: z.string(),
        resourceAccess: z.array(z.looseObject({ id: z.string(), type: z.string() })),
      }),
    )
    .nullish(),
});

export type Application = z.infer<typeof application>;

const account = z.looseObject({
  tenantId: z.string(),
  environmentName: z.string(),
  user: z.looseObject({ name: z.string() }).nullish(),
});

export function signedInTo(az: RunAz): Promise<z.infer<typeof account>> {
  return azJson(az, ['account', 'show'], account);
}

const organization = z.looseObject({
  value: z.array(
    z.looseObject({ verifiedDomains: z.array(z.looseObject({ name: z.string() })).nullish() }),
  ),
});

/**
 * The names of the tenant that the Azure CLI is signed in to, in lower case.
 * Source: Microsoft Graph, "organization resource type", `verifiedDomains`.
 */
export async function domainsOf(az: RunAz, graphOrigin: string): Promise<readonly string[]> {
  const url = `${graphOrigin}/v1.0/organization?$select=verifiedDomains`;
  const { value } = await azJson(az, ['rest', '--method', 'get', '--url', url], organization);
  return value.flatMap(({ verifiedDomains }) =>
    (verifiedDomains ?? []).map(({ name }) => name.toLowerCase()),
  );
}

/** The registration of that name. @throws PimError when there are several: none is chosen by guessing */
export async function findApp(az: RunAz, name: string): Promise<Application | null> {
  const filter = `displayName eq '${name.replaceAll("'", "''")}'`;
  const found = await azJson(az, ['ad', 'app', 'list', '--filter', filter], z.array(application));
  const same = found.filter(({ displayName }) => displayName === name);
  if (same.length > 1) {
    const ids = same.map(({ appId }) => appId).join(', ');
    throw new PimError(
      'configuration',
      `Several apps are called ${quoted(cleanName(name))}: ${ids}.`,
      {
        fix: 'Set AZURE_CLIENT_ID to the one that is meant, or choose another name with --name.',
      },
    );
  }
  return same[0] ?? null;
}

/** The app's enterprise application is found by its client id. */
export async function hasPrincipal(az: RunAz, appId: string): Promise<boolean> {
  const filter = `appId eq '${appId}'`;
  const found = await azJson(az, ['ad', 'sp', 'list', '--filter', filter], z.array(z.unknown()));
  return found.length > 0;
}

function namedIds({ requiredResourceAccess }: Application, api: string): string[] {
  return (requiredResourceAccess ?? [])
    .filter(({ resourceAppId }) => resourceAppId === api)
    .flatMap(({ resourceAccess }) => resourceAccess)
    .filter(({ type }) => type === 'Scope')
    .map(({ id }) => id);
}

/** What a registration lacks. Nothing it has is ever taken away. */
export function missingSteps(app: Application, permissions: readonly AppPermission[]): AzStep[] {
  const redirects = app.publicClient?.redirectUris ?? [];
  const lacking = permissions.filter(({ api, id }) => !namedIds(app, API_IDS[api]).includes(id));
  return [
    ...(redirects.includes(REDIRECT) ? [] : [redirectStep(redirects)]),
    ...(app.isFallbackPublicClient === true ? [] : [PUBLIC_CLIENT_STEP]),
    ...permissionSteps(lacking),
  ];
}

/** Registered under "Web" as well, where Microsoft asks for a secret. */
export function isWebRedirect({ web }: Application): boolean {
  return web?.redirectUris?.some((uri) => uri.startsWith(REDIRECT)) === true;
}
