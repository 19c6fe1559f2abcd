import * as z from 'zod';
import { isKnownReason } from '../domain/reasons.ts';
import type { Answer } from './http/send.ts';

const Inner = z.looseObject({ 'request-id': z.string().nullish() }).nullish();
const Said = { code: z.string().nullish(), message: z.string().nullish() };
const Body = z.looseObject({
  error: z.looseObject({
    ...Said,
    // Azure's way: the reason may be in there, under a code that says little.
    details: z.array(z.looseObject(Said)).nullish().catch(null),
    innerError: Inner,
    innererror: Inner,
  }),
});
const Nested = z.looseObject({ errorCode: z.string(), message: z.string().nullish() });

/** What Microsoft said, raw: not cleaned, and it may hold a claims challenge. */
export interface GraphFault {
  readonly code: string;
  readonly message: string;
  readonly requestId: string | null;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Some services put a second error, as JSON, into the message; that one is the telling one. */
function unfold(code: string, message: string): { code: string; message: string } {
  const nested = Nested.safeParse(parseJson(message));
  return nested.success
    ? { code: nested.data.errorCode, message: nested.data.message ?? '' }
    : { code, message };
}

type Words = ReturnType<typeof unfold>;

/** The first that we can explain; else what Microsoft put first. */
function mostTelling(first: Words, others: readonly Words[]): Words {
  return [first, ...others].find(({ code }) => isKnownReason(code)) ?? first;
}

/** Reads `{"error":{…}}`. `undefined` for HTML, an empty body, or anything else. */
export function readFault(answer: Answer): GraphFault | undefined {
  const parsed = Body.safeParse(parseJson(answer.body));
  if (!parsed.success) return undefined;
  const { details, innerError, innererror, ...first } = parsed.data.error;
  const [own, ...others] = [first, ...(details ?? [])].map(({ code, message }) =>
    unfold(code ?? '', message ?? ''),
  );
  if (own === undefined) return undefined;
  const inner = innerError ?? innererror;
  return {
    ...mostTelling(own, others),
    requestId: inner?.['request-id'] ?? null,
  };
}
