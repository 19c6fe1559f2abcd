import { ARM_AUDIENCES } from '../identity/scopes.ts';
import type { ArmToken } from '../identity/tokens.ts';
import { Problem } from '../problem.ts';
import type { Caller } from '../world.ts';

const REFUSALS: Readonly<Record<Exclude<ArmToken['kind'], 'accepted'>, readonly [string, string]>> =
  {
    missing: [
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
    ],
    invalid: ['InvalidAuthenticationToken', 'The access token is invalid.'],
    expired: [
      'ExpiredAuthenticationToken',
      'The access token expiry is earlier than current time.',
    ],
    'wrong-audience': [
      'InvalidAuthenticationTokenAudience',
      `The access token has been obtained for wrong audience or resource. It should exactly match with one of the allowed audiences ${ARM_AUDIENCES.map((name) => `'${name}'`).join(',')}.`,
    ],
  };

/** @throws Problem 401, with ARM's own words for what is wrong with the token. */
export function requireCaller(token: ArmToken): Caller {
  if (token.kind === 'accepted') return token.caller;
  throw new Problem(401, ...REFUSALS[token.kind]);
}
