/** What all rows of PIM in Graph share. Loose: what we do not know is let through, and not read. */
import * as z from 'zod';
import type { ActiveAssignment, MemberType, Through } from '../domain/assignment.ts';
import type { Person } from '../domain/request.ts';
import { cleanName } from '../domain/text.ts';
import { unreadable } from './errors.ts';
import { isId, isSameId } from './odata.ts';

const HAS_OFFSET = /(?:z|[+-]\d\d:?\d\d)$/iu;

/** Times are UTC, also where the offset is left out. Year 1 is how Microsoft writes "not set". */
function toInstant(text: string | null | undefined): Date | null {
  if (text === null || text === undefined || text.startsWith('0001-01-01')) return null;
  return new Date(HAS_OFFSET.test(text) ? text : `${text}Z`);
}

/** `null` = not set. A text that is no time makes the row unreadable: it must not pass for "never". */
export const Instant = z
  .string()
  .nullish()
  .transform(toInstant)
  .refine((time) => time === null || !Number.isNaN(time.getTime()));

export const Id = z.string().refine(isId);

/** An id that a row can do without: `null` when there is none, or nothing that could be one. */
export const OptionalId = z
  .string()
  .nullish()
  .transform((id) => (id !== null && id !== undefined && isId(id) ? id : null));

/** Shown as it is, so nothing but a word may pass. */
export const Word = z
  .string()
  .transform((text) => (/^[a-z]{1,40}$/iu.test(text) ? text : 'Unknown'));

const SCOPE = /^\/[\w/.-]{0,300}$/u;

/** A place, written as a path. Absent, `null` and the empty string all say "none". */
export const ScopeId = z
  .string()
  .nullish()
  .transform((id) => (id === undefined || id === '' ? null : id))
  .refine((id) => id === null || SCOPE.test(id));

/** Something expanded, or not: only its name matters. */
export const Named = z.looseObject({ displayName: z.string().nullish() }).nullish();

const MEMBER_TYPES: Readonly<Record<string, MemberType>> = {
  direct: 'Direct',
  group: 'Group',
  inherited: 'Inherited',
};

export const MemberTypeField = z
  .string()
  .nullish()
  .transform((text): MemberType => MEMBER_TYPES[text?.toLowerCase() ?? ''] ?? 'Unknown');

type AssignmentType = ActiveAssignment['assignmentType'];

const ASSIGNMENT_TYPES: Readonly<Record<string, AssignmentType>> = {
  activated: 'activated',
  assigned: 'assigned',
};

export const AssignmentTypeField = z
  .string()
  .nullish()
  .transform((text): AssignmentType => ASSIGNMENT_TYPES[text?.toLowerCase() ?? ''] ?? 'unknown');

/** A name as it may be shown; `null` when there is none, or nothing of it is left. */
export function nameOf(named: z.infer<typeof Named>): string | null {
  const name = cleanName(named?.displayName ?? '');
  return name === '' ? null : name;
}

type Principal = {
  readonly principalId: string | null;
  readonly principal?: z.infer<typeof Named>;
};

/** Whom a row is about. */
export function personOf({ principalId, principal }: Principal): Person | null {
  return principalId === null ? null : { id: principalId, name: nameOf(principal) };
}

/**
 * The group that a row of the caller's comes through. Some rows carry the group's id, others that
 * came through a group the caller's own: then nobody said which group, and the id is empty.
 * Source: MicrosoftDocs/azure-docs#113251.
 */
function throughOf(
  row: Principal & { readonly memberType: MemberType },
  caller: string,
): Through | null {
  const person = personOf(row);
  if (person !== null && !isSameId(person.id, caller)) return person;
  return row.memberType === 'Group' ? { id: '', name: null } : null;
}

interface Held {
  readonly memberType: MemberType;
  readonly endDateTime: Date | null;
}

interface Running extends Held, Principal {
  readonly startDateTime: Date | null;
  readonly assignmentType: AssignmentType;
}

/** What an eligibility says beside what it is about. */
export function heldFacts({ memberType, endDateTime }: Held) {
  return { memberType, endTime: endDateTime };
}

/** What an active assignment says beside. `caller` is the object id of whoever asked. */
export function runningFacts(row: Running, caller: string) {
  const { startDateTime: startTime, assignmentType } = row;
  return { ...heldFacts(row), startTime, assignmentType, through: throughOf(row, caller) };
}

/**
 * Every row, or an error that says which list is at fault. One row that we do not understand fails
 * the list: a privilege must not silently vanish from it.
 */
export function readRows<T>(
  schema: z.ZodType<T>,
  rows: readonly unknown[],
  what: string,
): readonly T[] {
  const parsed = z.array(schema).safeParse(rows);
  if (parsed.success) return parsed.data;
  const fields = new Set(parsed.error.issues.map(({ path }) => path.slice(1).join('.')));
  throw unreadable(`${what} hold an unknown ${cleanName([...fields].join(', ')) || 'row'}`);
}

/** `readRows` for each page of a list as it comes. */
export function rowsAs<T>(
  schema: z.ZodType<T>,
  what: string,
): (rows: readonly unknown[]) => readonly T[] {
  return (rows) => readRows(schema, rows, what);
}
