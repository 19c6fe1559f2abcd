import * as z from 'zod';
import { isPimError } from '../domain/errors.ts';
import type { Call } from '../domain/ports.ts';
import type { Graph } from './graph.ts';
import { literal, withQuery } from './odata.ts';
import { Id, nameOf } from './wire.ts';

/** So many ids in one `in (…)` are safe. */
const CHUNK = 15;

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

function chunks(ids: readonly string[]): string[][] {
  const starts = Array.from({ length: Math.ceil(ids.length / CHUNK) }, (_, index) => index * CHUNK);
  return starts.map((start) => ids.slice(start, start + CHUNK));
}

/** A name is a nicety: failing to read it fails nothing. A cancelled call stays cancelled. */
async function orNothing(work: Promise<readonly unknown[]>): Promise<readonly unknown[]> {
  try {
    return await work;
  } catch (error) {
    if (!isPimError(error) || error.code === 'cancelled') throw error;
    return [];
  }
}

function toNames(rows: readonly unknown[]): Names {
  const names = new Map<string, string>();
  for (const each of rows) {
    const row = Row.safeParse(each).data;
    const name = nameOf(row);
    if (row && name !== null) names.set(row.id.toLowerCase(), name);
  }
  return names;
}

async function mayRead(graph: Graph, permissions: readonly string[], call: Call): Promise<boolean> {
  const granted = await graph.permissions(call);
  return permissions.some((permission) => granted.has(permission.toLowerCase()));
}

/** Names of groups, where the sign-in may read them. Never fails the list that wants them. */
export async function groupNames(graph: Graph, ids: Iterable<string>, call: Call): Promise<Names> {
  const unique = [...new Set(ids)];
  if (unique.length === 0 || !(await mayRead(graph, MAY_READ_GROUPS, call))) return new Map();
  const paths = chunks(unique).map((chunk) =>
    withQuery('/v1.0/groups', {
      filter: `id in (${chunk.map(literal).join(',')})`,
      select: 'id,displayName',
    }),
  );
  const rows = await Promise.all(paths.map((path) => orNothing(graph.list(path, call))));
  return toNames(rows.flat());
}

/** Names of administrative units, where the sign-in may read them. Never fails the list either. */
export async function unitNames(graph: Graph, ids: Iterable<string>, call: Call): Promise<Names> {
  const unique = [...new Set(ids)];
  if (unique.length === 0 || !(await mayRead(graph, MAY_READ_UNITS, call))) return new Map();
  const read = async (id: string) => {
    const path = `/v1.0/directory/administrativeUnits/${encodeURIComponent(id)}`;
    return [await graph.get(withQuery(path, { select: 'id,displayName' }), call)];
  };
  const rows = await Promise.all(unique.map((id) => orNothing(read(id))));
  return toNames(rows.flat());
}
