import { badRequest } from '../problem.ts';
import { type Answer, contextOf, type GraphCall, ok, queryOf } from './call.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { matches, parseFilter } from './odata-filter.ts';
import { type Expand, parseExpand, parseSelect } from './odata-query.ts';

/** What `$expand` may follow from a row. */
export type Links = Readonly<Record<string, (expand: Expand) => Json>>;

/** A row of an answer, with the things that can be expanded. */
export interface Entity {
  readonly json: JsonObject;
  readonly links: Links;
}

/** What `@odata.context` says, and which names `$expand` knows, also when there are no rows. */
export interface EntityType {
  readonly context: string;
  readonly expandable: readonly string[];
}

function pick(json: JsonObject, names: readonly string[] | null): JsonObject {
  if (!names) return json;
  return Object.fromEntries(
    Object.entries(json).filter(([name]) => name.startsWith('@') || names.includes(name)),
  );
}

function expanded(links: Links, expand: Expand): Json {
  const value = links[expand.name]?.(expand) ?? null;
  return isJsonObject(value) ? pick(value, expand.select) : value;
}

function render(
  entity: Entity,
  expands: readonly Expand[],
  select: readonly string[] | null,
): JsonObject {
  return {
    ...pick(entity.json, select),
    ...Object.fromEntries(expands.map((one) => [one.name, expanded(entity.links, one)])),
  };
}

function expandsOf(call: GraphCall, { context, expandable }: EntityType): Expand[] {
  const expands = parseExpand(queryOf(call, '$expand'));
  const unknown = expands.find(({ name }) => !expandable.includes(name));
  if (!unknown) return expands;
  throw badRequest(
    'BadRequest',
    `Parsing OData Select and Expand failed: Could not find a property named '${unknown.name}' on type '${context}'.`,
  );
}

function wholeNumber(text: string, option: string): number {
  if (/^\d+$/u.test(text)) return Number(text);
  throw badRequest('BadRequest', `Invalid value for ${option}.`);
}

/** The token is opaque to clients; here it is the place of the next row. */
function placeOf(call: GraphCall): number {
  const token = queryOf(call, '$skiptoken');
  if (token === null) return 0;
  return wholeNumber(Buffer.from(token, 'base64url').toString('utf8'), '$skiptoken');
}

function sizeOf(call: GraphCall): number {
  const { pageSize, honoursTop } = call.behaviour;
  const top = queryOf(call, '$top');
  if (top === null || !honoursTop) return pageSize;
  return Math.max(1, Math.min(pageSize, wholeNumber(top, '$top')));
}

function linkTo(call: GraphCall, place: number): string {
  const link = new URL(call.request.url);
  link.searchParams.set('$skiptoken', Buffer.from(String(place)).toString('base64url'));
  return link.href;
}

/**
 * Filters, cuts into pages, expands and selects, in this order.
 * @param entityOf how a row is written; asked only of rows that are compared or shown.
 */
export function listRows<Row>(
  call: GraphCall,
  type: EntityType,
  rows: readonly Row[],
  entityOf: (row: Row) => readonly Entity[],
): Answer {
  const expands = expandsOf(call, type);
  const select = parseSelect(queryOf(call, '$select'));
  const text = queryOf(call, '$filter');
  const filter = text === null ? null : parseFilter(text);
  const found = filter
    ? rows.filter((row) => entityOf(row).some(({ json }) => matches(filter, json)))
    : rows;
  const start = placeOf(call);
  const end = start + sizeOf(call);
  return ok({
    '@odata.context': contextOf(call, type.context),
    ...(end < found.length ? { '@odata.nextLink': linkTo(call, end) } : {}),
    value: found
      .slice(start, end)
      .flatMap(entityOf)
      .map((entity) => render(entity, expands, select)),
  });
}

export function list(call: GraphCall, type: EntityType, entities: readonly Entity[]): Answer {
  return listRows(call, type, entities, (entity) => [entity]);
}

export function single(call: GraphCall, type: EntityType, entity: Entity): JsonObject {
  const expands = expandsOf(call, type);
  const select = parseSelect(queryOf(call, '$select'));
  return {
    '@odata.context': contextOf(call, type.context),
    ...render(entity, expands, select),
  };
}
