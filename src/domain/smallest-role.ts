import type { ActionNeed } from './action-need.ts';
import type { EligibleRow } from './assignment.ts';
import { azureDepth, azureScopeKind, isBelow } from './azure-scope.ts';
import type { RoleDefinition } from './role-definition.ts';
import { breadthOf, grantOf, type Grant } from './role-reach.ts';
import { idOf, scopeIdOf, type Scope, type Surface, type Target } from './target.ts';

/** Whether an assignment reaches the place that the need names. */
export type Holds = 'yes' | 'maybe' | 'no';

/** An eligible role that would allow the action. */
export interface Candidate {
  readonly row: EligibleRow;
  readonly grant: Grant;
  /** See `breadthOf`. */
  readonly breadth: number;
  /** A narrower place that suffices; `null` = where the eligibility is. */
  readonly activateAt: string | null;
  readonly holds: Exclude<Holds, 'no'>;
}

/** What roles allow, by surface; each by `idOf` of the target in lower case. */
export type Definitions = Readonly<Partial<Record<Surface, ReadonlyMap<string, RoleDefinition>>>>;

const NAMESPACES_OF_ENTRA = /^microsoft\.(?:directory|office365\.|azure\.)/iu;

function namespaceOf(action: string): string {
  return action.slice(0, action.indexOf('/') + 1).toLowerCase();
}

function knows(definitions: Definitions, surface: Surface, action: string): boolean {
  const namespace = namespaceOf(action);
  return [...(definitions[surface]?.values() ?? [])]
    .flatMap(({ permissions }) => permissions)
    .flatMap(({ actions, dataActions }) => [...actions, ...dataActions])
    .some((pattern) => pattern.toLowerCase().startsWith(namespace));
}

/** The surfaces whose roles may allow it, by what is plain from the need itself. */
export function surfacesFor({ action, scope }: ActionNeed): Surface[] {
  if (scope !== null) return ['azure'];
  return NAMESPACES_OF_ENTRA.test(action) ? ['directory'] : ['directory', 'azure'];
}

/** `*` of an Azure role says nothing of an action that only Entra roles know. */
function surfacesAfterReading(need: ActionNeed, definitions: Definitions): Surface[] {
  const isOfEntra =
    need.scope === null &&
    knows(definitions, 'directory', need.action) &&
    !knows(definitions, 'azure', need.action);
  return isOfEntra ? ['directory'] : surfacesFor(need);
}

const SUBSCRIPTION = /^\/subscriptions\/[^/]+/iu;
const RESOURCE_GROUP = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+/iu;

function isSamePlace(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether places below a management group are listed which are, or hold, the wanted one. */
function isListed(below: readonly Scope[], wanted: string): boolean {
  return below.some(({ id }) => isSamePlace(id, wanted) || isBelow(wanted, id));
}

/**
 * Whether what is held at a place reaches the wanted one. A path says it, but for management groups:
 * there the places below are needed; not being listed proves nothing, as groups may lie in groups.
 */
export function holds(place: string, wanted: string | null, below: readonly Scope[]): Holds {
  if (wanted === null || isSamePlace(place, wanted) || isBelow(wanted, place)) return 'yes';
  if (azureScopeKind(place) !== 'management group') return 'no';
  return isListed(below, wanted) ? 'yes' : 'maybe';
}

/**
 * The narrowest place that is worth proposing: the resource group of what was refused, its
 * subscription where a management group is held (a resource group may be refused there), `null` where
 * the eligibility is that narrow already.
 */
export function placeToActivate(place: string, wanted: string | null): string | null {
  if (wanted === null) return null;
  const kind = azureScopeKind(place);
  if (kind === 'resource group' || kind === 'resource') return null;
  const shape = kind === 'subscription' ? RESOURCE_GROUP : SUBSCRIPTION;
  return shape.exec(wanted)?.[0] ?? null;
}

/** Something that is on now, activated or assigned. */
export function isOn({ activation, standing }: EligibleRow): boolean {
  return activation !== null || standing !== null;
}

/** Larger is narrower. */
function depthOf(place: string, surface: Surface): number {
  if (surface === 'azure') return azureDepth(place);
  return place === '/' ? 0 : 1;
}

/** How narrow the activation would be, and how narrow the eligibility is by itself. */
function depthsOf({ row, activateAt }: Candidate): readonly [number, number] {
  const place = scopeIdOf(row.target);
  const { kind } = row.target;
  return [depthOf(activateAt ?? place, kind), depthOf(place, kind)];
}

function compareTexts(a: string, b: string): number {
  return a.localeCompare(b, 'en');
}

/** What is on already, then what surely reaches the place; of those the smallest first. */
function bySize(a: Candidate, b: Candidate): number {
  const isUsable = ({ row, holds: how }: Candidate): boolean => how === 'yes' && isOn(row);
  const [[at, own], [otherAt, otherOwn]] = [depthsOf(a), depthsOf(b)];
  return (
    Number(isUsable(b)) - Number(isUsable(a)) ||
    Number(a.holds === 'maybe') - Number(b.holds === 'maybe') ||
    a.breadth - b.breadth ||
    otherAt - at ||
    otherOwn - own ||
    compareTexts(a.row.name, b.row.name) ||
    compareTexts(a.row.handle, b.row.handle)
  );
}

export interface Search {
  readonly need: ActionNeed;
  readonly definitions: Definitions;
  /** Places below the management groups that are held, by their ids in lower case. */
  readonly below: ReadonlyMap<string, readonly Scope[]>;
}

type Judged = Pick<Candidate, 'grant' | 'breadth'>;

function roleKeyOf(kind: Surface, id: string): string {
  return `${kind}|${id.toLowerCase()}`;
}

/** Each role is judged once, however often it is held. Only those that allow the action. */
function rolesThatAllow(need: ActionNeed, definitions: Definitions): Map<string, Judged> {
  const judged = new Map<string, Judged>();
  for (const surface of surfacesAfterReading(need, definitions))
    for (const [id, definition] of definitions[surface] ?? []) {
      const grant = grantOf(definition, need, surface);
      const breadth = breadthOf(definition, surface);
      if (grant) judged.set(roleKeyOf(surface, id), { grant, breadth });
    }
  return judged;
}

function toCandidate(row: EligibleRow, { need, below }: Search, judged: Judged): Candidate | null {
  const place = scopeIdOf(row.target);
  const how = holds(place, need.scope, below.get(place.toLowerCase()) ?? []);
  if (how === 'no') return null;
  return { row, ...judged, activateAt: placeToActivate(place, need.scope), holds: how };
}

/** Eligible roles that may bear on the need, before their definitions are known. */
export function rowsInQuestion(rows: readonly EligibleRow[], need: ActionNeed): EligibleRow[] {
  const surfaces = surfacesFor(need);
  return rows.filter(
    ({ target }) =>
      surfaces.includes(target.kind) && holds(scopeIdOf(target), need.scope, []) !== 'no',
  );
}

/** Management groups that are held, where only a list can tell whether they reach the wanted place. */
export function unclearPlaces(rows: readonly EligibleRow[], need: ActionNeed): Target[] {
  const unclear = rows.filter(({ target }) => holds(scopeIdOf(target), need.scope, []) === 'maybe');
  return [
    ...new Map(unclear.map(({ target }) => [scopeIdOf(target).toLowerCase(), target])).values(),
  ];
}

/**
 * The eligible roles that would allow the action at the place, smallest first. A role whose definition
 * is not there is left out: nothing is known of it.
 */
export function smallestRoles(rows: readonly EligibleRow[], search: Search): Candidate[] {
  const allowing = rolesThatAllow(search.need, search.definitions);
  return rows
    .flatMap((row) => {
      const judged = allowing.get(roleKeyOf(row.target.kind, idOf(row.target)));
      return judged ? [toCandidate(row, search, judged)] : [];
    })
    .filter((candidate) => candidate !== null)
    .toSorted(bySize);
}

/** Roles (not assignments of them) whose definition is not known. */
export function countUnknown(rows: readonly EligibleRow[], definitions: Definitions): number {
  const unknown = rows
    .map(({ target }) => ({ kind: target.kind, id: idOf(target).toLowerCase() }))
    .filter(({ kind, id }) => !definitions[kind]?.has(id));
  return new Set(unknown.map(({ kind, id }) => roleKeyOf(kind, id))).size;
}
