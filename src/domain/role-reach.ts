import type { ActionNeed } from './action-need.ts';
import type { RoleDefinition, RolePermission } from './role-definition.ts';
import type { Surface } from './target.ts';
import { covers } from './wildcard.ts';

/** What of a role allows an action. */
export interface Grant {
  /** The line of the role definition, as it is written there. */
  readonly pattern: string;
  readonly through: 'actions' | 'dataActions';
}

interface Lists {
  readonly through: Grant['through'];
  readonly granted: readonly string[];
  readonly excluded: readonly string[];
}

function listsOf(block: RolePermission): Lists[] {
  const { actions, notActions, dataActions, notDataActions } = block;
  return [
    { through: 'actions', granted: actions, excluded: notActions },
    { through: 'dataActions', granted: dataActions, excluded: notDataActions },
  ];
}

const STARS: ReadonlySet<string> = new Set(['allentities', 'allproperties', 'alltasks']);

/**
 * Entra roles have words for wildcards: `users/allProperties/allTasks` holds `users/create` as well
 * as `users/password/update`. Source: Microsoft Learn, "Custom roles in Microsoft Entra ID" (format
 * of permissions) and what the built-in roles say of themselves.
 */
function withStars(pattern: string, surface: Surface): string {
  if (surface !== 'directory') return pattern;
  const parts = pattern.split('/').map((part) => (STARS.has(part.toLowerCase()) ? '*' : part));
  while (parts.at(-1) === '*' && parts.at(-2) === '*') parts.pop();
  return parts.join('/');
}

function isWanted(through: Grant['through'], { isDataAction }: ActionNeed): boolean {
  return isDataAction === null || isDataAction === (through === 'dataActions');
}

/**
 * Through what a role allows the action; `null` when it does not. An exclusion takes away within its
 * own block only: another block may allow the same. The narrowest line that allows it is named.
 */
export function grantOf(
  { permissions }: RoleDefinition,
  need: ActionNeed,
  surface: Surface,
): Grant | null {
  const isCovered = (pattern: string): boolean => covers(withStars(pattern, surface), need.action);
  const grants = permissions
    .flatMap(listsOf)
    .filter(({ through, excluded }) => isWanted(through, need) && !excluded.some(isCovered))
    .flatMap(({ through, granted }) =>
      granted.filter(isCovered).map((pattern) => ({ pattern, through })),
    );
  const [narrowest] = grants.toSorted(
    (a, b) => weightOf(a.pattern, surface) - weightOf(b.pattern, surface),
  );
  return narrowest ?? null;
}

/** How far a line reaches, by where its first wildcard is. */
const NAMED = 1;
const WITHIN_A_TYPE = 10;
const WITHIN_A_PROVIDER = 100;
const EVERYWHERE = 10_000;
/** What only reads weighs this much less than what may change something. */
const CHANGING = 20;

function reachOf(pattern: string): number {
  const star = pattern.indexOf('*');
  if (star === -1) return NAMED;
  const fixed = pattern.slice(0, star).split('/').length - 1;
  if (fixed === 0) return EVERYWHERE;
  return fixed === 1 ? WITHIN_A_PROVIDER : WITHIN_A_TYPE;
}

function weightOf(pattern: string, surface: Surface): number {
  const starred = withStars(pattern, surface).toLowerCase();
  return reachOf(starred) * (starred.endsWith('/read') ? 1 : CHANGING);
}

function sum(patterns: readonly string[], surface: Surface): number {
  return patterns.reduce((total, pattern) => total + weightOf(pattern, surface), 0);
}

/**
 * How much a role allows, as a number to compare by; larger is more. Every line counts 1 when it
 * names one action, 10 with a wildcard within a resource type, 100 within a provider, 10,000 with one
 * over all providers; 20 times as much when it is not limited to reading. Exclusions count against
 * their block. An estimate: it puts Reader before Contributor before Owner, and says no more.
 */
export function breadthOf({ permissions }: RoleDefinition, surface: Surface): number {
  const blocks = permissions
    .flatMap(listsOf)
    .filter(({ granted }) => granted.length > 0)
    .map(({ granted, excluded }) => Math.max(1, sum(granted, surface) - sum(excluded, surface)));
  return blocks.reduce((total, block) => total + block, 0);
}

function names(patterns: readonly string[], action: string): boolean {
  const wanted = action.toLowerCase();
  return patterns.some((pattern) => pattern.toLowerCase() === wanted);
}

/**
 * Azure checks that what a role names in full is in the right list. So a definition that names the
 * action settles whether it is one on data; else that stays open.
 */
export function settleKind(need: ActionNeed, definitions: readonly RoleDefinition[]): ActionNeed {
  if (need.isDataAction !== null) return need;
  const naming = definitions
    .flatMap(({ permissions }) => permissions)
    .flatMap(listsOf)
    .filter(({ granted, excluded }) => names([...granted, ...excluded], need.action))
    .map(({ through }) => through);
  const [kind, ...more] = new Set(naming);
  return kind === undefined || more.length > 0
    ? need
    : { ...need, isDataAction: kind === 'dataActions' };
}
