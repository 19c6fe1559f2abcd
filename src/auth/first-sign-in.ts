import type { AuthenticationResult } from '@azure/msal-node';
import { PimError } from '../domain/errors.ts';
import { canListAny } from '../domain/permissions.ts';
import type { AccessToken } from '../domain/ports.ts';
import { cleanName, quoted } from '../domain/text.ts';
import { isNamed } from './account.ts';
import { newcomersOf, type Desk } from './desk.ts';
import type { BrowserWish } from './further-sign-in.ts';
import { consentedScopes, readingScopes, shortScopes } from './granted.ts';
import { signInPerson } from './person-flow.ts';

/** The account that is set, if it is a name that Microsoft's page can be told. */
function namedUser({ settings }: Desk): string | null {
  const { value = '' } = settings.account ?? {};
  return value.includes('@') ? value : null;
}

function anotherAnswered({ settings }: Desk): PimError {
  const { value = '', source = '' } = settings.account ?? {};
  return new PimError(
    'sign-in-failed',
    `Another account answered than ${quoted(cleanName(value))} (${source}).`,
    { fix: `Sign in as that account, or correct ${source}.` },
  );
}

/**
 * Signs somebody in for Graph. Asks for whatever was consented to already; where that lets nothing be
 * listed, in the same tab for what reading needs, and no more.
 * @throws PimError
 */
export async function signInFirst(
  desk: Desk,
  wish: BrowserWish,
  whom: 'remembered' | 'somebody',
): Promise<AccessToken> {
  const { settings, people } = desk;
  await people.demandStore();
  const known = whom === 'remembered' ? await people.find() : null;
  // An app object of its own: it may wait for minutes.
  const identity = await people.identity('graph', null);
  const forgetNewcomer = await newcomersOf(identity);
  let answered: AuthenticationResult['account'] = null;

  /** Before anything else is asked of them. */
  function demandNamed({ account }: AuthenticationResult): void {
    answered = account;
    if (account !== null && !isNamed(account, settings)) throw anotherAnswered(desk);
  }

  try {
    return await signInPerson({
      ...desk,
      ...wish,
      identity,
      scopes: consentedScopes(settings),
      second: {
        scopes: readingScopes('graph', settings),
        async isNeeded(result) {
          demandNamed(result);
          return !canListAny('graph', shortScopes(result.scopes));
        },
      },
      loginHint: known?.account.username ?? namedUser(desk),
      claims: null,
      async accept(result) {
        demandNamed(result);
        if (wish.replaced?.aborted) await forgetNewcomer(answered);
        wish.replaced?.throwIfAborted();
        return people.add(result);
      },
    });
  } catch (error) {
    // Of a sign-in that came to nothing nothing stays.
    await forgetNewcomer(answered);
    throw error;
  }
}
