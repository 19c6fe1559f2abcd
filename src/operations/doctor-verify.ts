import * as z from 'zod';
import { isPimError, type PimError } from '../domain/errors.ts';
import { isCode } from '../domain/text.ts';
import { FINDINGS, type Doubt, type Finding } from '../domain/verification.ts';
import { FAULT_CODES } from './fault.ts';
import type { Entrance } from './operation.ts';
import { BY_HAND } from './verify-by-hand.ts';
import { WRITE_DOUBTS } from './verify-write-doubts.ts';

const lookShape = z.object({
  id: z.string(),
  question: z.string(),
  assumes: z.string(),
  verdict: z.enum(FINDINGS),
  /** Facts, never names, ids or texts. */
  seen: z.string(),
  /** What kind of error it was, where it was one. */
  code: z.enum(FAULT_CODES).nullable(),
  requestId: z.string().nullable(),
});

export const verificationShape = z.object({
  looks: z.array(lookShape),
  byHand: z.array(z.object({ what: z.string(), how: z.string() })),
});

export type Look = z.output<typeof lookShape>;
export type VerificationOutput = z.output<typeof verificationShape>;

export function lookOf({ id, question, assumes }: Doubt, { verdict, seen }: Finding): Look {
  return { id, question, assumes, verdict, seen, code: null, requestId: null };
}

export function upstreamCodeOf({ details: { upstream } }: PimError): string | null {
  if (upstream === undefined || upstream.code === '') return null;
  return isCode(upstream.code) ? upstream.code : 'an odd code';
}

/** `409 RoleAssignmentExists`, or what came in place of an answer. */
export function answerText(error: PimError): string {
  const { status } = error.details;
  if (status === undefined) return `no answer (${error.code})`;
  return [String(status), upstreamCodeOf(error) ?? 'without a code'].join(' ');
}

/** Why it was left out, where it was; else that it failed. */
function errorLook(doubt: Doubt, error: PimError): Look {
  const { code, details } = error;
  const { missingScopes = [], requestId = null } = details;
  if (code === 'consent-missing') {
    const wanted = missingScopes.length === 0 ? '' : ` for ${missingScopes.join(', ')}`;
    return {
      ...lookOf(doubt, { verdict: 'not-asked', seen: `Consent is missing${wanted}.` }),
      code,
      requestId,
    };
  }
  if (code === 'sign-in-required')
    return {
      ...lookOf(doubt, { verdict: 'not-asked', seen: 'It needs a person to sign in.' }),
      code,
      requestId,
    };
  const failed = lookOf(doubt, { verdict: 'not-asked', seen: `${answerText(error)}.` });
  return { ...failed, verdict: 'failed', code, requestId };
}

/** Looks fail apart. @throws PimError `cancelled`; what is no PimError, which is our mistake */
export function failedLook(doubt: Doubt, error: unknown): Look {
  if (isPimError(error) && error.code !== 'cancelled') return errorLook(doubt, error);
  throw error;
}

/** All of them failed for one reason. @throws as above */
export function failedLooks(doubts: readonly Doubt[], error: unknown): Look[] {
  return doubts.map((doubt) => failedLook(doubt, error));
}

export function leftOut(doubts: readonly Doubt[], why: string): Look[] {
  return doubts.map((doubt) => lookOf(doubt, { verdict: 'not-asked', seen: why }));
}

const NOBODY = 'Nobody is signed in.';
const READ_ONLY = 'It needs --allow-writes with the name of something eligible.';

/** One after the other: nobody is in a hurry, and Microsoft throttles. */
async function lookAll({ verification, call }: Entrance): Promise<Look[]> {
  const investigation = verification.begin(call);
  const looks: Look[] = [];
  for (const doubt of verification.doubts) {
    call.report?.(`Looking at ${doubt.id}.`);
    try {
      looks.push(lookOf(doubt, await investigation.look(doubt.id)));
    } catch (error) {
      looks.push(failedLook(doubt, error));
    }
  }
  return looks;
}

/** What is known of the doubts, and what a person has to look at. `write` brings its own looks. */
export async function verify(
  entrance: Entrance,
  isSignedIn: boolean,
  write: (() => Promise<readonly Look[]>) | null,
): Promise<VerificationOutput> {
  const byHand = [...BY_HAND];
  const { doubts } = entrance.verification;
  if (!isSignedIn) return { looks: leftOut([...doubts, ...WRITE_DOUBTS], NOBODY), byHand };
  const looks = await lookAll(entrance);
  const written = write === null ? leftOut(WRITE_DOUBTS, READ_ONLY) : await write();
  return { looks: [...looks, ...written], byHand };
}

function lookText({ id, question, assumes, seen, code, requestId }: Look): string {
  const error = code === null ? '' : ` [${code}]`;
  const support = requestId === null ? '' : ` (request id ${requestId})`;
  return `${id}: ${question} Assumed: ${assumes} Seen: ${seen}${error}${support}`;
}

/** A line for each look, then for what only a person can look at. */
export function verificationLines({
  looks,
  byHand,
}: VerificationOutput): (readonly [string, string])[] {
  return [
    ...looks.map((look) => [look.verdict, lookText(look)] as const),
    ...byHand.map(({ what, how }) => ['by hand', `${what} How: ${how}`] as const),
  ];
}

/** `3 as assumed, 1 otherwise` */
export function verificationHeadline({ looks }: VerificationOutput): string {
  const counts = FINDINGS.map((verdict) => {
    const count = looks.filter((look) => look.verdict === verdict).length;
    return count === 0 ? [] : [`${count} ${verdict}`];
  });
  return `Assumptions: ${counts.flat().join(', ')}.`;
}
