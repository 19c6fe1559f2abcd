import { azureScopeKind } from '../../domain/azure-scope.ts';
import { statusGroupOf } from '../../domain/status.ts';
import {
  atScope,
  lastSegment,
  listAt,
  MINE,
  outermost,
  ROOT,
  VERSIONS,
  withVersion,
} from '../azure/paths.ts';
import { orNothing } from '../lookups.ts';
import { isGuid } from '../odata.ts';
import { scopeOf, scopesOf } from './azure-rows.ts';
import type { Check } from './check.ts';
import { LISTS, type Eye, type ListName } from './eye.ts';
import { part, together, unseen, type Part } from './part.ts';
import { counted, isSameText, rowOf, tally, textIn, type Row } from './rows.ts';

/** How many places are asked: more would show no more. */
const MOST = 5;
const ACTIVE = 'roleAssignmentScheduleInstances';

function idOf(row: Row): string {
  return (textIn(row, 'id') ?? '').toLowerCase();
}

/** Places where something may be on: where one is eligible, and where one's requests say so. */
async function likelyScopes(eye: Eye): Promise<string[]> {
  const rows = [
    ...(await eye.list('azure', 'requests')),
    ...(await eye.list('azure', 'active')),
    ...(await eye.list('azure', 'eligible')),
  ];
  return outermost(scopesOf(rows)).slice(0, MOST);
}

async function rootList(eye: Eye): Promise<Part> {
  await eye.readable(['azure']);
  const atRoot = new Set((await eye.list('azure', 'active')).map(idOf));
  const scopes = await likelyScopes(eye);
  const rows: Row[] = [];
  for (const scope of scopes)
    rows.push(...(await orNothing(eye.rows('azure', listAt(scope, ACTIVE, MINE)))).map(rowOf));
  const missing = rows.filter((row) => !atRoot.has(idOf(row))).length;
  const seen = `${counted(atRoot.size, 'row')} at the root; ${counted(rows.length, 'row')} at ${counted(scopes.length, 'place')}, ${missing} of them not at the root.`;
  if (atRoot.size === 0 && rows.length === 0) return unseen(seen, 'an active Azure role');
  return part(missing === 0, seen);
}

async function children(eye: Eye, scope: string, filter: string): Promise<readonly Row[] | null> {
  const sight = await eye.see('arm', listAt(scope, 'eligibleChildResources', filter));
  return sight.status < 400 ? sight.rows : null;
}

const BELOW = "resourceType eq 'subscription' or resourceType eq 'resourcegroup'";

function hasBelow(scope: string): boolean {
  return ['management group', 'subscription'].includes(azureScopeKind(scope));
}

/** An active role at a place with others below it. */
async function inherited(eye: Eye): Promise<Part> {
  await eye.readable(['azure']);
  for (const above of scopesOf(await eye.list('azure', 'active')).filter(hasBelow)) {
    const [child] = (await children(eye, above, BELOW)) ?? [];
    const below = child && scopeOf({ scope: child['id'] });
    if (!below) continue;
    const rows = await eye.rows('azure', listAt(below, ACTIVE, MINE));
    const from = rows.filter((row) => isSameText(scopeOf(row), above)).length;
    const kinds = `${azureScopeKind(below)} below a ${azureScopeKind(above)}`;
    const seen = `At a ${kinds}: ${counted(rows.length, 'row')}, ${from} of what is held above.`;
    return part(from === 0, seen);
  }
  return unseen(
    'No such active role.',
    'a role active at a management group or subscription, and an eligibility there',
  );
}

/** So long after its end a row may still be expected in the list. */
const RECENTLY_MS = 15 * 60_000;

function isOver(row: Row, now: number): boolean {
  const end = Date.parse(textIn(row, 'endDateTime') ?? '');
  const status = textIn(row, 'status') ?? '';
  return end <= now || isSameText(status, 'Revoked') || statusGroupOf(status) === 'failed';
}

function endedJustNow(row: Row, now: number): boolean {
  const isEnd = isSameText(textIn(row, 'requestType'), 'SelfDeactivate');
  const at = Date.parse(textIn(row, 'createdOn') ?? '');
  return isEnd && now - at < RECENTLY_MS;
}

async function ended(eye: Eye): Promise<Part> {
  await eye.readable(['azure']);
  const now = eye.clock.now().getTime();
  const over = (await eye.list('azure', 'active')).filter((row) => isOver(row, now)).length;
  const recent = (await eye.list('azure', 'requests')).filter((row) => endedJustNow(row, now));
  const seen = `${counted(over, 'row')} in the list that ended; ${counted(recent.length, 'deactivation')} in the last 15 minutes.`;
  if (over === 0 && recent.length === 0) return unseen(seen, 'a deactivation moments ago');
  return part(over === 0, seen);
}

async function asRequestor(eye: Eye): Promise<Part> {
  await eye.readable(['azure']);
  const active = (await eye.list('azure', 'active')).length;
  const path = listAt(ROOT, 'roleAssignmentScheduleRequests', 'asRequestor()');
  const { status, code } = await eye.see('arm', path);
  const seen = `${status}${code === null ? '' : ` ${code}`}, with ${counted(active, 'active role')}.`;
  if (status < 400 && active > 0) return unseen(seen, 'no active Azure role');
  return part(status >= 400, seen);
}

/** Kinds of what `eligibleChildResources` names below a management group. */
async function depth(eye: Eye): Promise<Part> {
  await eye.readable(['azure']);
  const groups = scopesOf(await eye.list('azure', 'eligible')).filter(
    (scope) => azureScopeKind(scope) === 'management group',
  );
  const [scope] = groups;
  const rows = scope === undefined ? null : await children(eye, scope, '');
  if (rows === null)
    return unseen('No such place, or it cannot be read.', 'an eligibility at a management group');
  const kinds = rows.map((row) => azureScopeKind(textIn(row, 'id') ?? ''));
  const isOneLevel = !kinds.includes('resource group') && !kinds.includes('resource');
  return part(isOneLevel, `Below a management group: ${tally(kinds) || 'nothing'}.`);
}

async function approvalIds(eye: Eye): Promise<Part> {
  await eye.readable(['azure']);
  const rows = [...(await eye.list('azure', 'requests')), ...(await eye.list('azure', 'awaiting'))];
  const ids = rows.flatMap((row) => textIn(row, 'approvalId') || []);
  if (ids.length === 0) return unseen('No approvalId.', 'a request that somebody has to approve');
  const paths = ids.filter((id) => id.startsWith('/') && isGuid(lastSegment(id))).length;
  const bare = ids.filter(isGuid).length;
  const seen = `Of ${ids.length}: ${paths} a path, ${bare} a GUID, ${ids.length - paths - bare} neither.`;
  return part(paths === ids.length, seen);
}

const PAGED = ['eligible', 'active', 'requests'] as const satisfies readonly ListName[];

async function emptyPages(eye: Eye): Promise<Part> {
  await eye.readable(['azure']);
  let empty = 0;
  for (const list of PAGED) {
    const { rows, next } = (await eye.see('arm', LISTS.azure[list])).demand();
    if (rows.length === 0 && next !== null) empty += 1;
  }
  return part(
    empty === 0,
    `${empty} of ${PAGED.length} lists begin with an empty page that goes on.`,
  );
}

async function permissions(eye: Eye): Promise<Part> {
  await eye.readable(['azure']);
  const scopes = scopesOf(await eye.list('azure', 'eligible'));
  const byKind = new Map(scopes.map((scope) => [azureScopeKind(scope), scope]));
  const seen: string[] = [];
  let refused = 0;
  for (const [kind, scope] of byKind) {
    const { status, rows, code } = await eye.see('arm', permissionsAt(scope));
    if (status >= 400) refused += 1;
    const fields = rows.filter((row) => Array.isArray(row['dataActions'])).length;
    const blocks = `${counted(rows.length, 'block')}, ${fields} with dataActions`;
    seen.push(`${kind}: ${status < 400 ? blocks : `${status} ${code ?? ''}`}`);
  }
  if (seen.length === 0) return unseen('No place.', 'an Azure eligibility');
  return part(refused === 0, `${seen.join('; ')}.`);
}

/** At that version it lists what data may be used as well. */
function permissionsAt(scope: string): string {
  return withVersion(atScope(scope, 'permissions'), VERSIONS.definitions);
}

export const AZURE_LIST_CHECKS: readonly Check[] = [
  {
    id: 'azure-root-list',
    question: 'Is the active list of Azure at the root complete?',
    assumes: 'It is.',
    look: async (eye) => together([await rootList(eye)]),
  },
  {
    id: 'azure-inherited-rows',
    question: "Does a place's active list show what is held above it?",
    assumes: 'It does not.',
    look: async (eye) => together([await inherited(eye)]),
  },
  {
    id: 'azure-ended-rows',
    question: "Do rows that are over stay in Azure's active list?",
    assumes: 'They do not.',
    look: async (eye) => together([await ended(eye)]),
  },
  {
    id: 'azure-as-requestor',
    question: 'Is asRequestor() refused to who is only eligible?',
    assumes: 'It is.',
    look: async (eye) => together([await asRequestor(eye)]),
  },
  {
    id: 'azure-children-depth',
    question: 'What does eligibleChildResources list below a management group?',
    assumes: 'One level: subscriptions, and management groups if any.',
    look: async (eye) => together([await depth(eye)]),
  },
  {
    id: 'azure-approval-id',
    question: 'Is approvalId a path or a GUID?',
    assumes: 'A path.',
    look: async (eye) => together([await approvalIds(eye)]),
  },
  {
    id: 'azure-empty-pages',
    question: "Do Azure's lists begin with an empty page that goes on?",
    assumes: 'They do not.',
    look: async (eye) => together([await emptyPages(eye)]),
  },
  {
    id: 'azure-permissions-readable',
    question: "Can the caller's permissions be read at each kind of place, with dataActions?",
    assumes: 'They can.',
    look: async (eye) => together([await permissions(eye)]),
  },
];
