import type { DefaultDuration } from './plan.ts';

/** A setting and where it came from, so that errors can name the place to mend. */
export interface Sourced<T> {
  readonly value: T;
  /** For people: `AZURE_CLIENT_ID`, `--tenant`, `built in`. */
  readonly source: string;
}

/** Microsoft Graph Command Line Tools: a public client that every tenant can have. */
export const DEFAULT_CLIENT_ID = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

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

export interface Settings {
  /** Tenant id or domain; `null` = the home tenant of whoever signs in. */
  readonly tenant: Sourced<string> | null;
  readonly clientId: Sourced<string>;
  readonly endpoints: Endpoints;
  readonly defaultDuration: Sourced<DefaultDuration>;
  /** How the browser brings the answer of a sign-in back. */
  readonly responseMode: 'form_post' | 'query';
  readonly isDemo: boolean;
}
