import type { Surface } from '../../domain/target.ts';
import { azureScopeKind } from '../../domain/azure-scope.ts';
import { roleDefinitionAddress } from '../azure/paths.ts';
import { withQuery } from '../odata.ts';
import { bareEligibilities } from './azure-rows.ts';
import type { Check } from './check.ts';
import { LISTS, type Eye } from './eye.ts';
import { part, perSurface, together, unseen, type Part } from './part.ts';
import { counted, distinct, listIn, rowIn, textIn, type Row } from './rows.ts';

function allows(row: Row): boolean {
  return (listIn(rowIn(row, 'roleDefinition'), 'rolePermissions') ?? []).length > 0;
}

async function definitions(eye: Eye, surface: Surface): Promise<Part> {
  if (surface !== 'directory') throw new TypeError('of Entra roles alone');
  const path = withQuery(LISTS.directory.eligible, { expand: 'roleDefinition' });
  const rows = await eye.rows('directory', path);
  if (rows.length === 0) return unseen('no row.', 'an eligibility for an Entra role');
  const full = rows.filter(allows).length;
  const seen = `${counted(rows.length, 'row')}, ${full} with rolePermissions.`;
  return part(full === rows.length, seen);
}

/** How many roles are asked for: more would show no more. */
const MOST = 3;

async function azureDefinitions(eye: Eye): Promise<Part> {
  const rows = await bareEligibilities(eye);
  const ids = distinct(rows.map((row) => textIn(row, 'roleDefinitionId'))).slice(0, MOST);
  if (ids.length === 0)
    return unseen('No such place.', 'an Azure eligibility where no role is active');
  const sights = [];
  for (const id of ids) sights.push(await eye.see('arm', roleDefinitionAddress(id)));
  const read = sights.filter(({ status }) => status < 400).length;
  const statuses = distinct(sights.map(({ status, code }) => `${status} ${code ?? ''}`.trim()));
  const kinds = distinct(rows.map((row) => azureScopeKind(textIn(row, 'scope') ?? '')));
  const where = `Eligible at: ${kinds.join(', ')}.`;
  return part(
    read === ids.length,
    `${read} of ${ids.length} read (${statuses.join(', ')}). ${where}`,
  );
}

export const ROLE_CHECKS: readonly Check[] = [
  {
    id: 'role-definitions-expanded',
    question: 'Does $expand=roleDefinition bring what the role allows?',
    assumes: 'It does.',
    look: async (eye) =>
      perSurface(await eye.readable(['directory']), (surface) => definitions(eye, surface)),
  },
  {
    id: 'azure-definitions-readable',
    question: 'May who is only eligible read definitions of Azure roles?',
    assumes: 'Yes.',
    look: async (eye) => together([await azureDefinitions(eye)]),
  },
];
