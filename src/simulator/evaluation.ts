import { Problem } from './problem.ts';
import type { Caller } from './world.ts';

/** How a client says that it can handle claims challenges. */
const CLIENT_CAPABILITY = 'cp1';

export function declaresCp1({ capabilities }: Pick<Caller, 'capabilities'>): boolean {
  return capabilities.includes(CLIENT_CAPABILITY);
}

function claimsFor(outdatedAt: Date): string {
  const value = String(Math.floor(outdatedAt.getTime() / 1000));
  return JSON.stringify({ access_token: { nbf: { essential: true, value } } });
}

/**
 * Continuous access evaluation: a token that is not expired may be over all the same.
 * Source of the text: microsoftgraph/msgraph-sdk-powershell#1741.
 * @throws Problem 401, with a claims challenge for clients that can handle one
 */
export function requireCurrent(caller: Caller): void {
  if (caller.outdatedAt === undefined) return;
  if (!declaresCp1(caller)) {
    throw new Problem(401, 'InvalidAuthenticationToken', 'The access token has been revoked.');
  }
  throw new Problem(
    401,
    'InvalidAuthenticationToken',
    'Continuous access evaluation resulted in claims challenge with result: InteractionRequired and code: TokenIssuedBeforeRevocationTimestamp',
    claimsFor(caller.outdatedAt),
  );
}

/** The part of `WWW-Authenticate` that hands a challenge on; `null` where there is none. */
export function challengeOf({ claims }: Problem): string | null {
  if (claims === undefined) return null;
  return `error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`;
}
