import * as z from 'zod';
import type { ActiveRow, Through } from '../domain/assignment.ts';
import { deactivatability } from '../domain/deactivation.ts';
import {
  countText,
  cut,
  isWanted,
  narrowing,
  NARROWING_FLAGS,
  narrowNote,
  problemShape,
  toProblem,
} from './filter.ts';
import { defineOperation, done } from './operation.ts';
import { permit } from './permit.ts';
import { signedIn } from './signed-in.ts';
import { isoOrNull, minuteText, subjectShape, surfacesOf, toSubject } from './present.ts';
import type { View } from './view.ts';

const HOW = { activated: 'Activated', assigned: 'Assigned', unknown: 'Unknown' } as const;

const rowShape = z.object({
  ...subjectShape.shape,
  memberType: z.string(),
  /** `Activated` through PIM, or `Assigned` by an administrator. */
  assignmentType: z.enum(['Activated', 'Assigned', 'Unknown']),
  /** The group that it comes through. */
  through: z.string().nullable(),
  startTime: z.string().nullable(),
  activeUntil: z.string().nullable(),
  /** `null`: cannot be told. */
  canDeactivate: z.boolean().nullable(),
  /** When that becomes possible: PIM allows none in the first five minutes. */
  deactivateFrom: z.string().nullable(),
});

type Row = z.output<typeof rowShape>;

const output = z.object({
  active: z.array(rowShape),
  total: z.number().int().min(0).max(1_000_000),
  problems: z.array(problemShape),
});

type Output = z.output<typeof output>;

/** Microsoft may say that it is a group, and not which. */
function throughText({ id, name }: Through): string {
  return name ?? (id === '' ? 'a group' : id);
}

function toRow(row: ActiveRow, now: Date): Row {
  const { through } = row;
  const can = deactivatability(row, now);
  return {
    ...toSubject(row),
    memberType: row.memberType,
    assignmentType: HOW[row.assignmentType],
    through: through && throughText(through),
    startTime: isoOrNull(row.startTime),
    activeUntil: isoOrNull(row.endTime),
    canDeactivate: can.kind === 'unknown' ? null : can.kind === 'now',
    deactivateFrom: can.kind === 'later' ? can.from.toISOString() : null,
  };
}

/** What was activated first, then by end: what runs out soon is what one looks for. */
function byEnd(a: Row, b: Row): number {
  const rank = ({ assignmentType }: Row): number => (assignmentType === 'Activated' ? 0 : 1);
  const end = ({ activeUntil }: Row): string => activeUntil ?? '~';
  return (
    rank(a) - rank(b) || end(a).localeCompare(end(b), 'en') || a.name.localeCompare(b.name, 'en')
  );
}

function howText({ assignmentType, through }: Row): string {
  const how = assignmentType.toLowerCase();
  return through === null ? how : `${how}, through ${through}`;
}

function offText(row: Row): string {
  if (row.deactivateFrom !== null) return `from ${minuteText(row.deactivateFrom)}`;
  if (row.canDeactivate === null) return 'unknown';
  return row.canDeactivate ? 'yes' : 'no';
}

function toTableRow(row: Row): string[] {
  return [
    row.handle,
    row.type,
    row.name,
    row.type === 'Group' ? row.role : (row.scope.name ?? row.scope.id),
    row.activeUntil === null ? 'no end' : minuteText(row.activeUntil),
    howText(row),
    offText(row),
  ];
}

function view({ active, total, problems }: Output): View {
  const shown = active.length;
  return {
    headline: `${countText(shown, total)} active assignment${total === 1 ? '' : 's'}.`,
    ...(shown > 0 && {
      table: {
        columns: ['handle', 'type', 'name', 'access/scope', 'until', 'how', 'can deactivate'],
        rows: active.map(toTableRow),
      },
    }),
    notes: [...problems.map(({ reason }) => reason), ...narrowNote(shown, total)],
  };
}

export const listActive = defineOperation({
  name: 'list_active',
  title: 'List active PIM assignments',
  description:
    'List what is on now for the signed-in user: activated or assigned, through which group, until when, whether it can be deactivated.',
  effect: 'read',
  needs: ['list'],
  isTool: true,
  command: {
    name: 'active',
    argument: {
      field: 'search',
      isRequired: false,
      summary: 'part of a name, scope, id or handle',
    },
    flags: NARROWING_FLAGS,
  },
  input: z.strictObject({
    search: narrowing.search.describe('Part of a name, scope or handle'),
    type: narrowing.type,
    limit: narrowing.limit,
  }),
  output,
  async run(wanted, entrance) {
    const context = await signedIn(entrance);
    if (wanted.type !== undefined) await permit(surfacesOf(wanted.type), 'list', context);
    const reading = await context.catalogue.readActive(context.call, surfacesOf(wanted.type));
    const rows = reading.active
      .filter((row) => isWanted(row, wanted))
      .map((row) => toRow(row, context.catalogue.client(row.target.kind).now()))
      .toSorted(byEnd);
    return done({
      active: [...cut(rows, wanted, context)],
      total: rows.length,
      problems: reading.unread.map(toProblem),
    });
  },
  view,
});
