import { lastSegment, listAt } from '../azure/paths.ts';
import { literal } from '../odata.ts';
import { bareEligibilities, scopeOf } from './azure-rows.ts';
import type { Check } from './check.ts';
import type { Eye, Sight } from './eye.ts';
import { part, together, unseen, type Part } from './part.ts';
import { counted, distinct, isSameText, listIn, textIn, type Row } from './rows.ts';

const KIND = 'roleManagementPolicyAssignments';
/** How many are looked at: more would show no more. */
const MOST = 4;

function roleOf(row: Row): string {
  return textIn(row, 'roleDefinitionId') ?? '';
}

function isOfRole(row: Row, role: string): boolean {
  return isSameText(lastSegment(roleOf(row)), lastSegment(role));
}

function policiesAt(eye: Eye, scope: string, role: string): Promise<Sight> {
  return eye.see('arm', listAt(scope, KIND, `roleDefinitionId eq ${literal(role)}`));
}

async function readable(eye: Eye): Promise<Part> {
  const rows = (await bareEligibilities(eye)).slice(0, MOST);
  if (rows.length === 0)
    return unseen('No such place.', 'an Azure eligibility where no role is active');
  const sights: Sight[] = [];
  for (const row of rows) sights.push(await policiesAt(eye, scopeOf(row), roleOf(row)));
  const read = sights.filter((sight) => sight.rows.length > 0).length;
  const answers = distinct(sights.map(({ status, code }) => `${status} ${code ?? ''}`.trim()));
  return part(read > 0, `${read} of ${rows.length} read (${answers.join(', ')}).`);
}

async function eligibilities(eye: Eye): Promise<readonly Row[]> {
  await eye.readable(['azure']);
  return (await eye.list('azure', 'eligible')).filter((row) => scopeOf(row) !== '');
}

/** At the first place whose settings can be read. */
async function filtered(eye: Eye): Promise<Part> {
  for (const row of (await eligibilities(eye)).slice(0, MOST)) {
    const some = await policiesAt(eye, scopeOf(row), roleOf(row));
    if (some.rows.length === 0) continue;
    const others = some.rows.filter((each) => !isOfRole(each, roleOf(row))).length;
    const all = await eye.see('arm', listAt(scopeOf(row), KIND, ''));
    const unfiltered = all.status < 400 ? counted(all.rows.length, 'row') : String(all.status);
    const seen = `With the filter ${counted(some.rows.length, 'row')}, ${others} of other roles; without it ${unfiltered}.`;
    return part(others === 0, seen);
  }
  return unseen('No settings of Azure roles could be read.', 'such that may be read');
}

function rulesOf({ rows }: Sight, role: string): string | null {
  const row = rows.find((each) => isOfRole(each, role));
  const rules = row && listIn(row, 'effectiveRules');
  return rules ? JSON.stringify(rules) : null;
}

async function childOf(eye: Eye, scope: string): Promise<string | null> {
  const path = listAt(scope, 'eligibleChildResources', "resourceType eq 'resourcegroup'");
  const [child] = (await eye.see('arm', path)).rows;
  return (child && scopeOf({ scope: child['id'] })) || null;
}

/** Places with a narrower one below: the same role, asked at both. */
async function narrower(eye: Eye): Promise<Part> {
  for (const row of (await eligibilities(eye)).slice(0, MOST)) {
    const child = await childOf(eye, scopeOf(row));
    if (child === null) continue;
    const wide = rulesOf(await policiesAt(eye, scopeOf(row), roleOf(row)), roleOf(row));
    const narrow = await policiesAt(eye, child, roleOf(row));
    const rules = rulesOf(narrow, roleOf(row));
    if (wide === null || rules === null) continue;
    return part(
      rules === wide,
      `Read at both; the rules are ${rules === wide ? 'the same' : 'others'}.`,
    );
  }
  return unseen(
    'No such place whose settings can be read at both.',
    'an eligibility at a subscription with resource groups',
  );
}

export const AZURE_SETTINGS_CHECKS: readonly Check[] = [
  {
    id: 'azure-policies-readable',
    question: 'May who is only eligible read the settings of Azure roles?',
    assumes: 'Yes.',
    look: async (eye) => together([await readable(eye)]),
  },
  {
    id: 'azure-policy-filter',
    question: 'Does the list of settings honour roleDefinitionId eq?',
    assumes: 'It does.',
    look: async (eye) => together([await filtered(eye)]),
  },
  {
    id: 'azure-narrow-policy',
    question: 'Has an Azure role at a narrower place the settings of the wider one?',
    assumes: 'It has.',
    look: async (eye) => together([await narrower(eye)]),
  },
];
