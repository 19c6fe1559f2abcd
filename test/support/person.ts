import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { activateOutput, type ActivateOutput } from '../../src/operations/activation-view.ts';
import { deactivateOutput, type DeactivateOutput } from '../../src/operations/deactivation-view.ts';
import type { Entrance, Outcome, Verdict } from '../../src/operations/operation.ts';
import type { Stack } from './stack.ts';

type Input = Readonly<Record<string, unknown>>;
type Changes = Partial<Entrance>;

export const WHY = 'INC-4711 restart the billing job';

const eligibleList = z.looseObject({
  assignments: z.array(
    z.looseObject({
      type: z.string(),
      name: z.string(),
      handle: z.string(),
      status: z.string(),
      role: z.string(),
      scope: z.looseObject({ id: z.string(), name: z.string().nullable() }),
      activeUntil: z.string().nullable(),
    }),
  ),
  total: z.number(),
  problems: z.array(z.looseObject({ type: z.string(), reason: z.string() })),
});

const activeList = z.looseObject({
  active: z.array(
    z.looseObject({
      type: z.string(),
      name: z.string(),
      handle: z.string(),
      assignmentType: z.string(),
      through: z.string().nullable(),
      activeUntil: z.string().nullable(),
      canDeactivate: z.boolean().nullable(),
      deactivateFrom: z.string().nullable(),
    }),
  ),
  total: z.number(),
  problems: z.array(z.looseObject({ type: z.string(), reason: z.string() })),
});

const requestRow = z.looseObject({
  id: z.string(),
  handle: z.string(),
  type: z.string(),
  name: z.string(),
  action: z.string(),
  state: z.string(),
  status: z.string(),
  requester: z.string().nullable(),
  justification: z.string().nullable(),
  ticket: z.string().nullable(),
  duration: z.string().nullable(),
  startTime: z.string().nullable(),
});

const requestList = z.looseObject({
  requests: z.array(
    requestRow.extend({
      can: z.string().nullable(),
      stage: z.string().nullable(),
      isMine: z.boolean(),
    }),
  ),
  problems: z.array(z.looseObject({ type: z.string(), reason: z.string() })),
});

const oneRequest = z.looseObject({ message: z.string(), request: requestRow });

function doneOf(outcome: Outcome) {
  if (outcome.kind === 'done') return outcome;
  throw new TypeError(`refused: ${JSON.stringify(outcome.problems)}`);
}

/** One user of the whole product, doing what operations offer; refusals are errors here. */
export function person(stack: Stack) {
  const output = async (name: string, input: Input, changes?: Changes): Promise<unknown> =>
    doneOf((await stack.run(name, input, changes)).outcome).output;
  return {
    stack,
    eligible: async (input: Input = {}) => eligibleList.parse(await output('list_eligible', input)),
    active: async (input: Input = {}) => activeList.parse(await output('list_active', input)),
    requests: async (input: Input = {}) => requestList.parse(await output('list_requests', input)),
    activate: async (input: Input, changes?: Changes): Promise<ActivateOutput> =>
      activateOutput.parse(await output('activate', { justification: WHY, ...input }, changes)),
    deactivate: async (input: Input, changes?: Changes): Promise<DeactivateOutput> =>
      deactivateOutput.parse(await output('deactivate', input, changes)),
    cancel: async (request: string) =>
      oneRequest.parse(await output('cancel_request', { request })),
    decide: async (request: string, decision: 'approve' | 'deny') =>
      oneRequest.parse(
        await output('decide_request', {
          request,
          decision,
          justification: 'checked with the board',
        }),
      ),
    verdict: async (name: string, input: Input): Promise<Verdict> =>
      doneOf((await stack.run(name, input)).outcome).verdict,
    /** What was kept of the writes on this machine. */
    journal: async (): Promise<Record<string, unknown>[]> => {
      const text = await readFile(path.join(stack.folder, 'activity.jsonl'), 'utf8');
      const lines = text.split('\n').filter((line) => line !== '');
      return lines.map((line) => z.looseObject({}).parse(JSON.parse(line)));
    },
    refusal: async (name: string, input: Input) => {
      const { outcome } = await stack.run(name, input);
      if (outcome.kind === 'refusal') return outcome;
      throw new TypeError(`not refused: ${JSON.stringify(outcome.output)}`);
    },
  };
}

export type Person = ReturnType<typeof person>;
