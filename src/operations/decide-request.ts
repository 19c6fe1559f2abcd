import * as z from 'zod';
import { liveStage, stageText, VERDICTS } from '../domain/approval.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { PimRequest } from '../domain/request.ts';
import { quoted } from '../domain/text.ts';
import { defineOperation, done, type Context } from './operation.ts';
import { permit } from './permit.ts';
import { signedIn } from './signed-in.ts';
import { answered } from './answered.ts';
import {
  findRequests,
  noSuchRequest,
  readAwaiting,
  readMine,
  severalRequests,
} from './request-book.ts';
import { describeRequest, requestShape, spanText, toRequestRow } from './request-view.ts';
import { refuse } from './select.ts';

const input = z.strictObject({
  request: z.string().min(1).max(100).describe('Id or handle from list_requests'),
  decision: z.enum(VERDICTS).optional(),
  justification: z.string().max(500).optional(),
});

const output = z.object({
  message: z.string(),
  decision: z.enum(VERDICTS),
  request: requestShape,
  stage: z.string(),
});

type Asked = z.output<typeof input>;

/** What a decision needs beside the request: known before Microsoft is asked for anything. */
function readAsked(asked: Asked) {
  const justification = asked.justification?.trim() ?? '';
  const { decision } = asked;
  if (decision !== undefined && justification !== '') return { decision, justification };
  return refuse([
    ...(decision === undefined
      ? [
          {
            code: 'nothing-named' as const,
            message: 'Neither approve nor deny was said.',
            fix: 'Give one of them.',
          },
        ]
      : []),
    ...(justification === ''
      ? [
          {
            code: 'justification-required' as const,
            message: 'A decision needs a reason, and none was given.',
            fix: 'Say why. It is recorded in the audit log.',
          },
        ]
      : []),
  ]);
}

function ownRequest(request: PimRequest): Refusal {
  return refuse([
    {
      code: 'own-request',
      message: `The ${describeRequest(request)} is your own request.`,
      fix: 'Nobody decides about their own requests. It can be canceled.',
    },
  ]);
}

function stale(request: PimRequest): Refusal {
  return refuse([
    {
      code: 'not-decidable',
      message: `The ${describeRequest(request)} has no stage that waits for you: it was decided already, or is no longer yours to decide.`,
      fix: "Microsoft's list shows such rows for a while. There is nothing to do.",
    },
  ]);
}

/** The request, if it is another's and Microsoft lists it for the caller's decision. */
async function findDecidable(wanted: string, context: Context): Promise<PimRequest | Refusal> {
  const [awaiting, mine] = await Promise.all([readAwaiting(context), readMine(context)]);
  const [own] = findRequests(mine, wanted);
  if (own) return ownRequest(own);
  const [request, ...others] = findRequests(awaiting, wanted);
  if (!request) return noSuchRequest(wanted, awaiting.unread);
  if (others.length > 0) return severalRequests(wanted, others.length + 1);
  const isOwn = request.principal?.id.toLowerCase() === context.account.objectId.toLowerCase();
  return isOwn ? ownRequest(request) : request;
}

const DONE = { approve: 'Approved', deny: 'Denied' } as const;

function whose({ principal }: PimRequest): string {
  return principal === null ? '' : ` for ${quoted(principal.name ?? principal.id)}`;
}

export const decideRequest = defineOperation({
  name: 'decide_request',
  title: 'Decide about a PIM request',
  description: "Approve or deny somebody else's request that awaits the user's decision.",
  effect: 'write',
  needs: ['requests', 'activate'],
  // Not before a person confirms each one: an agent must not approve what another agent asked for.
  isTool: false,
  command: {
    name: 'decide',
    argument: { field: 'request', isRequired: true, summary: 'id or handle, as in requests' },
    flags: {
      approve: {
        long: 'approve',
        kind: 'switch',
        sets: { field: 'decision', value: 'approve' },
        summary: 'approve it',
      },
      deny: {
        long: 'deny',
        kind: 'switch',
        sets: { field: 'decision', value: 'deny' },
        summary: 'deny it',
      },
      justification: {
        long: 'justification',
        short: 'j',
        kind: 'text',
        summary: 'why; it goes into the audit log of the tenant',
      },
    },
  },
  input,
  output,
  async run(asked, entrance) {
    const said = readAsked(asked);
    if ('kind' in said) return said;
    const context = await signedIn(entrance);
    const request = await findDecidable(asked.request, context);
    if ('kind' in request) return request;
    const client = context.catalogue.client(request.target.kind);
    const stages = await client.stages(request, context.call);
    const stage = liveStage(stages);
    if (stage === null) return stale(request);
    await permit([request.target.kind], 'activate', context);
    const { decision: verdict, justification } = said;
    await answered(context, {
      operation: 'decide_request',
      target: request.target,
      facts: { requestId: request.id, decision: verdict },
      send: () => client.decide({ request, stage, verdict, justification }, context.call),
      factsOf: () => ({}),
    });
    const span = spanText(request);
    return done({
      message: `${DONE[verdict]}: ${describeRequest(request)}${whose(request)}${span === '' ? '' : `, ${span}`}.`,
      decision: verdict,
      request: toRequestRow(request, context.clock.now()),
      stage: stageText(stages),
    });
  },
  view: ({ message, request, stage }) => ({
    headline: message,
    facts: [
      ['request', request.handle],
      ['stage', stage],
    ],
    next: 'requests',
  }),
});
