import { PimError } from './errors.ts';
import type { AccessToken, Call } from './ports.ts';

/**
 * The token, if it is of whoever the call belongs to.
 * @throws PimError `sign-in-required` when somebody else has signed in meanwhile
 */
export async function ofCaller(
  found: Promise<AccessToken>,
  { account }: Call,
): Promise<AccessToken> {
  const token = await found;
  if (account === undefined) return token;
  const { objectId, tenantId } = token.account;
  if (objectId === account.objectId && tenantId === account.tenantId) return token;
  throw new PimError('sign-in-required', 'Somebody else signed in meanwhile. Nothing was sent.', {
    fix: 'Try again, as the account that is meant.',
  });
}
