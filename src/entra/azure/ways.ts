import * as z from 'zod';
import { isPimError, type PimError } from '../../domain/errors.ts';
import type { Call } from '../../domain/ports.ts';
import { parseJson } from '../error-body.ts';
import { unreadable } from '../errors.ts';
import type { Answer, Attempt } from '../http/send.ts';
import { isSuccess } from '../service.ts';
import { acknowledgementOf, sendWrite, type Sender, type Sending } from '../write.ts';
import { VERSIONS, withVersion } from './paths.ts';

/** A decision on its way to Azure. */
interface Posted {
  readonly review: { readonly reviewResult: string; readonly justification: string };
  /** Address of the stage. */
  readonly direct: string;
  /** Its address as the portal writes it: there the stage has the id of the approval. */
  readonly batched: string;
}

/** One way to send it. Sources do not agree which one a delegated token may use. */
interface Way {
  /** Tried when the way before was refused with one of these: then nothing was done. */
  readonly after: readonly number[];
  readonly sending: Sending;
}

const Batch = z.looseObject({
  responses: z.tuple(
    [
      z.looseObject({
        httpStatusCode: z.number(),
        headers: z.record(z.string(), z.unknown()).nullish().catch(null),
        content: z.unknown(),
      }),
    ],
    z.unknown(),
  ),
});

type Headers = Readonly<Record<string, unknown>>;

/** Of the inner answer; what it does not have is the outer one's. */
function headerIn(inner: Headers, outer: Answer['header']): Answer['header'] {
  const known = new Map(Object.entries(inner).map(([name, value]) => [name.toLowerCase(), value]));
  return (name) => {
    const value = known.get(name.toLowerCase());
    return typeof value === 'string' ? value : outer(name);
  };
}

/** The answer inside the answer: the batch itself succeeds whatever came of the one in it. */
function inBatch(attempt: Attempt): Attempt {
  if (attempt.kind === 'lost' || !isSuccess(attempt.answer)) return attempt;
  const { header: outer, body } = attempt.answer;
  const batch = Batch.safeParse(parseJson(body)).data;
  if (batch === undefined)
    return { kind: 'lost', mayHaveArrived: true, error: unreadable('it is not that of a batch') };
  const [{ httpStatusCode: status, headers, content }] = batch.responses;
  const text = JSON.stringify(content ?? null);
  const header = headerIn(headers ?? {}, outer);
  return { kind: 'answered', answer: { status, header, body: text } };
}

function batchOf({ review, batched }: Posted): unknown {
  const name = globalThis.crypto.randomUUID();
  const content = { properties: review };
  return { requests: [{ httpMethod: 'PUT', name, url: batched, content }] };
}

function waysOf(posted: Posted): Way[] {
  const { review, direct } = posted;
  const wrapped: Sending = { method: 'PUT', path: direct, body: () => ({ properties: review }) };
  const flat: Sending = { method: 'PUT', path: direct, body: () => review };
  const batch: Sending = {
    method: 'POST',
    path: withVersion('/batch', VERSIONS.batch),
    body: () => batchOf(posted),
    answerOf: inBatch,
  };
  return [
    { after: [], sending: wrapped },
    { after: [400], sending: flat },
    { after: [403, 404, 405], sending: batch },
  ];
}

/** Refusals that another way may get around. */
const WORTH_ANOTHER_WAY = new Set([400, 403, 404, 405]);

function statusOf(error: unknown): number {
  // A person was asked already; the same demand another way would ask them again.
  const isStepUp = isPimError(error) && error.code === 'step-up-required';
  const status = isPimError(error) && !isStepUp ? error.details.status : undefined;
  if (status === undefined || !WORTH_ANOTHER_WAY.has(status)) throw error;
  return status;
}

/**
 * Sends a decision, by the next way where one is refused. `null` = taken; else why the answer does not
 * tell. What every way refuses is thrown as the first one said it: the others are guesses.
 */
export async function sendDecision(
  sender: Sender,
  posted: Posted,
  call: Call,
): Promise<PimError | null> {
  const refusals: { readonly status: number; readonly error: unknown }[] = [];
  for (const { after, sending } of waysOf(posted)) {
    const last = refusals.at(-1);
    if (last && !after.includes(last.status)) continue;
    const { attempt } = await sendWrite(sender, sending, call);
    try {
      const result = acknowledgementOf(attempt, sender.clock.now());
      return isPimError(result) ? result : null;
    } catch (error) {
      refusals.push({ status: statusOf(error), error });
    }
  }
  throw refusals[0]?.error;
}
