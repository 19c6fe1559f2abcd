import { isPimError, PimError } from '../domain/errors.ts';
import { RESOURCES } from '../domain/permissions.ts';
import type {
  AccessToken,
  Account,
  Clock,
  Resource,
  SignedInAccount,
  SignIn,
  TokenWish,
} from '../domain/ports.ts';
import type { Settings } from '../domain/settings.ts';
import { readForeignToken } from './foreign-token.ts';

export interface CredentialOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  /** Tokens that were handed to this process, by the API that they are for. */
  readonly given: Readonly<Partial<Record<Resource, string>>>;
  /** A token for Azure of whoever is signed in to the Azure CLI; `null` when there is none. */
  readonly azureCli: (tenantId: string) => Promise<string | null>;
}

const VARIABLES: Readonly<Record<Resource, string>> = {
  graph: 'ENTRA_PIM_GRAPH_TOKEN',
  arm: 'ENTRA_PIM_ARM_TOKEN',
};

function variablesOf(given: CredentialOptions['given']): readonly string[] {
  return RESOURCES.filter((resource) => given[resource] !== undefined).map(
    (resource) => VARIABLES[resource],
  );
}

/** No use in asking the Azure CLI again and again. */
const REMEMBERED_MS = 5 * 60_000;

function ofSomebodyElse(source: string): PimError {
  return new PimError('sign-in-required', `The token in ${source} is of somebody else.`, {
    fix: `Get one of whoever is signed in, or take ${source} away.`,
  });
}

/** A token of the environment: used as it is, as long as Microsoft takes it. */
function fromEnvironment(
  { settings, clock }: CredentialOptions,
  value: string,
  { resource = 'graph', challenge, permissions, refused, isFresh, account }: TokenWish,
): AccessToken {
  const source = VARIABLES[resource];
  const fix = `Put a new token into ${source}, or take ${source} away and sign in.`;
  if (challenge !== undefined)
    throw new PimError('step-up-required', `Microsoft demands ${challenge.label}.`, { fix });
  if (permissions !== undefined)
    throw new PimError('consent-missing', `The token in ${source} lacks a permission.`, {
      missingScopes: permissions,
      fix,
    });
  if (refused === value)
    throw new PimError('sign-in-required', `Microsoft does not accept ${source} (any more).`, {
      fix,
    });
  if (isFresh) throw new PimError('sign-in-required', `${source} cannot be renewed.`, { fix });
  const token = readForeignToken({ value, source }, resource, settings, clock.now());
  if (account !== undefined && !isSame(token.account, account)) throw ofSomebodyElse(source);
  return token;
}

/** A token that can only be a mistake is said before anybody signs in; Azure alone lacks an old one. */
function demandUsable(options: CredentialOptions): void {
  const { arm } = options.given;
  if (arm === undefined) return;
  try {
    fromEnvironment(options, arm, { resource: 'arm' });
  } catch (error) {
    if (!isAboutAzure(error)) throw error;
  }
}

function isSame(one: Account, other: Account): boolean {
  return one.objectId === other.objectId && one.tenantId === other.tenantId;
}

/** The Azure CLI's login, if it is of the same person in the same tenant. */
function createAzureCli({ settings, clock, azureCli }: CredentialOptions) {
  let last: {
    readonly token: AccessToken | null;
    readonly at: number;
    readonly of: Account;
  } | null = null;

  async function look(account: Account): Promise<AccessToken | null> {
    const value = await azureCli(account.tenantId);
    if (value === null) return null;
    try {
      const source = 'the Azure CLI';
      const token = readForeignToken({ value, source }, 'arm', settings, clock.now());
      return isSame(token.account, account) ? token : null;
    } catch {
      // Of no use: as if it were not there.
      return null;
    }
  }

  return async (account: Account, refused: string | undefined): Promise<AccessToken | null> => {
    const now = clock.now().getTime();
    const isKnown = last !== null && isSame(last.of, account) && now - last.at < REMEMBERED_MS;
    if (!isKnown) last = { token: await look(account), at: now, of: account };
    const token = last?.token ?? null;
    return token?.value === refused ? null : token;
  };
}

/** What another credential may stand in for. */
function isAboutAzure(error: unknown): boolean {
  return isPimError(error) && ['consent-missing', 'sign-in-required'].includes(error.code);
}

/** Azure wants more than a token made elsewhere has; no window is opened beside one for Graph. */
function notForUs({ challenge }: TokenWish): PimError {
  if (challenge === undefined) return noAzureToken();
  return new PimError('step-up-required', `Microsoft demands ${challenge.label}.`, {
    fix: 'Run `az login` with it, or put such a token into ENTRA_PIM_ARM_TOKEN.',
  });
}

/** None of those that are remembered acts where a token was handed to this process. */
function notCurrent(accounts: readonly SignedInAccount[]): readonly SignedInAccount[] {
  return accounts.map((each) => ({ ...each, isCurrent: false }));
}

function noAzureToken(): PimError {
  return new PimError('consent-missing', 'There is no token for Azure Resource Manager.', {
    fix: 'Set ENTRA_PIM_ARM_TOKEN, or run `az login` as the same person.',
  });
}

/**
 * Credentials in this order: tokens of the environment; the remembered sign-in; for Azure alone the
 * Azure CLI's login; a person. The first that there is decides, also when it is of no use: nobody
 * wants another account than the one that was meant.
 */
export function withCredentials(inner: SignIn, options: CredentialOptions): SignIn {
  const { given, settings, clock } = options;
  const azureCli = createAzureCli(options);
  let usesAzureCli = false;

  async function azure(wish: TokenWish): Promise<AccessToken> {
    const forGraph = { resource: 'graph', refused: undefined, isFresh: false } as const;
    const { account } = await token({ ...wish, ...forGraph });
    try {
      if (given.graph !== undefined) throw noAzureToken();
      return await inner.token({ ...wish, isSilent: true });
    } catch (error) {
      if (!isAboutAzure(error)) throw error;
      const found = await azureCli(account, wish.refused);
      if (found !== null) {
        usesAzureCli = true;
        return found;
      }
      if (given.graph !== undefined || wish.isSilent) throw error;
      return inner.token(wish);
    }
  }

  async function token(wish: TokenWish = {}): Promise<AccessToken> {
    const { resource = 'graph', challenge, permissions } = wish;
    const value = given[resource];
    if (value !== undefined) return fromEnvironment(options, value, wish);
    const isPlain = challenge === undefined && permissions === undefined;
    if (resource === 'arm' && isPlain) return azure(wish);
    if (given.graph === undefined) return inner.token(wish);
    throw notForUs(wish);
  }

  return {
    get storage() {
      const kept =
        given.graph === undefined
          ? inner.storage
          : `nothing: the token comes from ${VARIABLES.graph}`;
      return usesAzureCli ? `${kept}; for Azure the Azure CLI's login is used` : kept;
    },
    tokensFrom: variablesOf(given),
    token,
    async remembered() {
      if (given.graph === undefined) return inner.remembered();
      const source = VARIABLES.graph;
      return readForeignToken({ value: given.graph, source }, 'graph', settings, clock.now())
        .account;
    },
    async signIn(call) {
      demandUsable(options);
      if (given.graph === undefined) return inner.signIn(call);
      throw new PimError('configuration', `${VARIABLES.graph} is set: that is who is signed in.`, {
        fix: `Take ${VARIABLES.graph} away to sign in.`,
      });
    },
    accounts: () =>
      given.graph === undefined ? inner.accounts() : inner.accounts().then(notCurrent),
    signOut: (whom) => inner.signOut(whom),
    declined: () => inner.declined(),
  };
}
