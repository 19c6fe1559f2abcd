import * as z from 'zod';
import { hours, type Duration } from '../domain/duration.ts';
import { parseInstant } from '../domain/instant.ts';
import type { Wish } from '../domain/plan.ts';
import type { Problem, Refusal } from '../domain/refusal.ts';
import { ACCESS_IDS, surfaceNamedBy, type Surface } from '../domain/target.ts';
import { quoted, cleanName } from '../domain/text.ts';
import { activateOutput, viewActivation } from './activation-view.ts';
import { defineOperation } from './operation.ts';
import { permit } from './permit.ts';
import { signedIn } from './signed-in.ts';
import { planSet } from './plan-set.ts';
import { runSteps } from './run-set.ts';
import { namesIn } from './select.ts';

const name = z.string().min(1).max(300);

const input = z.strictObject({
  name: name.optional().describe('Name, id or handle from list_eligible'),
  names: z.array(name).min(1).max(20).optional().describe('Several, in place of name'),
  justification: z
    .string()
    .max(500)
    .optional()
    .describe("The user's own reason, recorded in the audit log; never invent one"),
  duration: z.number().optional().describe('Hours; fractions allowed'),
  access_id: z.enum(ACCESS_IDS).optional().describe('For a group held as both'),
  directory_scope_id: z
    .string()
    .max(500)
    .optional()
    .describe('For a role held at several scopes; for Azure also a narrower scope'),
  ticket_number: z.string().max(100).optional().describe('Where the policy demands a ticket'),
  ticket_system: z.string().max(100).optional().describe('For example ServiceNow'),
  start_time: z.string().max(40).optional().describe('ISO 8601 with offset; default now'),
  validate_only: z.boolean().optional().describe('Check with Microsoft; activates nothing'),
  wait: z.boolean().optional().describe('Wait until it works'),
});

type Input = z.output<typeof input>;

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/u;

function blankToNull(text: string | undefined): string | null {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
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

/** A handle, or a place in Azure, says what the call is about. */
function surfacesNamedIn(texts: readonly string[]): Surface[] {
  return [...new Set(texts.flatMap((text) => surfaceNamedBy(text) ?? []))];
}

export const activate = defineOperation({
  name: 'activate',
  title: 'Activate a PIM assignment',
  description:
    'Activate eligible assignments for the signed-in user, for a limited time. Only when the user asked for it. Active only if status is "active"; pending-approval, scheduled and in-progress are NOT active. An ambiguous name is refused with candidates: ask the user, then use a handle. Several (names) are checked whole before any is sent.',
  effect: 'write',
  needs: ['list', 'policy', 'activate'],
  isTool: true,
  command: {
    name: 'activate',
    argument: {
      field: 'name',
      several: 'names',
      isRequired: true,
      summary: 'name, id or handle, as listed; or several',
    },
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
        summary: 'scope, for a role held at several; for Azure also a narrower one (id or name)',
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
      validate_only: {
        long: 'validate-only',
        kind: 'switch',
        summary: 'only check, with Microsoft as well; activates nothing',
      },
      wait: { long: 'wait', kind: 'switch', summary: 'wait until the privilege works' },
    },
  },
  input,
  output: activateOutput,
  async run(asked, entrance) {
    const wish = toWish(asked);
    if ('kind' in wish) return wish;
    const names = namesIn(asked);
    if ('kind' in names) return names;
    const context = await signedIn(entrance);
    await permit(surfacesNamedIn([...names, asked.directory_scope_id ?? '']), 'list', context);
    const [reading] = await Promise.all([
      context.catalogue.recent(context.call),
      ...names.map((each) => context.catalogue.prefetchPolicies(each, context.call)),
    ]);
    const set = {
      names,
      wish,
      accessId: asked.access_id,
      scope: blankToNull(asked.directory_scope_id) ?? undefined,
    };
    const steps = await planSet(set, reading, context);
    if ('kind' in steps) return steps;
    return runSteps(steps, context, {
      isSet: asked.names !== undefined,
      isOnlyChecked: asked.validate_only ?? false,
      isAwaited: asked.wait ?? false,
    });
  },
  view: viewActivation,
});
