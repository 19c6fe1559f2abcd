import * as z from 'zod';
import type { ActiveRow, EligibleRow } from '../domain/assignment.ts';
import { onePerTarget, ownActivations, runningOf } from '../domain/deactivation.ts';
import { match } from '../domain/match.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { PimRequest } from '../domain/request.ts';
import { ACCESS_IDS, handleOf, keyOf, type AccessId } from '../domain/target.ts';
import { cleanName } from '../domain/text.ts';
import type { ActiveReading } from './catalogue.ts';
import { endAll } from './deactivate-set.ts';
import { deactivateOutput, viewDeactivation } from './deactivation-view.ts';
import { defineOperation, type Context } from './operation.ts';
import { signedIn } from './signed-in.ts';
import { describeRow } from './present.ts';
import { readMine } from './request-book.ts';
import { about, namesIn, notFound, refuse, refuseAll } from './select.ts';

const name = z.string().min(1).max(300);

const input = z.strictObject({
  name: name.optional().describe('Name, id or handle from list_active'),
  names: z.array(name).min(1).max(50).optional().describe('Several, in place of name'),
  all: z.boolean().optional().describe('All that the user activated'),
  justification: z.string().max(500).optional(),
  access_id: z.enum(ACCESS_IDS).optional(),
  directory_scope_id: z.string().max(500).optional(),
  wait: z.boolean().optional().describe('If it is too early, wait until it is possible'),
});

type Input = z.output<typeof input>;

function blankToUndefined(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? undefined : trimmed;
}

interface Wanted {
  readonly name: string;
  readonly accessId: AccessId | undefined;
  readonly scope: string | undefined;
}

/**
 * Eligible, and not listed as on: lists lag, or could not be read. Microsoft is asked to end it, and
 * says whether it was on.
 */
function unseen(eligible: EligibleRow): ActiveRow {
  const { target, scope, memberType, handle } = eligible;
  const facts = { target, name: eligible.name, scope, memberType, handle };
  return { ...facts, assignmentType: 'unknown', through: null, startTime: null, endTime: null };
}

async function whenNotListed(
  wanted: Wanted,
  { active, unread }: ActiveReading,
  context: Context,
): Promise<ActiveRow | Refusal> {
  const { rows } = await context.catalogue.recent(context.call);
  const eligible = match(rows, wanted);
  if (eligible.kind === 'one') return unseen(eligible.row);
  if (eligible.kind !== 'none')
    return notFound(eligible, wanted.name, { what: 'eligible assignment', unread });
  const listed = match(onePerTarget(active), wanted);
  const nearest = listed.kind === 'none' ? listed.nearest : [];
  return notFound({ kind: 'none', nearest }, wanted.name, { what: 'active assignment', unread });
}

async function endingFor(
  wanted: Wanted,
  reading: ActiveReading,
  context: Context,
): Promise<ActiveRow | Refusal> {
  const found = match(onePerTarget(reading.active), wanted);
  if (found.kind === 'none') return whenNotListed(wanted, reading, context);
  if (found.kind !== 'one')
    return notFound(found, wanted.name, { what: 'active assignment', unread: reading.unread });
  const { row } = found;
  if (row.assignmentType !== 'assigned') return row;
  return refuse([
    {
      code: 'not-deactivatable',
      message: `An administrator assigned ${describeRow(row)}; it was not activated.`,
      fix: 'Only an administrator can take it away.',
    },
  ]);
}

async function endingsFor(
  names: readonly string[],
  asked: Input,
  reading: ActiveReading,
  context: Context,
): Promise<Ends | Refusal> {
  const accessId = asked.access_id;
  const scope = blankToUndefined(asked.directory_scope_id);
  const found = await Promise.all(
    names.map(async (each) => {
      const ending = await endingFor({ name: each, accessId, scope }, reading, context);
      return 'kind' in ending && names.length > 1 ? about(cleanName(each), ending) : ending;
    }),
  );
  const refusals = found.flatMap((each) => ('kind' in each ? [each] : []));
  if (refusals.length > 0) return refuseAll(refusals);
  const rows = found.flatMap((each) => ('kind' in each ? [] : [each]));
  // What was named and could not be seen is asked for: nothing is left open.
  return { rows: [...new Map(rows.map((row) => [keyOf(row.target), row])).values()], unread: [] };
}

/** What to end, and where something may be on that could not be seen. */
interface Ends {
  readonly rows: readonly ActiveRow[];
  readonly unread: ActiveReading['unread'];
}

/** Running by the caller's own requests, and not listed: lists lag behind an activation. */
function unlisted(
  requests: readonly PimRequest[],
  listed: readonly ActiveRow[],
  context: Context,
): ActiveRow[] {
  const keys = new Set(listed.map(({ target }) => keyOf(target)));
  return runningOf(requests, context.clock.now())
    .filter(({ target }) => !keys.has(keyOf(target)) && !context.catalogue.endedRecently(target))
    .map((request) => ({
      target: request.target,
      name: request.name,
      scope: request.scope,
      handle: handleOf(request.target),
      startTime: request.startTime,
      endTime: null,
      memberType: 'Direct',
      through: null,
      assignmentType: 'activated',
    }));
}

/** All that the caller activated, and nothing that somebody else gave. */
async function allOwn({ active, unread }: ActiveReading, context: Context): Promise<Ends> {
  const listed = ownActivations(active);
  const mine = await readMine(context);
  const gaps = [...unread, ...mine.unread];
  return {
    rows: [...listed, ...unlisted(mine.requests, listed, context)],
    unread: [...new Map(gaps.map((each) => [each.surface, each])).values()],
  };
}

function endingsIn(
  asked: Input,
  reading: ActiveReading,
  context: Context,
): Promise<Ends | Refusal> | Refusal {
  if (asked.all && asked.name === undefined && asked.names === undefined)
    return allOwn(reading, context);
  if (asked.all)
    return refuse([
      {
        code: 'nothing-named',
        message: 'Both all and a name were given.',
        fix: 'Give one of them.',
      },
    ]);
  const names = namesIn(asked);
  return 'kind' in names ? names : endingsFor(names, asked, reading, context);
}

export const deactivate = defineOperation({
  name: 'deactivate',
  title: 'Deactivate a PIM assignment',
  description:
    'End activations of the signed-in user before their time. Not possible in the first five minutes: then the answer says from when.',
  effect: 'write',
  needs: ['list', 'requests', 'activate'],
  isTool: true,
  command: {
    name: 'deactivate',
    argument: {
      field: 'name',
      several: 'names',
      isRequired: false,
      summary: 'name, id or handle, as in active; or several',
    },
    flags: {
      all: { long: 'all', kind: 'switch', summary: 'all that you activated' },
      wait: {
        long: 'wait',
        kind: 'switch',
        summary: 'if it is too early, wait until it is possible',
      },
      justification: {
        long: 'justification',
        short: 'j',
        kind: 'text',
        summary: 'goes into the audit log of the tenant',
      },
      access_id: {
        long: 'access',
        kind: 'text',
        summary: 'member or owner, for a group that is active as both',
      },
      directory_scope_id: {
        long: 'scope',
        kind: 'text',
        summary: 'scope (id or name), for a role that is active at several',
      },
    },
  },
  input,
  output: deactivateOutput,
  async run(asked, entrance) {
    const context = await signedIn(entrance);
    const reading = await context.catalogue.readActive(context.call);
    const endings = await endingsIn(asked, reading, context);
    if ('kind' in endings) return endings;
    return endAll(endings.rows, context, {
      justification: blankToUndefined(asked.justification) ?? null,
      isAwaited: asked.wait ?? false,
      isSet: asked.name === undefined,
      unread: endings.unread,
    });
  },
  view: viewDeactivation,
});
