import * as z from 'zod';
import type { EligibleRow } from '../domain/assignment.ts';
import { describeDuration, hours, type Duration } from '../domain/duration.ts';
import { parseInstant } from '../domain/instant.ts';
import { match } from '../domain/match.ts';
import { isForLater, planActivation, type Plan, type Wish } from '../domain/plan.ts';
import type { Account } from '../domain/ports.ts';
import type { Problem, ProblemCode, Refusal } from '../domain/refusal.ts';
import { ACCESS_IDS } from '../domain/target.ts';
import { quoted, cleanName } from '../domain/text.ts';
import {
  activateOutput,
  requirementText,
  toOutput,
  verdictOf,
  viewActivation,
  type Activated,
} from './activation-view.ts';
import type { Reading } from './catalogue.ts';
import { alreadyOn, executePlan } from './execute.ts';
import { defineOperation, done, type Context, type Result } from './operation.ts';
import { describeRow, unreadText } from './present.ts';

const input = z.strictObject({
  name: z.string().min(1).max(300).describe('Name, id or handle from list_eligible'),
  justification: z
    .string()
    .max(500)
    .optional()
    .describe("The user's own reason, recorded in the audit log; never invent one"),
  duration: z.number().optional().describe('Hours; fractions allowed'),
  access_id: z.enum(ACCESS_IDS).optional().describe('For a group held as both'),
  directory_scope_id: z.string().max(300).optional().describe('For a role held at several scopes'),
  ticket_number: z.string().max(100).optional().describe('Where the policy demands a ticket'),
  ticket_system: z.string().max(100).optional().describe('For example ServiceNow'),
  start_time: z.string().max(40).optional().describe('ISO 8601 with offset; default now'),
});

type Input = z.output<typeof input>;

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/u;

function blankToNull(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
}

/** More would not help anybody choose; the message says how many there are. */
const MOST_CANDIDATES = 20;

function refuse(
  problem: { code: ProblemCode; message: string; fix: string },
  candidates: readonly EligibleRow[] = [],
): Refusal {
  const shown = candidates.slice(0, MOST_CANDIDATES);
  return { kind: 'refusal', problems: [problem], candidates: shown, row: null, requirements: [] };
}

function toDuration(asked: number | undefined): Duration | null | Problem {
  if (asked === undefined) return null;
  const duration = Number.isFinite(asked) && asked > 0 ? hours(asked) : null;
  return (
    duration ?? {
      code: 'duration-malformed',
      message: `${asked} hours is no duration.`,
      fix: 'Give a positive number of hours, for example 0.5.',
    }
  );
}

function toStartTime(asked: string | undefined): Date | null | Problem {
  const text = blankToNull(asked);
  if (text === null) return null;
  const date = INSTANT.test(text) ? parseInstant(text) : undefined;
  if (date) return date;
  return {
    code: 'start-malformed',
    message: `${quoted(cleanName(text))} is no point in time with an offset.`,
    fix: 'Write it like 2026-11-24T07:00:00Z, or leave it out to start now.',
  };
}

function isProblem(value: Duration | Date | Problem | null): value is Problem {
  return value !== null && 'code' in value;
}

function toWish(asked: Input): Wish | Refusal {
  const duration = toDuration(asked.duration);
  const startTime = toStartTime(asked.start_time);
  const problems = [duration, startTime].filter(isProblem);
  if (isProblem(duration) || isProblem(startTime))
    return { kind: 'refusal', problems, candidates: [], row: null, requirements: [] };
  return {
    duration,
    startTime,
    justification: blankToNull(asked.justification),
    ticket: {
      number: blankToNull(asked.ticket_number),
      system: blankToNull(asked.ticket_system),
    },
  };
}

function findRow(asked: Input, reading: Reading): EligibleRow | Refusal {
  const wanted = quoted(cleanName(asked.name));
  const found = match(reading.rows, {
    name: asked.name,
    accessId: asked.access_id,
    directoryScopeId: blankToNull(asked.directory_scope_id) ?? undefined,
  });
  switch (found.kind) {
    case 'one':
      return found.row;
    case 'several':
      return refuse(
        {
          code: 'ambiguous-name',
          message: `${wanted} fits ${found.candidates.length} eligible assignments, and none was chosen.`,
          fix: 'Name one by its handle.',
        },
        found.candidates,
      );
    case 'narrowed-away':
      return refuse(
        {
          code: 'narrowed-away',
          message: `${wanted} is eligible, but not with that access_id or directory_scope_id.`,
          fix: 'Leave them out, or name a row by its handle.',
        },
        found.candidates,
      );
    case 'none':
      return refuse(
        {
          code: 'no-such-name',
          message: `No eligible assignment is called ${wanted}.${reading.unread.map((each) => ` ${unreadText(each)}`).join('')}`,
          fix: found.nearest.length > 0 ? 'Did you mean one of these?' : 'List what is eligible.',
        },
        found.nearest,
      );
  }
}

function policyNotes({ policy, order, isDurationDefault }: Plan): string[] {
  const { unreadable, maximumDuration } = policy;
  return [
    ...(isDurationDefault
      ? [`Nobody said how long; the default is ${describeDuration(order.duration)}.`]
      : []),
    ...(unreadable === null ? [] : [`The role settings are unknown: ${unreadable}`]),
    ...(unreadable === null && maximumDuration === 'unknown'
      ? ['The role settings name no maximum duration.']
      : []),
  ];
}

async function execute(plan: Plan, context: Context): Promise<Result<Activated>> {
  context.call.report?.(`Activating ${describeRow(plan.row)}.`);
  for (const requirement of plan.requirements) context.call.report?.(requirementText(requirement));
  const executed = await executePlan(plan, context);
  const notes = executed.isNew ? [...executed.notes, ...policyNotes(plan)] : executed.notes;
  return done(toOutput(plan.row, { ...executed, notes }), verdictOf(executed.outcome));
}

async function activateRow(
  row: EligibleRow,
  wish: Wish,
  account: Account,
  context: Context,
): Promise<Result<Activated>> {
  const now = context.clock.now();
  const on = isForLater(wish, now) ? null : alreadyOn(row);
  if (on) return done(toOutput(row, on));
  const policy = await context.catalogue.policy(row.target, context.call);
  const plan = planActivation(row, policy, wish, {
    principalId: account.objectId,
    defaultDuration: context.settings.defaultDuration.value,
    now: context.clock.now(),
  });
  return plan.kind === 'refusal' ? plan : execute(plan, context);
}

export const activate = defineOperation({
  name: 'activate',
  title: 'Activate a PIM assignment',
  description:
    'Activate one eligible assignment for the signed-in user, for a limited time. Only when the user asked for it. Active only if status is "active"; pending-approval, scheduled and in-progress are NOT active. An ambiguous name is refused with candidates: ask the user, then use a handle.',
  effect: 'write',
  isTool: true,
  command: {
    name: 'activate',
    argument: { field: 'name', isRequired: true, summary: 'name, id or handle, as listed' },
    flags: {
      justification: {
        long: 'justification',
        short: 'j',
        kind: 'text',
        summary: 'why; it goes into the audit log of the tenant',
      },
      duration: {
        long: 'duration',
        short: 'd',
        kind: 'duration',
        summary: 'how long (default: one hour, or less where the policy says so)',
      },
      access_id: {
        long: 'access',
        kind: 'text',
        summary: 'member or owner, for a group that you hold as both',
      },
      directory_scope_id: {
        long: 'scope',
        kind: 'text',
        summary: 'scope id, for a role that you hold at several scopes',
      },
      ticket_number: {
        long: 'ticket',
        kind: 'text',
        summary: 'ticket number, where the policy demands one',
      },
      ticket_system: {
        long: 'ticket-system',
        kind: 'text',
        summary: 'where that ticket is, for example ServiceNow',
      },
      start_time: {
        long: 'start',
        kind: 'instant',
        summary: 'when to begin (default: now)',
      },
    },
  },
  input,
  output: activateOutput,
  async run(asked, context) {
    const wish = toWish(asked);
    if ('kind' in wish) return wish;
    const { account } = await context.signIn.token(context.call);
    context.catalogue.belongTo(account);
    const [reading] = await Promise.all([
      context.catalogue.recent(context.call),
      context.catalogue.prefetchPolicies(asked.name, context.call),
    ]);
    const row = findRow(asked, reading);
    return 'kind' in row ? row : activateRow(row, wish, account, context);
  },
  view: viewActivation,
});
