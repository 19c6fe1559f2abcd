import { Challenge, contextLabel, MFA_CHALLENGE } from '../domain/challenge.ts';
import { claimsInHeader, claimsInMessage, demandedIn } from './claims.ts';
import { readFault } from './error-body.ts';
import { isOnlyMfa } from './errors.ts';
import type { Attempt } from './http/send.ts';

/** Answers that say what the sign-in lacks. All of them say as well that nothing was done. */
const STATUSES = new Set([400, 401, 403]);

/** Nothing for what is no JSON object: it would only be refused. */
function challengeOf(claims: string): Challenge | null {
  const demanded = demandedIn(claims);
  if (demanded === null) return null;
  const { contexts } = demanded;
  const label = contexts.length === 0 ? 'a fresh sign-in' : contextLabel(contexts);
  return new Challenge({ claims, label, ...demanded });
}

/**
 * What the answer demands of the sign-in; `null` when it demands nothing that a sign-in could bring.
 * A missing second factor comes without claims, as the name of a rule.
 * Source: Microsoft Learn, "Claims challenges, claims requests, and client capabilities"; that PIM puts
 * them into the message of an error was recorded by public clients.
 */
export function challengeIn(attempt: Attempt): Challenge | null {
  if (attempt.kind === 'lost' || !STATUSES.has(attempt.answer.status)) return null;
  const fault = readFault(attempt.answer);
  const claims = claimsInHeader(attempt.answer) ?? claimsInMessage(fault?.message ?? '');
  if (claims !== undefined) return challengeOf(claims);
  return fault !== undefined && isOnlyMfa(fault) ? MFA_CHALLENGE : null;
}
