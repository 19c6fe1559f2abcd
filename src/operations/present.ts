import * as z from 'zod';
import type { EligibleRow } from '../domain/assignment.ts';
import type { Approver } from '../domain/policy.ts';
import { idOf, scopeIdOf, type Surface, type Target } from '../domain/target.ts';
import { quoted } from '../domain/text.ts';
import type { Unread } from './catalogue.ts';

/** The words of the tools' results: those of the Python server, kept. */
export const TYPE_NAMES = ['Group', 'EntraRole'] as const;

export type TypeName = (typeof TYPE_NAMES)[number];

const TYPE_OF = { group: 'Group', directory: 'EntraRole' } as const satisfies Record<
  Surface,
  TypeName
>;

export const SURFACE_NAMES = {
  group: 'Groups',
  directory: 'Entra roles',
} as const satisfies Record<Surface, string>;

export function typeOf(surface: Surface): TypeName {
  return TYPE_OF[surface];
}

export const scopeShape = z.object({ id: z.string(), name: z.string().nullable() });

export const rowShape = z.object({
  type: z.enum(TYPE_NAMES),
  name: z.string(),
  id: z.string(),
  role: z.string(),
  memberType: z.string(),
  status: z.string(),
  endTime: z.string().nullable(),
  handle: z.string(),
  scope: scopeShape,
  activeUntil: z.string().nullable(),
});

export type Row = z.output<typeof rowShape>;

/** Access level of a group, or the name of the role. */
export function roleOf(target: Target, name: string): string {
  return target.kind === 'group' ? target.accessId : name;
}

export function isoOrNull(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}

/** `Unknown` where what is active could not be read: unknown is never a default. */
function statusOf({ activation, isStateKnown }: EligibleRow): string {
  if (activation) return 'Active';
  return isStateKnown ? 'Eligible' : 'Unknown';
}

/** `Groups could not be read: …`, or only what is active of them. */
export function unreadText({ surface, what, error }: Unread): string {
  const whose = SURFACE_NAMES[surface];
  return what === 'all'
    ? `${whose} could not be read: ${error.message}`
    : `${whose}: what is active could not be read: ${error.message}`;
}

export function toRow(row: EligibleRow): Row {
  return {
    type: typeOf(row.target.kind),
    name: row.name,
    id: idOf(row.target),
    role: roleOf(row.target, row.name),
    memberType: row.memberType,
    status: statusOf(row),
    endTime: isoOrNull(row.endTime),
    handle: row.handle,
    scope: row.scope,
    activeUntil: row.activation ? isoOrNull(row.activation.until) : null,
  };
}

/** Where, for people: groups have no scope beside themselves. */
export function scopeText(type: TypeName, scope: Row['scope']): string {
  return type === 'Group' ? '' : (scope.name ?? scope.id);
}

/** `group "SG-Ops" (member)`, `role "User Administrator" at "Berlin office"`. */
export function describeRow(row: EligibleRow): string {
  const { target } = row;
  if (target.kind === 'group') return `group ${quoted(row.name)} (${target.accessId})`;
  const where = scopeIdOf(target) === '/' ? '' : ` at ${quoted(row.scope.name ?? row.scope.id)}`;
  return `role ${quoted(row.name)}${where}`;
}

const MOST_APPROVERS = 10;

export function approverText(approvers: readonly Approver[]): string {
  const named = approvers.map(({ kind, name }) => `${quoted(name)} (${kind})`);
  const more = named.length - MOST_APPROVERS;
  return [...named.slice(0, MOST_APPROVERS), ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** `2026-11-23 10:30Z`: minutes are what people compare. */
export function minuteText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`;
}
