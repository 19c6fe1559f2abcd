import * as z from 'zod';
import type { Call } from '../domain/ports.ts';
import type { Service } from './service.ts';
import { idFilters, isGranted, orNothing } from './lookups.ts';
import { withQuery } from './odata.ts';
import { Id, nameOf } from './wire.ts';

/** Any of these lets names be read. We never ask for them; some tenants grant them anyway. */
const MAY_READ_GROUPS = [
  'Group.ReadBasic.All',
  'GroupMember.Read.All',
  'Group.Read.All',
  'Directory.Read.All',
];
const MAY_READ_UNITS = ['AdministrativeUnit.Read.All', 'Directory.Read.All'];

/** Cleaned display names by id in lower case. */
type Names = ReadonlyMap<string, string>;

const Row = z.looseObject({ id: Id, displayName: z.string().nullish() });

function toNames(rows: readonly unknown[]): Names {
  const names = new Map<string, string>();
  for (const each of rows) {
    const row = Row.safeParse(each).data;
    const name = nameOf(row);
    if (row && name !== null) names.set(row.id.toLowerCase(), name);
  }
  return names;
}

/** Names of groups, where the sign-in may read them. Never fails the list that wants them. */
export async function groupNames(
  graph: Service,
  ids: Iterable<string>,
  call: Call,
): Promise<Names> {
  const filters = idFilters(ids);
  if (filters.length === 0 || !(await isGranted(graph, MAY_READ_GROUPS, call))) return new Map();
  const paths = filters.map((filter) =>
    withQuery('/v1.0/groups', { filter, select: 'id,displayName' }),
  );
  const rows = await Promise.all(paths.map((path) => orNothing(graph.list(path, call))));
  return toNames(rows.flat());
}

/** Names of administrative units, where the sign-in may read them. Never fails the list either. */
export async function unitNames(graph: Service, ids: Iterable<string>, call: Call): Promise<Names> {
  const unique = [...new Set(ids)];
  if (unique.length === 0 || !(await isGranted(graph, MAY_READ_UNITS, call))) return new Map();
  const read = async (id: string) => {
    const path = `/v1.0/directory/administrativeUnits/${encodeURIComponent(id)}`;
    return [await graph.get(withQuery(path, { select: 'id,displayName' }), call)];
  };
  const rows = await Promise.all(unique.map((id) => orNothing(read(id))));
  return toNames(rows.flat());
}
