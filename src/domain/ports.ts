/**
 * What the domain and the operations need from the world. Adapters implement these; `compose` wires
 * them. Everything that waits takes a signal.
 */
import type { ActiveAssignment, Eligibility } from './assignment.ts';
import type { Policy } from './policy.ts';
import type { ActivationOrder, ActivationRequest } from './request.ts';
import type { Surface, Target } from './target.ts';

export interface Clock {
  now(): Date;
  /** Resolves after that time; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/**
 * Sends one HTTP request. Keeps connections alive, obeys HTTPS_PROXY and NO_PROXY, never follows a
 * redirect, never retries. Rejects with whatever the transport threw; callers turn it into a PimError.
 */
export type Http = (url: string, request: HttpRequest) => Promise<HttpResponse>;

/** Says what is going on to somebody who waits. Must not throw. */
export type Report = (message: string) => void;

/** Limits of one call: when to stop waiting, and whom to tell meanwhile. */
export interface Call {
  readonly signal?: AbortSignal | undefined;
  readonly report?: Report | undefined;
  /** Whoever called gives up after this: better an honest "still working" than no answer. */
  readonly answerBy?: Date | undefined;
}

export interface Account {
  /** `oid` in the tenant signed in to: the caller's own object id, also for guests. */
  readonly objectId: string;
  readonly tenantId: string;
  readonly username: string;
  readonly displayName: string | null;
}

export interface AccessToken {
  readonly value: string;
  readonly account: Account;
  /** Short names of the delegated permissions in the token, e.g. `RoleEligibilitySchedule.Read.Directory`. */
  readonly scopes: readonly string[];
}

export interface TokenWish extends Call {
  /** A token that Microsoft just refused (401): do not hand out this one again. */
  readonly refused?: string | undefined;
  /** Never opens a browser: `sign-in-required` where that would be needed. */
  readonly isSilent?: boolean | undefined;
}

/**
 * The sign-in of this process. One at a time: concurrent calls share it, and a call that stops
 * waiting (cancelled, or after its patience) does not stop the sign-in.
 */
export interface SignIn {
  /**
   * A Graph token: silent where possible, else through the browser.
   * @throws PimError `sign-in-pending` when the person has not finished after 40 s; the sign-in goes on.
   * @throws PimError `sign-in-failed`, `consent-missing`, `configuration`, `network`, `cancelled`
   */
  token(wish?: TokenWish): Promise<AccessToken>;
  /** Who is remembered, without network or browser; `null` when nobody is. */
  remembered(): Promise<Account | null>;
  /** Signs in through the browser even when somebody is remembered; waits until it is over. */
  signIn(call?: Call): Promise<AccessToken>;
  /** Forgets every remembered account; returns those it forgot. */
  signOut(): Promise<readonly Account[]>;
  /** Where the sign-in is kept, in words for people. */
  readonly storage: string;
}

/** One of PIM's API families for the signed-in user. Throws PimError only. */
export interface SurfaceClient {
  readonly surface: Surface;
  eligibilities(call: Call): Promise<readonly Eligibility[]>;
  active(call: Call): Promise<readonly ActiveAssignment[]>;
  /** Never throws for a policy that cannot be read: that is an unknown policy with its reason. */
  policy(target: Target, call: Call): Promise<Policy>;
  /**
   * Policies that apply if `id` is a group or role definition of this surface, by `keyOf` of the
   * policy's subject (see `policyKeyOf`). Lets the policy be read beside the lists. Never throws.
   */
  policiesById(id: string, call: Call): Promise<ReadonlyMap<string, Policy>>;
  /**
   * Sends the activation once. Not cancellable: a write that was sent is finished. `call` holds for
   * the pauses between tries that Microsoft refused (429) only: there it is told of the wait, and may
   * end it, as nothing has happened yet.
   * @throws PimError `outcome-unknown` when nobody can tell whether it arrived.
   * @throws PimError `cancelled` when the call ended in such a pause; then nothing was sent.
   */
  activate(order: ActivationOrder, call: Call): Promise<ActivationRequest>;
  /** Looks at one request again. */
  request(id: string, call: Call): Promise<ActivationRequest>;
  /** The caller's own requests, newest first: how a broken POST is reconciled. */
  requests(call: Call): Promise<readonly ActivationRequest[]>;
}

/** What happened, kept on this machine. Must not throw: a full disk never hides an outcome. */
export interface Journal {
  record(entry: Readonly<Record<string, unknown>>): Promise<void>;
}

/** A private folder of this user (0700, files 0600): token cache, journal, demo tenant. */
export interface StateDirectory {
  readonly path: string;
  /** `null` when there is no such file. */
  read(name: string): Promise<Uint8Array | null>;
  /** Whole or not at all, also when the process is killed meanwhile. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  append(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  /** Runs `work` while no other process or call holds the lock of that name. */
  locked<T>(name: string, work: () => Promise<T>): Promise<T>;
}
