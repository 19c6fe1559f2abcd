import type { Surface } from '../../domain/target.ts';
import { withQuery } from '../odata.ts';
import { unitIdIn } from '../directory/wire.ts';
import type { Check } from './check.ts';
import { LISTS, type Eye, type Sight } from './eye.ts';
import { part, perSurface, together, unseen, type Part } from './part.ts';
import { counted, hasName, isSameText, rowIn, textIn, wordIn, tally, type Row } from './rows.ts';

const GRAPH = ['group', 'directory'] as const satisfies readonly Surface[];
const ALL = ['group', 'directory', 'azure'] as const satisfies readonly Surface[];

function isUnit(row: Row): boolean {
  return unitIdIn(textIn(row, 'directoryScopeId') ?? '') !== null;
}

function isThroughGroup(row: Row): boolean {
  return isSameText(textIn(row, 'memberType'), 'group');
}

/** What an `$expand` brings of the rows that matter. */
interface Expansion {
  readonly surface: (typeof GRAPH)[number];
  readonly list: 'eligible' | 'active';
  readonly expand: string;
  readonly matters: (row: Row) => boolean;
  readonly brings: (row: Row) => boolean;
  readonly what: string;
  readonly needed: string;
}

/** A refusal of the `$expand` alone is an answer; of the list as such it is an error. */
async function refusedExpansion(eye: Eye, { surface, list }: Expansion, sight: Sight) {
  await eye.list(surface, list);
  return part(false, `$expand is refused: ${sight.status} ${sight.code ?? ''}.`);
}

async function expansion(eye: Eye, wanted: Expansion): Promise<Part> {
  const { surface, list, expand, matters, brings, what, needed } = wanted;
  await eye.readable([surface]);
  const path = withQuery(LISTS[surface][list], { expand });
  const sight = await eye.see('graph', path);
  if (sight.status >= 400) return refusedExpansion(eye, wanted, sight);
  const rows = (await eye.rows(surface, path)).filter(matters);
  if (rows.length === 0) return unseen(`${sight.status}, no such row.`, needed);
  const named = rows.filter(brings).length;
  return part(
    named === rows.length,
    `${sight.status}, ${counted(rows.length, 'row')}, ${named} with ${what}.`,
  );
}

/** The caller's own name in its place says nothing of the group. */
function isGroupNamed(row: Row): boolean {
  const kind = textIn(rowIn(row, 'principal'), '@odata.type') ?? '';
  return hasName(row, 'principal') && !kind.toLowerCase().endsWith('.user');
}

async function mayReadGroups(eye: Eye): Promise<string> {
  const { scopes } = await eye.token('graph');
  const may = scopes.some((scope) => /^(?:Group|GroupMember|Directory)\.Read/iu.test(scope));
  return may ? 'The token may read groups besides.' : 'The token may not read groups.';
}

async function groupNames(eye: Eye) {
  const seen = await expansion(eye, {
    surface: 'group',
    list: 'eligible',
    expand: 'group',
    matters: () => true,
    brings: (row) => hasName(row, 'group'),
    what: 'a name',
    needed: 'an eligibility for a group',
  });
  return { ...seen, seen: `${seen.seen} ${await mayReadGroups(eye)}` };
}

/** In one list of one surface. */
async function topOf(eye: Eye, surface: Surface): Promise<Part> {
  const whole = await eye.list(surface, 'eligible');
  if (whole.length < 2)
    return unseen(`${counted(whole.length, 'row')} in all.`, 'two eligibilities');
  const path = withQuery(LISTS[surface].eligible, { top: '1' });
  const { rows, next } = (await eye.see('graph', path)).demand();
  const more = next === null ? 'no next page' : 'a next page';
  return part(rows.length === 1, `$top=1 gives ${counted(rows.length, 'row')} and ${more}.`);
}

function isSameHost(link: string, origin: string): boolean {
  return URL.canParse(link, origin) && new URL(link, origin).origin === new URL(origin).origin;
}

async function pagesOf(eye: Eye, surface: Surface): Promise<Part> {
  const resource = surface === 'azure' ? 'arm' : 'graph';
  const { rows, next } = (await eye.see(resource, LISTS[surface].eligible)).demand();
  const first = `the first page has ${counted(rows.length, 'row')}`;
  if (next === null) return unseen(`${first} and is the last one.`, 'more rows than a page holds');
  const isHere = isSameHost(next, eye.origin(resource));
  return part(isHere, `${first}; the next is on ${isHere ? 'the same' : 'another'} host.`);
}

const CASING = {
  group: { direct: 'direct', group: 'group', activated: 'activated', assigned: 'assigned' },
  directory: { direct: 'Direct', group: 'Group', activated: 'Activated', assigned: 'Assigned' },
} as const;

function isExpectedWord(surface: (typeof GRAPH)[number], word: string): boolean {
  const expected: readonly string[] = Object.values(CASING[surface]);
  return expected.includes(word) || word.toLowerCase() === 'inherited';
}

async function casingOf(eye: Eye, surface: Surface): Promise<Part> {
  if (surface === 'azure') throw new TypeError('not of Azure');
  const eligible = await eye.list(surface, 'eligible');
  const active = await eye.list(surface, 'active');
  const words = [
    ...[...eligible, ...active].map((row) => wordIn(row, 'memberType')),
    ...active.map((row) => wordIn(row, 'assignmentType')),
  ];
  if (words.length === 0) return unseen('no row.', 'an eligibility');
  return part(
    words.every((word) => isExpectedWord(surface, word)),
    `${tally(words)}.`,
  );
}

async function principalsOf(eye: Eye, surface: Surface): Promise<Part> {
  const { account } = await eye.token(surface === 'azure' ? 'arm' : 'graph');
  const lists = [await eye.list(surface, 'eligible'), await eye.list(surface, 'active')];
  const rows = lists.flat().filter(isThroughGroup);
  if (rows.length === 0) return unseen('no row through a group.', 'one that comes through a group');
  const own = rows.filter((row) => isSameText(textIn(row, 'principalId'), account.objectId)).length;
  return part(
    own === 0,
    `${counted(rows.length, 'row')} through a group, ${own} with the caller's own id.`,
  );
}

const READ_WRITE = 'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup';
const READ = 'PrivilegedAssignmentSchedule.Read.AzureADGroup';

async function ownRequests(eye: Eye) {
  const { scopes } = await eye.token('graph');
  const has = (wanted: string) => scopes.some((scope) => isSameText(scope, wanted));
  if (has(READ_WRITE)) return unseen('The token has ReadWrite.', `an app with ${READ} alone`);
  if (!has(READ)) {
    await eye.readable(['group']);
    return unseen('The token has neither permission.', `consent to ${READ}`);
  }
  const { status, code } = await eye.see('graph', LISTS.group.requests);
  return part(status < 400, `With Read alone: ${status}${code === null ? '' : ` ${code}`}.`);
}

const LEGACY = /^PrivilegedAccess\.Read(?:Write)?\.AzureADGroup$/iu;

async function legacy(eye: Eye) {
  const { scopes } = await eye.token('graph');
  const groups = scopes.filter((scope) => /\.AzureADGroup$/iu.test(scope));
  const isAlone = groups.some((scope) => LEGACY.test(scope)) && !groups.some(isOfToday);
  if (!isAlone)
    return unseen(
      'The token has not those alone.',
      'an app with consent to PrivilegedAccess.ReadWrite.AzureADGroup and to none of the newer ones',
    );
  const { status, code } = await eye.see('graph', LISTS.group.eligible);
  return part(status < 400, `${status}${code === null ? '' : ` ${code}`}.`);
}

function isOfToday(scope: string): boolean {
  return /^Privileged(?:Eligibility|Assignment)Schedule\./iu.test(scope);
}

export const LIST_CHECKS: readonly Check[] = [
  {
    id: 'group-names-expanded',
    question: 'Does $expand=group give the names of groups?',
    assumes: 'It does.',
    look: groupNames,
  },
  {
    id: 'unit-names-expanded',
    question: 'Does $expand=directoryScope give the names of administrative units?',
    assumes: 'It does.',
    look: async (eye) =>
      expansion(eye, {
        surface: 'directory',
        list: 'eligible',
        expand: 'directoryScope',
        matters: isUnit,
        brings: (row) => hasName(row, 'directoryScope'),
        what: 'a name',
        needed: 'an eligibility at an administrative unit',
      }),
  },
  {
    id: 'principal-expanded',
    question: 'Does $expand=principal give the name of the group that a row came through?',
    assumes: 'It does.',
    look: async (eye) =>
      expansion(eye, {
        surface: 'directory',
        list: 'active',
        expand: 'principal',
        matters: isThroughGroup,
        brings: isGroupNamed,
        what: "the group's name",
        needed: 'an active role through a group',
      }),
  },
  {
    id: 'list-top',
    question: 'Do the lists of PIM honour $top?',
    assumes: 'They do; it is not used.',
    look: async (eye) => perSurface(await eye.readable(GRAPH), (surface) => topOf(eye, surface)),
  },
  {
    id: 'list-pages',
    question: 'How long are pages, and does the next one lie on the same host?',
    assumes: 'On the same host.',
    look: async (eye) => perSurface(await eye.readable(ALL), (surface) => pagesOf(eye, surface)),
  },
  {
    id: 'enum-casing',
    question: 'How are memberType and assignmentType written?',
    assumes: 'With a small letter for groups, with a capital for Entra roles.',
    look: async (eye) => perSurface(await eye.readable(GRAPH), (surface) => casingOf(eye, surface)),
  },
  {
    id: 'row-principal',
    question: 'Whose id has a row that came through a group?',
    assumes: "The group's.",
    look: async (eye) =>
      perSurface(await eye.readable(ALL), (surface) => principalsOf(eye, surface)),
  },
  {
    id: 'own-group-requests',
    question: 'Which permission does the list of own requests for groups need?',
    assumes: 'Read; a refusal that names another is asked for.',
    look: async (eye) => together([await ownRequests(eye)]),
  },
  {
    id: 'legacy-group-permissions',
    question: 'Are the broad PrivilegedAccess permissions for groups still taken?',
    assumes: 'They are.',
    look: async (eye) => together([await legacy(eye)]),
  },
];
