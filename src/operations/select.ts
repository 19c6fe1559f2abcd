import type { ActiveRow, EligibleRow, Holding } from '../domain/assignment.ts';
import { isBelow, toAzureScope } from '../domain/azure-scope.ts';
import { isPimError } from '../domain/errors.ts';
import { match, type Match, type Wanted } from '../domain/match.ts';
import type { Problem, Refusal } from '../domain/refusal.ts';
import { handleOf, isSame, type AzureTarget, type Scope, type Target } from '../domain/target.ts';
import { cleanName, quoted } from '../domain/text.ts';
import { limited } from '../domain/limited.ts';
import { orFault } from './unread.ts';
import type { Reading } from './catalogue.ts';
import type { Context } from './operation.ts';
import { unreadText } from './present.ts';

/** More would not help anybody choose; the message says how many there are. */
const MOST_CANDIDATES = 20;
const AT_ONCE = 4;

export function refuse(problems: readonly Problem[], candidates: readonly Holding[] = []): Refusal {
  const shown = candidates.slice(0, MOST_CANDIDATES);
  return { kind: 'refusal', problems, candidates: shown, row: null, requirements: [] };
}

/** Every problem of every item, said once. */
export function refuseAll(refusals: readonly Refusal[]): Refusal {
  const [only, ...others] = refusals;
  if (only && others.length === 0) return only;
  const candidates = refusals.flatMap((refusal) => refusal.candidates);
  return refuse(
    refusals.flatMap(({ problems }) => problems),
    [...new Map(candidates.map((row) => [row.handle, row])).values()],
  );
}

/** The same refusal with what it is about, for when several things were asked for. */
export function about(subject: string, refusal: Refusal): Refusal {
  const problems = refusal.problems.map((problem) =>
    problem.message.includes(quoted(subject)) ? problem : { ...problem, subject },
  );
  return { ...refusal, problems };
}

/** Names as given, without those that say the same twice. */
export function namesIn({
  name,
  names,
}: {
  readonly name?: string | undefined;
  readonly names?: readonly string[] | undefined;
}): readonly string[] | Refusal {
  if ((name === undefined) !== (names === undefined))
    return [...new Set(names ?? (name === undefined ? [] : [name]))];
  return refuse([
    {
      code: 'nothing-named',
      message: name === undefined ? 'No name was given.' : 'Both name and names were given.',
      fix: 'Give either name or names.',
    },
  ]);
}

/** What a list that was looked through is called, in sentences. */
interface Where {
  readonly what: string;
  readonly unread: Reading['unread'];
}

/** Any answer but one row, as a refusal that says what could have been meant. */
export function notFound<Row extends Holding>(
  found: Exclude<Match<Row>, { kind: 'one' }>,
  name: string,
  { what, unread }: Where,
): Refusal {
  const wanted = quoted(cleanName(name));
  switch (found.kind) {
    case 'several':
      return refuse(
        [
          {
            code: 'ambiguous-name',
            message: `${wanted} fits ${found.candidates.length} ${what}s, and none was chosen.`,
            fix: 'Name one by its handle.',
          },
        ],
        found.candidates,
      );
    case 'narrowed-away':
      return refuse(
        [
          {
            code: 'narrowed-away',
            message: `${wanted} is there, but not with that access or at that scope.`,
            fix: 'Leave that out, or give another.',
          },
        ],
        found.candidates,
      );
    case 'none':
      return refuse(
        [
          {
            code: 'no-such-name',
            message: `No ${what} is called ${wanted}.${unread.map((each) => ` ${unreadText(each)}`).join('')}`,
            fix: found.nearest.length > 0 ? 'Did you mean one of these?' : 'List what there is.',
          },
        ],
        found.nearest,
      );
  }
}

type AzureRow = EligibleRow & { readonly target: AzureTarget };

function isAzure(row: EligibleRow): row is AzureRow {
  return row.target.kind === 'azure';
}

function isCalled({ id, name }: Scope, wanted: string): boolean {
  return [id, name ?? ''].some((text) => text.toLowerCase() === wanted.toLowerCase());
}

function placeAt(path: string): Scope {
  return { id: path, name: cleanName(path.split('/').at(-1) ?? path) };
}

/** The places that may be meant, as far as they lie where this row holds. Names are not unique. */
async function placesIn(
  row: AzureRow,
  wanted: string,
  context: Context,
): Promise<readonly Scope[]> {
  const path = toAzureScope(wanted);
  if (path !== null && isBelow(path, row.target.scope)) return [placeAt(path)];
  const reading = context.catalogue.client('azure').scopesBelow(row.target, context.call);
  const below = await orFault('azure', reading);
  // What lies below cannot be read by everybody; then the place is not known to be one of these.
  if (isPimError(below)) return [];
  const named = below.filter((scope) => isCalled(scope, path ?? wanted));
  // What lies in a management group no path says, but which subscriptions do is listed.
  const isHeld = path !== null && below.some((scope) => isBelow(path, scope.id));
  return named.length === 0 && isHeld && path !== null ? [placeAt(path)] : named;
}

function onAt(
  target: Target,
  type: ActiveRow['assignmentType'],
  active: readonly ActiveRow[],
): EligibleRow['activation'] {
  const found = active.find((each) => each.assignmentType === type && isSame(each.target, target));
  return found ? { until: found.endTime } : null;
}

/** The row as it would be at a narrower place of its own. */
function atPlace(row: AzureRow, scope: Scope, active: readonly ActiveRow[]): EligibleRow {
  const target = { ...row.target, scope: scope.id };
  return {
    ...row,
    target,
    scope,
    handle: handleOf(target),
    activation: onAt(target, 'activated', active),
    standing: onAt(target, 'assigned', active),
  };
}

/** An Azure role may be turned on at less than all of where it is held. */
async function narrower(
  candidates: readonly EligibleRow[],
  wanted: string,
  reading: Reading,
  context: Context,
): Promise<Match<EligibleRow>> {
  const rows = candidates.filter(isAzure);
  const places = await limited(rows, AT_ONCE, async (row) => {
    const scopes = await placesIn(row, wanted, context);
    return scopes.map((scope) => atPlace(row, scope, reading.active));
  });
  // Two eligibilities may reach one place: turned on there, they are one thing.
  const fitting = [...new Map(places.flat().map((row) => [row.handle, row])).values()];
  const [row, ...others] = fitting;
  if (row === undefined) return { kind: 'narrowed-away', candidates };
  return others.length === 0 ? { kind: 'one', row } : { kind: 'several', candidates: fitting };
}

/** The eligible row that is meant, at a narrower place where one was asked for. */
export async function selectEligible(
  wanted: Wanted,
  reading: Reading,
  context: Context,
): Promise<EligibleRow | Refusal> {
  const first = match(reading.rows, wanted);
  const isNarrower = first.kind === 'narrowed-away' && wanted.scope !== undefined;
  const found = isNarrower
    ? await narrower(first.candidates, wanted.scope ?? '', reading, context)
    : first;
  if (found.kind === 'one') return found.row;
  return notFound(found, wanted.name, { what: 'eligible assignment', unread: reading.unread });
}
