/**
 * What the domain and the operations need from the world. Adapters implement these; `compose` wires
 * them. Everything that waits takes a signal.
 */
import type { ApprovalStage, Decision } from './approval.ts';
import type { ActiveAssignment, Eligibility } from './assignment.ts';
import type { Challenge } from './challenge.ts';
import type { Policy } from './policy.ts';
import type { Proof } from './proof.ts';
import type { ActivationOrder, DeactivationOrder, PimRequest } from './request.ts';
import type { RoleDefinition } from './role-definition.ts';
import type { LogLevel } from './settings.ts';
import type { Scope, Surface, Target } from './target.ts';

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

/** Facts of an event. Never a token, a code, a claim, a name, a query or a body. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null>>;

/** Writes down what happens, for support. Must not throw. */
export type Log = (level: Exclude<LogLevel, 'off'>, event: string, facts?: LogFacts) => void;

/** Says what is going on to somebody who waits. Must not throw. */
export type Report = (message: string) => void;

/** Limits of one call: when to stop waiting, and whom to tell meanwhile. */
export interface Call {
  readonly signal?: AbortSignal | undefined;
  readonly report?: Report | undefined;
  /** Whoever called gives up after this: better an honest "still working" than no answer. */
  readonly answerBy?: Date | undefined;
  /** Whose call it is: no request of it is made with a token of somebody else. */
  readonly account?: Account | undefined;
  /** Never opens a browser: `sign-in-required` where that would be needed. */
  readonly isSilent?: boolean | undefined;
  /** Further sign-ins of this operation, see `signInFurther`. Each call has its own; nothing is kept. */
  readonly furtherSignIns?: Map<string, Promise<AccessToken>> | undefined;
}

export interface Account {
  /** `oid` in the tenant signed in to: the caller's own object id, also for guests. */
  readonly objectId: string;
  readonly tenantId: string;
  readonly username: string;
  readonly displayName: string | null;
}

/** The API that a token is for: Microsoft Graph, or Azure Resource Manager. */
export type Resource = 'graph' | 'arm';

export interface AccessToken {
  readonly value: string;
  readonly account: Account;
  /**
   * What the token says of the caller's Entra roles (`wids`, template ids) and groups; `null` where
   * it says nothing of them, or not of all.
   */
  readonly claims: {
    readonly wids: readonly string[] | null;
    readonly groups: readonly string[] | null;
  };
  /** Authentication contexts that it is known to carry. There may be more. */
  readonly contexts?: readonly string[];
  /** Short names of the delegated permissions in the token, e.g. `RoleEligibilitySchedule.Read.Directory`. */
  readonly scopes: readonly string[];
}

export interface TokenWish extends Call {
  /**
   * Which API it is for; Graph when left out. One for Azure opens no window of its own: whoever is
   * not signed in signs in for Graph, then `consent-missing` or `sign-in-required` where that brings
   * no Azure. With `permissions` it does.
   */
  readonly resource?: Resource | undefined;
  /** A new one, also when the old one is still good: what has changed since is in it. Silent only. */
  readonly isFresh?: boolean | undefined;
  /** A token that Microsoft just refused (401): do not hand out this one again. */
  readonly refused?: string | undefined;
  /**
   * What the token must carry: signs in for it in the browser, as the same account, also for Azure.
   * `refused` is the token that Microsoft answered with this challenge.
   */
  readonly challenge?: Challenge | undefined;
  /**
   * Permissions that it must have beyond those it has, by their short names. Asks in silence first, as
   * somebody may have consented meanwhile, then the person, as the same account. For Azure
   * `user_impersonation`, where need be with an app and a sign-in of its own.
   */
  readonly permissions?: readonly string[] | undefined;
}

/** A sign-in that somebody asked for. */
interface SignInWish extends Call {
  /** Azure as well, also where that takes a sign-in of its own. */
  readonly withAzure?: boolean | undefined;
}

/** Somebody who is signed in on this machine. */
export interface SignedInAccount {
  readonly account: Account;
  /** Host of the authority: which cloud. */
  readonly authority: string;
  readonly clientId: string;
  /** Tenant as it was configured; `null`: the home tenant of the account. */
  readonly tenant: string | null;
  /** Who acts when nothing else is said. */
  readonly isCurrent: boolean;
}

/**
 * The sign-in of this process. One at a time: concurrent calls share it, and a call that stops
 * waiting (cancelled, or after its patience) does not stop the sign-in.
 */
export interface SignIn {
  /**
   * A token: silent where possible, else (for Graph) through the browser.
   * @throws PimError `sign-in-pending` when the person has not finished after 40 s; the sign-in goes on.
   * @throws PimError `sign-in-failed`, `consent-missing`, `configuration`, `network`, `cancelled`
   */
  token(wish?: TokenWish): Promise<AccessToken>;
  /** Who is remembered, without network or browser; `null` when nobody is. */
  remembered(): Promise<Account | null>;
  /**
   * Signs in through the browser even when somebody is remembered; waits until it is over. Asks for
   * Azure as well where the same app may have it; that Azure is refused fails nothing.
   */
  signIn(wish?: SignInWish): Promise<AccessToken>;
  /** Everybody who is signed in on this machine, whatever the settings, last one first. */
  accounts(): Promise<readonly SignedInAccount[]>;
  /**
   * Forgets whoever is meant by the settings, in all their tenants, or everybody; returns whom it
   * forgot. Tokens that Microsoft no longer takes go as well.
   */
  signOut(whom: 'current' | 'everybody'): Promise<readonly Account[]>;
  /** The person turned an invitation down: whoever calls next is told of it anew, at once. */
  declined(): void;
  /** Where the sign-in is kept, in words for people. */
  readonly storage: string;
  /** Variables whose tokens act here, whoever is signed in. Not ours to forget. */
  readonly tokensFrom: readonly string[];
}

/** One of PIM's API families for the signed-in user. Throws PimError only. */
export interface SurfaceClient {
  readonly surface: Surface;
  /** The service's own time, as far as its answers told it; ours until then. */
  now(): Date;
  eligibilities(call: Call): Promise<readonly Eligibility[]>;
  active(call: Call): Promise<readonly ActiveAssignment[]>;
  /** Never throws for a policy that cannot be read: that is an unknown policy with its reason. */
  policy(target: Target, call: Call): Promise<Policy>;
  /**
   * Policies that apply if `id` is a group or role definition of this surface, by `keyOf` of the
   * policy's subject (see `policyKeyOf`). Lets the policy be read beside the lists. Never throws.
   */
  policiesById(id: string, call: Call): Promise<ReadonlyMap<string, Policy>>;
  /** Places under the target's where it can be turned on instead; none where there are no such. */
  scopesBelow(target: Target, call: Call): Promise<readonly Scope[]>;
  /**
   * Sends the activation once. Not cancellable: a write that was sent is finished. `call` holds for
   * the pauses between tries that Microsoft refused (429) and for a further sign-in that it demands:
   * there it is told of the wait, and may end it, as nothing has happened yet.
   * @throws PimError `outcome-unknown` when nobody can tell whether it arrived.
   * @throws PimError `cancelled` when the call ended in such a pause; then nothing was sent.
   */
  activate(order: ActivationOrder, call: Call): Promise<PimRequest>;
  /** Microsoft's own verdict about that activation. Nothing is created. @throws PimError as `activate` */
  validate(order: ActivationOrder, call: Call): Promise<PimRequest>;
  /** Sends the deactivation once, as `activate` does. */
  deactivate(order: DeactivationOrder, call: Call): Promise<PimRequest>;
  /** Looks at one request again. */
  request(known: PimRequest, call: Call): Promise<PimRequest>;
  /** The caller's own requests, newest first: how a broken POST is reconciled. */
  requests(call: Call): Promise<readonly PimRequest[]>;
  /** Withdraws a request of the caller's that waits or is scheduled. Not cancellable itself. */
  cancel(request: PimRequest, call: Call): Promise<void>;
  /** Requests of others that Microsoft lists for the caller's decision, some of them stale. */
  awaiting(call: Call): Promise<readonly PimRequest[]>;
  stages(request: PimRequest, call: Call): Promise<readonly ApprovalStage[]>;
  /** Approves or denies. Not cancellable. @throws PimError `conflict` when it was decided before. */
  decide(decision: Decision, call: Call): Promise<void>;
  /** Whether the privilege works for the caller by now. Never throws but for a cancelled call. */
  proof(target: Target, call: Call): Promise<Proof>;
  /**
   * What roles allow, by `idOf` of the target in lower case. One that cannot be read is left out.
   * Never throws but for a cancelled call.
   */
  definitions(targets: readonly Target[], call: Call): Promise<ReadonlyMap<string, RoleDefinition>>;
}

/** What happened, kept on this machine. Must not throw: a full disk never hides an outcome. */
export interface Journal {
  record(entry: Readonly<Record<string, unknown>>): Promise<void>;
}

/** A lock that is held. */
export interface Held {
  /** Once; again it does nothing, whoever holds the lock by then. */
  release(): Promise<void>;
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
  /**
   * The lock of that name, held until released or until this process ends; `null` where another
   * process or call holds it.
   */
  seize(name: string): Promise<Held | null>;
  /** Whether anybody, here or in another process, holds the lock of that name. */
  isHeld(name: string): Promise<boolean>;
  /** Resolves when somebody holds it. Rejects on the signal. */
  untilHeld(name: string, signal: AbortSignal): Promise<void>;
}

/**
 * The operating system's store of secrets. Answers within seconds, or says why it cannot be used.
 * Every method throws PimError `configuration` when it cannot.
 */
export interface Keyring {
  /** `null` when it holds nothing under that name. */
  read(account: string): Promise<string | null>;
  write(account: string, secret: string): Promise<void>;
  remove(account: string): Promise<void>;
}

/** What this program runs on. No value of a variable is in it. */
export interface MachineFacts {
  /** Of this program. */
  readonly version: string;
  /** `20.19.0` */
  readonly node: string;
  /** `linux x64` */
  readonly platform: string;
  readonly home: string;
  readonly statePath: string;
  /** Names of the variables that are set and have a say. */
  readonly variables: readonly string[];
  /** `NODE_TLS_REJECT_UNAUTHORIZED=0`: whoever is on the way can read everything. */
  readonly areCertificatesIgnored: boolean;
}

/**
 * Why no answer came. `name`: it cannot be resolved. `certificate`: it is not trusted. `proxy`: the
 * proxy cannot be reached, or would not connect. `silent`: nothing within the time limit.
 */
export type Obstacle = 'name' | 'refused' | 'certificate' | 'proxy' | 'silent' | 'broken';

/** How far one request came. `proxy`: host and port of the one on the way, `null` without one. */
export type Reach =
  | {
      readonly kind: 'answered';
      readonly proxy: string | null;
      readonly status: number;
      /** The host's own time, in whole seconds. */
      readonly date: Date | null;
    }
  | {
      readonly kind: Obstacle;
      readonly proxy: string | null;
      /** The system's code: `ENOTFOUND`. */
      readonly code: string | null;
    };

export interface StorageState {
  readonly path: string;
  readonly isThere: boolean;
  /** What other users of this machine may get at, with its mode: `tokens.file.bin (0644)`. */
  readonly exposed: readonly string[];
}

/** What an examination of this machine needs to look at. Changes nothing. */
export interface MachineDiagnostics {
  machine(): MachineFacts;
  /**
   * Looks at the folder of the sign-in before anything repairs it, and tries to write.
   * @throws PimError `configuration` when it cannot be used.
   */
  storage(): Promise<StorageState>;
}

/** The same of this installation, which has settings. */
export interface Diagnostics extends MachineDiagnostics {
  /** One GET without a token. @throws PimError `cancelled`, `configuration` (a proxy that is none) */
  probe(url: string, call: Call): Promise<Reach>;
  /** Asks the keyring for nothing. @throws PimError `configuration` when it cannot be used */
  keyring(): Promise<void>;
  /**
   * Asks Microsoft, without a person, whether the app for this API may be signed in to.
   * @throws PimError saying why not
   */
  app(resource: Resource): Promise<void>;
}
