import type {
  AccountInfo,
  AuthenticationResult,
  DeviceCodeRequest,
  ICachePlugin,
  LogLevel,
  PublicClientApplication,
} from '@azure/msal-node';
import { isPimError, PimError } from '../domain/errors.ts';
import type { Http, Log } from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { cleanMessage } from '../domain/text.ts';
import { authOptions, authorityUrl, type AppInTenant } from './authority.ts';
import { createStsNetwork, type StsNetwork } from './sts-network.ts';
import type { StsRefusal } from './sts-refusal.ts';

/** One round through the browser: what is asked, and the secrets that tie the answer to it. */
export interface Round {
  readonly scopes: string[];
  readonly redirectUri: string;
  readonly responseMode: 'form_post' | 'query';
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly challenge: string;
  /** Whom to expect; nobody: let the person pick. */
  readonly loginHint: string | null;
  /** What the token must carry, as JSON; `null`: nothing in particular. */
  readonly claims: string | null;
}

/** A sign-in on another device. */
interface DeviceRound {
  readonly scopes: string[];
  /** What the token must carry, as JSON; `null`: nothing in particular. */
  readonly claims: string | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly show: (shown: { readonly url: string; readonly code: string }) => void;
}

/** A token, or why there is none: what Entra said, or `null` where nothing usable is in the cache. */
export type SilentAnswer =
  | { readonly result: AuthenticationResult }
  | { readonly result: null; readonly refusal: StsRefusal | null };

interface SilentWish {
  readonly account: AccountInfo;
  readonly scopes: string[];
  readonly tenantId: string;
  readonly forceRefresh: boolean;
  /** What the token must carry, as JSON: then a refresh, never the cache. */
  readonly claims?: string;
}

/** Thrown beside PimError while a sign-in goes on, because a refused consent has a second chance. */
export class RefusedByEntra extends Error {
  readonly refusal: StsRefusal;
  constructor(refusal: StsRefusal) {
    super(refusal.description);
    this.refusal = refusal;
  }
}

/** What we use of MSAL. Good for one operation: what went wrong belongs to that operation. */
export interface Identity {
  pkce(): Promise<{ readonly verifier: string; readonly challenge: string }>;
  /** No request is made. */
  authorizeUrl(round: Round): Promise<string>;
  /** @throws RefusedByEntra, PimError */
  redeem(round: Round, answer: URLSearchParams): Promise<AuthenticationResult>;
  /** Waits until the person has signed in elsewhere. @throws RefusedByEntra, PimError */
  byDeviceCode(round: DeviceRound): Promise<AuthenticationResult>;
  /** Without a person, from the cache or with a refresh. @throws PimError when Entra gave no answer. */
  silent(wish: SilentWish): Promise<SilentAnswer>;
  accounts(): Promise<AccountInfo[]>;
  forget(account: AccountInfo): Promise<void>;
}

export interface IdentityOptions extends AppInTenant {
  readonly settings: Settings;
  readonly http: Http;
  readonly cachePlugin: ICachePlugin;
  readonly log?: Log | undefined;
}

/** The only place that loads MSAL, and only when a sign-in is needed. */
const loadMsal = () => import('@azure/msal-node');

type Msal = Awaited<ReturnType<typeof loadMsal>>;

interface Parts {
  readonly msal: Msal;
  readonly app: PublicClientApplication;
  readonly network: StsNetwork;
  readonly settings: Settings;
}

/** What really happened, instead of MSAL's `network_error`. */
function failureOf({ msal, network }: Parts, error: unknown): unknown {
  const failure = network.failure();
  if (isPimError(error)) return error;
  if (isPimError(failure)) return failure;
  if (failure !== null) return new RefusedByEntra(failure);
  if (!(error instanceof msal.AuthError)) return error;
  return new PimError('sign-in-failed', 'The answer to the sign-in was not acceptable.', {
    upstream: { code: error.errorCode, message: cleanMessage(error.errorMessage) },
  });
}

function wantedClaims({ claims }: Pick<Round, 'claims'>): { readonly claims?: string } {
  return claims === null ? {} : { claims };
}

function authorizeUrl({ msal, app }: Parts, round: Round): Promise<string> {
  const { scopes, redirectUri, responseMode, challenge, state, nonce, loginHint } = round;
  const who = loginHint === null ? { prompt: msal.PromptValue.SELECT_ACCOUNT } : { loginHint };
  const proof = { codeChallenge: challenge, codeChallengeMethod: 'S256', state, nonce };
  return app.getAuthCodeUrl({
    scopes,
    redirectUri,
    responseMode,
    ...proof,
    ...who,
    ...wantedClaims(round),
  });
}

async function redeem(
  parts: Parts,
  round: Round,
  answer: URLSearchParams,
): Promise<AuthenticationResult> {
  const { scopes, redirectUri, verifier, nonce } = round;
  try {
    return await parts.app.acquireTokenByCode({
      ...wantedClaims(round),
      code: answer.get('code') ?? '',
      clientInfo: answer.get('client_info') ?? '',
      codeVerifier: verifier,
      redirectUri,
      scopes,
      nonce,
    });
  } catch (error) {
    throw failureOf(parts, error);
  }
}

/** Entra's last word while a person takes their time: no reason for an end. */
const STILL_WAITING = 'authorization_pending';

async function byDeviceCode(parts: Parts, round: DeviceRound): Promise<AuthenticationResult> {
  const { scopes, timeoutMs, signal, show } = round;
  const request: DeviceCodeRequest = {
    ...wantedClaims(round),
    scopes,
    timeout: Math.ceil(timeoutMs / 1000),
    deviceCodeCallback: ({ verificationUri: url, userCode: code }) => show({ url, code }),
  };
  // MSAL looks at it each time before it asks again.
  signal.addEventListener('abort', () => {
    request.cancel = true;
  });
  try {
    const result = await parts.app.acquireTokenByDeviceCode(request);
    if (result !== null) return result;
  } catch (error) {
    const failure = failureOf(parts, error);
    const isRefused = failure instanceof RefusedByEntra;
    if (!isRefused || failure.refusal.error !== STILL_WAITING) throw failure;
  }
  throw new PimError('sign-in-failed', 'Nobody signed in with the code in time.');
}

async function silent(parts: Parts, wish: SilentWish): Promise<SilentAnswer> {
  const { msal, app, settings } = parts;
  const { tenantId, ...request } = wish;
  const authority = authorityUrl(settings, tenantId);
  try {
    return { result: await app.acquireTokenSilent({ ...request, authority }) };
  } catch (error) {
    const failure = failureOf(parts, error);
    if (failure instanceof RefusedByEntra) return { result: null, refusal: failure.refusal };
    // Without an answer of Entra's: nothing usable in the cache.
    if (error instanceof msal.InteractionRequiredAuthError) return { result: null, refusal: null };
    throw failure;
  }
}

/** MSAL says much at its lowest level, and nothing of persons unless it is told to. */
function loggerOptions({ LogLevel: Level }: Msal, log: Log | undefined) {
  const isPerson = { piiLoggingEnabled: false };
  if (log === undefined) return isPerson;
  return {
    ...isPerson,
    logLevel: Level.Trace,
    loggerCallback: (level: LogLevel, message: string, containsPii: boolean) => {
      if (!containsPii)
        log(level === Level.Error || level === Level.Warning ? 'debug' : 'trace', 'msal', {
          message,
        });
    },
  };
}

export async function openIdentity(options: IdentityOptions): Promise<Identity> {
  const { settings, http, cachePlugin } = options;
  const msal = await loadMsal();
  const network = createStsNetwork(http);
  // Cheap, and it keeps nothing in memory: every operation sees what other processes wrote.
  const app = new msal.PublicClientApplication({
    auth: authOptions(settings, options),
    cache: { cachePlugin },
    system: { networkClient: network, loggerOptions: loggerOptions(msal, options.log) },
  });
  const parts: Parts = { msal, app, network, settings };
  return {
    pkce: () => new msal.CryptoProvider().generatePkceCodes(),
    authorizeUrl: (round) => authorizeUrl(parts, round),
    redeem: (round, answer) => redeem(parts, round, answer),
    byDeviceCode: (round) => byDeviceCode(parts, round),
    silent: (wish) => silent(parts, wish),
    accounts: () => app.getAllAccounts(),
    forget: (account) => app.signOut({ account }),
  };
}
