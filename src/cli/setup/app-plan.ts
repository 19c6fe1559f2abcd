import { API_IDS, type AppPermission } from '../../domain/app-permissions.ts';
import { RESOURCES } from '../../domain/permissions.ts';
import type { Resource } from '../../domain/ports.ts';

export const REDIRECT = 'http://localhost';

/** One run of the Azure CLI. `APP` stands for the app's client id. */
export interface AzStep {
  readonly does: string;
  readonly args: readonly string[];
  /** Its answer has the client id. */
  readonly isCreate?: true;
}

export const APP = '$APP_ID';

const API_TITLES = {
  graph: 'Microsoft Graph',
  arm: 'Azure Service Management',
} as const satisfies Record<Resource, string>;

function words(text: string): string[] {
  return text.split(' ');
}

function createStep(name: string): AzStep {
  return {
    isCreate: true,
    does: `Registers the public client "${name}" for this directory only, with the redirect ${REDIRECT}`,
    args: [
      ...words('ad app create --display-name'),
      name,
      ...words('--sign-in-audience AzureADMyOrg --is-fallback-public-client true'),
      '--public-client-redirect-uris',
      REDIRECT,
    ],
  };
}

/** Adds to what the registration names; removes nothing, and grants nothing. */
export function permissionSteps(permissions: readonly AppPermission[]): AzStep[] {
  return RESOURCES.flatMap((api) => {
    const own = permissions.filter((permission) => permission.api === api);
    if (own.length === 0) return [];
    const names = own.map(({ name }) => name).join(', ');
    const wanted = own.map(({ id }) => `${id}=Scope`);
    return [
      {
        does: `Names the delegated permissions of ${API_TITLES[api]}: ${names}`,
        args: [
          ...words(`ad app permission add --id ${APP} --api ${API_IDS[api]} --api-permissions`),
          ...wanted,
        ],
      },
    ];
  });
}

export const PRINCIPAL_STEP: AzStep = {
  does: 'Makes it an enterprise application of this tenant',
  args: ['ad', 'sp', 'create', '--id', APP],
};

export const GRANT_STEP: AzStep = {
  does: 'GRANTS ADMIN CONSENT: for everybody in the tenant, to all its permissions',
  args: ['ad', 'app', 'permission', 'admin-consent', '--id', APP],
};

export function newAppSteps(name: string, permissions: readonly AppPermission[]): AzStep[] {
  return [createStep(name), ...permissionSteps(permissions), PRINCIPAL_STEP];
}

/** A redirect is added to those that are there. */
export function redirectStep(present: readonly string[]): AzStep {
  return {
    does: `Adds the redirect ${REDIRECT} under "Mobile and desktop applications"`,
    args: [
      ...words(`ad app update --id ${APP} --public-client-redirect-uris`),
      ...present,
      REDIRECT,
    ],
  };
}

export const PUBLIC_CLIENT_STEP: AzStep = {
  does: 'Allows public client flows, for sign-in with a device code',
  args: ['ad', 'app', 'update', '--id', APP, '--is-fallback-public-client', 'true'],
};
