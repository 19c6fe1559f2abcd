/** What the simulator's parts say to each other. No HTTP library, no sockets: `server.ts` translates. */

/** Header names are lower-case. */
export interface SimRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SimResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Who calls Graph, as read from an access token whose signature, audience and time were checked. */
export interface Caller {
  readonly objectId: string;
  readonly tenantId: string;
  readonly username: string;
  readonly clientId: string;
  /** Delegated permissions that are really in the token. */
  readonly scopes: readonly string[];
  /** How the person signed in: `pwd`, `mfa`. */
  readonly amr: readonly string[];
  /** Authentication contexts that the sign-in satisfied. */
  readonly acrs: readonly string[];
  /** What the client said that it can do: `cp1` = handle claims challenges. */
  readonly capabilities: readonly string[];
  /** When continuous access evaluation ended the token, which is not expired. */
  readonly outdatedAt?: Date | undefined;
}

export interface SimClock {
  now(): Date;
}
