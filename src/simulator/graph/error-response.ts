import { challengeOf } from '../evaluation.ts';
import type { Problem } from '../problem.ts';
import type { SimResponse } from '../world.ts';

/** Graph's error body, with the ids that support asks for. */
export interface Trace {
  readonly requestId: string;
  readonly clientRequestId: string;
  readonly now: Date;
}

export const JSON_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

export function traceHeaders({ requestId, clientRequestId }: Trace): Record<string, string> {
  return { 'request-id': requestId, 'client-request-id': clientRequestId };
}

/** Where to sign in, and Graph as an app: what a challenge begins with. */
const AUTHORITY =
  'authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

/** The service writes its date without an offset. */
function dateOf({ now }: Trace): string {
  return now.toISOString().slice(0, 19);
}

/** A 401 also says so in the header that HTTP has for it. */
function challenge(problem: Problem): Record<string, string> {
  if (problem.status !== 401) return {};
  const claims = challengeOf(problem);
  if (claims === null) return { 'www-authenticate': 'Bearer realm="", error="invalid_token"' };
  return { 'www-authenticate': `Bearer realm="", ${AUTHORITY}, ${claims}` };
}

export function errorResponse(problem: Problem, trace: Trace): SimResponse {
  const { code, message, status } = problem;
  const innerError = {
    date: dateOf(trace),
    'request-id': trace.requestId,
    'client-request-id': trace.clientRequestId,
  };
  return {
    status,
    headers: { 'content-type': JSON_TYPE, ...traceHeaders(trace), ...challenge(problem) },
    body: JSON.stringify({ error: { code, message, innerError } }),
  };
}
