import * as z from 'zod';
import type { EligibleRow, Holding } from '../domain/assignment.ts';
import { azureScopeKind } from '../domain/azure-scope.ts';
import type { Approver } from '../domain/policy.ts';
import { idOf, SURFACES, type Surface, type Target } from '../domain/target.ts';
import { cleanName, quoted } from '../domain/text.ts';
import type { Unread } from './unread.ts';
import { describeFault, faultLines } from './fault.ts';

/** The words of the tools' results: those of the Python server, kept. */
export const TYPE_NAMES = ['Group', 'EntraRole', 'AzureResource'] as const;

export type TypeName = (typeof TYPE_NAMES)[number];

const TYPE_OF = {
  group: 'Group',
  directory: 'EntraRole',
  azure: 'AzureResource',
} as const satisfies Record<Surface, TypeName>;

export const SURFACE_NAMES = {
  group: 'Groups',
  directory: 'Entra roles',
  azure: 'Azure resources',
} as const satisfies Record<Surface, string>;

export function typeOf(surface: Surface): TypeName {
  return TYPE_OF[surface];
}

/** The surfaces of a type; all of them when none is named. */
export function surfacesOf(type: TypeName | undefined): readonly Surface[] {
  return SURFACES.filter((surface) => type === undefined || TYPE_OF[surface] === type);
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

/** `Groups could not be read: …`, or only what is active of them; and what to do about it. */
export function unreadText({ surface, what, error }: Unread): string {
  const whose = SURFACE_NAMES[surface];
  const why = faultLines(describeFault(error)).join(' ');
  return what === 'all'
    ? `${whose} could not be read: ${why}`
    : `${whose}: what is active could not be read: ${why}`;
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

/** `subscription "sub-prod-01"`, `Berlin office`; nothing for the tenant and for groups. */
function placeText({ target, scope }: Pick<Holding, 'target' | 'scope'>): string {
  const name = quoted(cleanName(scope.name ?? scope.id));
  switch (target.kind) {
    case 'group':
      return '';
    case 'directory':
      return scope.id === '/' ? '' : ` at ${name}`;
    case 'azure':
      return ` at ${azureScopeKind(target.scope)} ${name}`;
  }
}

/** `group "SG-Ops" (member)`, `role "User Administrator" at "Berlin office"`. */
export function describeRow(row: Pick<Holding, 'target' | 'name' | 'scope'>): string {
  const { target, name } = row;
  if (target.kind === 'group') return `group ${quoted(name)} (${target.accessId})`;
  const what = target.kind === 'azure' ? 'Azure role' : 'role';
  return `${what} ${quoted(name)}${placeText(row)}`;
}

/** What might have been meant, so that no two read alike: names of places are not unique. */
export function describeCandidates(
  candidates: readonly Holding[],
): readonly { readonly handle: string; readonly text: string }[] {
  const texts = candidates.map(describeRow);
  return candidates.map((row, index) => {
    const text = texts[index] ?? '';
    const isAlone = texts.indexOf(text) === texts.lastIndexOf(text);
    return { handle: row.handle, text: isAlone ? text : `${text} (${cleanName(row.scope.id)})` };
  });
}

export const subjectShape = z.object({
  name: z.string(),
  type: z.enum(TYPE_NAMES),
  id: z.string(),
  role: z.string(),
  handle: z.string(),
  scope: scopeShape,
});

/** What an answer is about, in the words of every result. */
export function toSubject({ target, name, handle, scope }: Holding): z.output<typeof subjectShape> {
  return {
    name,
    type: typeOf(target.kind),
    id: idOf(target),
    role: roleOf(target, name),
    handle,
    scope,
  };
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
