import type { Context, Entrance } from './operation.ts';

/**
 * Signs in, and binds the run to whoever that is: what is remembered is theirs, and no token of
 * another account is used, should somebody else sign in meanwhile.
 */
export async function signedIn(entrance: Entrance): Promise<Context> {
  const { account } = await entrance.signIn.token(entrance.call);
  return {
    ...entrance,
    account,
    catalogue: entrance.catalogues.of(account),
    call: { ...entrance.call, account, furtherSignIns: new Map() },
  };
}
