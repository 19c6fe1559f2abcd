import { parseIsoDuration } from '../../domain/duration.ts';
import { unitIdIn } from '../directory/wire.ts';
import { isGuid, literal, withQuery } from '../odata.ts';
import type { Check } from './check.ts';
import type { Eye, Sight } from './eye.ts';
import { part, together, unseen, type Part } from './part.ts';
import { counted, distinct, isSameText, listIn, rowIn, rowOf, textIn, type Row } from './rows.ts';

const COLLECTION = '/v1.0/policies/roleManagementPolicyAssignments';
/** How many groups and roles are looked at: more would show no more. */
const MOST = 8;

type Filter = Readonly<Record<'scopeId' | 'scopeType', string>> & {
  readonly roleDefinitionId?: string;
};

function policies(eye: Eye, filter: Filter): Promise<Sight> {
  const conditions = Object.entries(filter).map(([name, value]) => `${name} eq ${literal(value)}`);
  const path = withQuery(COLLECTION, {
    filter: conditions.join(' and '),
    expand: 'policy($expand=rules)',
  });
  return eye.see('graph', path);
}

async function held(eye: Eye): Promise<readonly Row[]> {
  await eye.readable(['directory']);
  return [...(await eye.list('directory', 'eligible')), ...(await eye.list('directory', 'active'))];
}

function rolesIn(rows: readonly Row[]): string[] {
  return distinct(rows.map((row) => textIn(row, 'roleDefinitionId')))
    .filter(isGuid)
    .slice(0, MOST);
}

function answered({ status, code, rows }: Sight): string {
  return status < 400
    ? `${status}, ${counted(rows.length, 'policy row')}`
    : `${status} ${code ?? ''}`;
}

/** The first role whose settings may be read: some are for administrators alone. */
async function scopeType(eye: Eye): Promise<Part> {
  for (const roleDefinitionId of rolesIn(await held(eye))) {
    const asked = { scopeId: '/', roleDefinitionId };
    const usual = await policies(eye, { ...asked, scopeType: 'DirectoryRole' });
    const other = await policies(eye, { ...asked, scopeType: 'Directory' });
    if (usual.rows.length === 0 && other.rows.length === 0) continue;
    const seen = `DirectoryRole: ${answered(usual)}. Directory: ${answered(other)}.`;
    return part(usual.rows.length > 0, seen);
  }
  return unseen('No role settings could be read.', 'a role whose settings may be read');
}

async function unitPolicy(eye: Eye): Promise<Part> {
  const atUnit = (await held(eye)).find(
    (row) => unitIdIn(textIn(row, 'directoryScopeId') ?? '') !== null,
  );
  const [roleDefinitionId] = rolesIn(atUnit ? [atUnit] : []);
  const scopeId = atUnit && textIn(atUnit, 'directoryScopeId');
  if (!roleDefinitionId || !scopeId)
    return unseen('No role at an administrative unit.', 'a role at an administrative unit');
  const own = await policies(eye, { scopeId, scopeType: 'DirectoryRole', roleDefinitionId });
  return part(own.rows.length === 0, `Asked at the unit: ${answered(own)}.`);
}

function maximumIn(row: Row): string | null {
  const rules = (listIn(rowIn(row, 'policy'), 'rules') ?? []).map(rowOf);
  const rule = rules.find((each) =>
    isSameText(textIn(each, 'id'), 'Expiration_EndUser_Assignment'),
  );
  return rule ? (textIn(rule, 'maximumDuration') ?? '') : null;
}

type Kind = 'no rule' | 'no maximum' | 'zero' | 'unreadable' | 'ok';

function kindOf(maximum: string | null): Kind {
  if (maximum === null) return 'no rule';
  if (maximum === '') return 'no maximum';
  const duration = parseIsoDuration(maximum);
  if (duration === undefined) return 'unreadable';
  return duration.seconds === 0 ? 'zero' : 'ok';
}

async function groupFilters(eye: Eye): Promise<Filter[]> {
  const rows = await eye.list('group', 'eligible');
  return distinct(rows.map((row) => textIn(row, 'groupId')))
    .filter(isGuid)
    .slice(0, MOST)
    .map((scopeId) => ({ scopeId, scopeType: 'Group' }));
}

async function filtersOf(eye: Eye): Promise<Filter[]> {
  const readable = await eye.readable(['group', 'directory']);
  const groups = readable.includes('group') ? await groupFilters(eye) : [];
  const roles = readable.includes('directory') ? rolesIn(await held(eye)) : [];
  return [
    ...groups,
    ...roles.map((roleDefinitionId) => ({
      scopeId: '/',
      scopeType: 'DirectoryRole',
      roleDefinitionId,
    })),
  ];
}

async function maxima(eye: Eye): Promise<Part> {
  const sights: Sight[] = [];
  for (const filter of await filtersOf(eye)) sights.push(await policies(eye, filter));
  const kinds = sights.flatMap(({ rows }) => rows).map((row) => kindOf(maximumIn(row)));
  const refused = sights.filter(({ status }) => status >= 400).length;
  const asked = `${sights.length} groups and roles asked, ${refused} refused.`;
  if (kinds.length === 0) return unseen(asked, 'settings that may be read');
  const count = (kind: Kind): string => `${kind} ${kinds.filter((each) => each === kind).length}`;
  const odd = (['no rule', 'no maximum', 'zero', 'unreadable'] as const).map(count).join(', ');
  return part(
    kinds.every((kind) => kind === 'ok'),
    `${asked} Of ${counted(kinds.length, 'policy row')}: ${odd}.`,
  );
}

export const SETTINGS_CHECKS: readonly Check[] = [
  {
    id: 'role-policy-scope-type',
    question: "Are the settings of Entra roles found with scopeType 'DirectoryRole'?",
    assumes: 'They are.',
    look: async (eye) => together([await scopeType(eye)]),
  },
  {
    id: 'unit-policy',
    question: 'Has a role at an administrative unit settings of its own?',
    assumes: 'It has not.',
    look: async (eye) => together([await unitPolicy(eye)]),
  },
  {
    id: 'policy-maximum',
    question: 'Does every policy name a maximum duration above zero?',
    assumes: 'It does; one that does not counts as unknown.',
    look: async (eye) => together([await maxima(eye)]),
  },
];
