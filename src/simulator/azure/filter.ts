import { matches, parseFilter, type Filter } from '../graph/odata-filter.ts';
import { isJsonObject, type JsonObject } from '../graph/json.ts';
import { badRequest } from '../problem.ts';

const FUNCTIONS = ['asTarget', 'asRequestor', 'asApprover', 'atScope'] as const;
type FunctionName = (typeof FUNCTIONS)[number];

/** `$filter` of PIM's lists: functions that say whose rows, and comparisons. */
export interface ArmFilter {
  readonly functions: readonly FunctionName[];
  /** `assignedTo('id')`: rows of that person, through groups too. */
  readonly assignedTo: string | null;
  readonly comparisons: readonly Filter[];
}

function functionIn(part: string): FunctionName | undefined {
  return FUNCTIONS.find((name) => part.toLowerCase() === `${name.toLowerCase()}()`);
}

const ASSIGNED_TO = /^assignedTo\('([^']*)'\)$/iu;

/** @throws Problem 400 for what is not understood. */
export function parseArmFilter(text: string | null): ArmFilter {
  const parts = (text ?? '').split(/\s+and\s+/iu).filter((part) => part.trim() !== '');
  const trimmed = parts.map((part) => part.trim());
  const functions = trimmed.flatMap((part) => functionIn(part) ?? []);
  const [assignedTo = null] = trimmed.flatMap((part) => ASSIGNED_TO.exec(part)?.[1] ?? []);
  const rest = trimmed.filter((part) => !functionIn(part) && !ASSIGNED_TO.test(part));
  const unknown = rest.find((part) => /^\w+\(/u.test(part));
  if (unknown !== undefined) {
    throw badRequest('InvalidFilter', `The filter '${unknown}' is not supported.`);
  }
  return { functions, assignedTo, comparisons: rest.map(parseFilter) };
}

/** The service takes a comparison of the status and does nothing with it. */
function isIgnored(filter: Filter): boolean {
  return filter.kind === 'compare' && filter.field === 'status';
}

/** @param json the row as it would be shown; not asked for where nothing is compared. */
export function keeps({ comparisons }: ArmFilter, json: () => JsonObject): boolean {
  const asked = comparisons.filter((comparison) => !isIgnored(comparison));
  if (asked.length === 0) return true;
  const { properties = {} } = json();
  return isJsonObject(properties) && asked.every((one) => matches(one, properties));
}
