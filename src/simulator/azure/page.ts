import type { JsonObject } from '../graph/json.ts';
import { badRequest } from '../problem.ts';
import { type ArmAnswer, type ArmCall, ok, queryOf } from './call.ts';

/** The token is opaque to clients; here it is the place of the next row. */
function placeOf(call: ArmCall): number | null {
  const token = queryOf(call, '$skiptoken');
  if (token === null) return null;
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (/^\d+$/u.test(text)) return Number(text);
  throw badRequest('InvalidFilter', 'The $skiptoken is not valid.');
}

function linkTo(call: ArmCall, place: number): string {
  const link = new URL(call.request.url);
  link.searchParams.set('$skiptoken', Buffer.from(String(place)).toString('base64url'));
  return link.href;
}

/** Cuts rows into pages. The last one has no `nextLink`; any one may be empty. */
export function page<Row>(
  call: ArmCall,
  rows: readonly Row[],
  json: (row: Row) => JsonObject,
): ArmAnswer {
  const place = placeOf(call);
  if (place === null && call.azure.emptyFirstPage)
    return ok({ value: [], nextLink: linkTo(call, 0) });
  const start = place ?? 0;
  const end = start + call.behaviour.pageSize;
  const value = rows.slice(start, end).map(json);
  return ok(end < rows.length ? { value, nextLink: linkTo(call, end) } : { value });
}
