import type { DefaultDuration } from './plan.ts';

/** A setting and where it came from, so that errors can name the place to mend. */
export interface Sourced<T> {
  readonly value: T;
  /** For people: `AZURE_CLIENT_ID`, `--tenant`, `built in`. */
  readonly source: string;
}

/** Microsoft Graph Command Line Tools: a public client that every tenant can have. */
export const DEFAULT_CLIENT_ID = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

/**
 * Microsoft Azure CLI: a public client that every tenant has, allowed to use Azure Resource Manager
 * without a consent. Graph Command Line Tools can never get that.
 */
export const DEFAULT_AZURE_CLIENT_ID = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';

/** The hosts of one cloud. Tokens go to these origins and to no other. */
export interface Endpoints {
  /** For people: `Azure public cloud`, `simulator`. */
  readonly cloud: string;
  /**
   * `microsoft`: the authority is that https origin. `simulator`: plain http on loopback; the authority
   * gets a made-up name so that its tokens never share a cache entry with real ones.
   */
  readonly authority: { readonly kind: 'microsoft' | 'simulator'; readonly origin: string };
  readonly graphOrigin: string;
  /** Azure Resource Manager. */
  readonly armOrigin: string;
}

export const PUBLIC_CLOUD: Endpoints = {
  cloud: 'Azure public cloud',
  authority: { kind: 'microsoft', origin: 'https://login.microsoftonline.com' },
  graphOrigin: 'https://graph.microsoft.com',
  armOrigin: 'https://management.azure.com',
};

/**
 * Where the key of the remembered sign-in is. `auto`: the system's keyring, else a file. `memory`:
 * nothing is kept on this machine.
 */
export const TOKEN_STORES = ['auto', 'keyring', 'file', 'memory'] as const;
type TokenStore = (typeof TOKEN_STORES)[number];

/**
 * How a person signs in. `auto`: what this machine allows. `device-code`: with a code, on any other
 * device. `paste`: at an address opened on another machine, whose answer is pasted back.
 */
export const SIGN_IN_WAYS = ['auto', 'browser', 'device-code', 'paste'] as const;
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

/** How much is written down of what happens, from nothing to everything. */
export const LOG_LEVELS = ['off', 'error', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Settings {
  /** Tenant id or domain; `null` = the home tenant of whoever signs in. */
  readonly tenant: Sourced<string> | null;
  /** Whose sign-in is meant: a user name or object id; `null` = whoever signed in last. */
  readonly account: Sourced<string> | null;
  readonly clientId: Sourced<string>;
  /** The app for Azure Resource Manager: the same, unless that one is Microsoft's for Graph. */
  readonly azureClientId: Sourced<string>;
  readonly endpoints: Endpoints;
  readonly defaultDuration: Sourced<DefaultDuration>;
  /** How the browser brings the answer of a sign-in back. */
  readonly responseMode: 'form_post' | 'query';
  readonly tokenStore: Sourced<TokenStore>;
  readonly signInWay: Sourced<SignInWay>;
  readonly logLevel: Sourced<LogLevel>;
  readonly isDemo: boolean;
}

/** Azure takes a sign-in of its own, with an app of its own. */
export function isAzureApart({
  clientId,
  azureClientId,
}: Pick<Settings, 'clientId' | 'azureClientId'>): boolean {
  return clientId.value.toLowerCase() !== azureClientId.value.toLowerCase();
}
