import * as z from 'zod';
import type { Answer } from './http/send.ts';

const Inner = z.looseObject({ 'request-id': z.string().nullish() }).nullish();
const Body = z.looseObject({
  error: z.looseObject({
    code: z.string().nullish(),
    message: z.string().nullish(),
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

/** Reads `{"error":{…}}`. `undefined` for HTML, an empty body, or anything else. */
export function readFault(answer: Answer): GraphFault | undefined {
  const parsed = Body.safeParse(parseJson(answer.body));
  if (!parsed.success) return undefined;
  const { code, message, innerError, innererror } = parsed.data.error;
  const inner = innerError ?? innererror;
  return {
    ...unfold(code ?? '', message ?? ''),
    requestId: inner?.['request-id'] ?? null,
  };
}
