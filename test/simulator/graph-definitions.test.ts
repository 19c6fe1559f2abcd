import { describe, expect, it } from 'vitest';
import { contosoScenario } from '../../src/simulator/scenario.ts';
import { MINE, NOOR, ROLE, ROLES, rowsOf, service, textOf, verdictOf } from './graph-support.ts';

const DEFINITIONS = `${ROLES}/roleDefinitions`;
const HELPDESK = ROLE['Helpdesk Administrator'] ?? '';
const READER = ROLE['Security Reader'] ?? '';
const LISTS = ['roleEligibilityScheduleInstances', 'roleAssignmentScheduleInstances'];
const MAY_READ = { scopes: ['RoleManagement.Read.Directory'] };

describe('what Entra roles allow', () => {
  it('is known for every role of the company, in the names of Microsoft', () => {
    const all = contosoScenario().roleDefinitions.map((role) => role.allowedResourceActions);
    expect(all.filter((actions) => actions.length < 5)).toEqual([]);
    expect(all.flat().filter((action) => !/^microsoft(?:\.[\w-]+)+\/\S+$/u.test(action))).toEqual(
      [],
    );
  });

  it.each(LISTS)('comes with %s', async (name) => {
    const rows = rowsOf(await service().get(`${ROLES}/${name}/${MINE}?$expand=roleDefinition`));
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row['roleDefinition']).toMatchObject({
        id: row['roleDefinitionId'],
        isBuiltIn: true,
        templateId: row['roleDefinitionId'],
        rolePermissions: [
          {
            allowedResourceActions: expect.arrayContaining([
              expect.stringMatching(/^microsoft\./u),
            ]),
            condition: null,
          },
        ],
      });
    }
  });

  it.each(LISTS)('may be missing from %s', async (name) => {
    const graph = service({ behaviour: { expandedDefinitions: 'name-only' } });
    const [row] = rowsOf(await graph.get(`${ROLES}/${name}/${MINE}?$expand=roleDefinition`));
    const names = contosoScenario().roleDefinitions.map(({ id, displayName }) => ({
      id,
      displayName,
    }));
    expect(names).toContainEqual(row?.['roleDefinition']);
  });

  it('can be asked for one by one', async () => {
    const answer = await service().get(`${DEFINITIONS}/${HELPDESK}`, MAY_READ);
    expect(answer.body).toMatchObject({
      '@odata.context':
        'http://graph.test/v1.0/$metadata#roleManagement/directory/roleDefinitions/$entity',
      displayName: 'Helpdesk Administrator',
      rolePermissions: [
        {
          allowedResourceActions: expect.arrayContaining([
            'microsoft.directory/users/password/update',
          ]),
        },
      ],
    });
    const unknown = await service().get(`${DEFINITIONS}/${NOOR}`, MAY_READ);
    expect(verdictOf(unknown)).toBe('404 Request_ResourceNotFound');
  });

  it('can be asked for together, and no more than is needed of it', async () => {
    const query = `$filter=id in ('${HELPDESK}','${READER}')&$select=id,rolePermissions`;
    const rows = rowsOf(await service().get(`${DEFINITIONS}?${query}`, MAY_READ));
    expect(rows.map((row) => textOf(row, 'id')).toSorted()).toEqual([HELPDESK, READER].toSorted());
    expect(rows.map((row) => Object.keys(row))).toEqual([
      ['id', 'rolePermissions'],
      ['id', 'rolePermissions'],
    ]);
  });

  it.each([
    ['RoleManagement.Read.Directory', '200'],
    ['RoleManagement.Read.All', '200'],
    ['RoleManagement.ReadWrite.Directory', '200'],
    ['Directory.Read.All', '200'],
    ['Directory.ReadWrite.All', '200'],
    ['RoleEligibilitySchedule.Read.Directory', '403 Authorization_RequestDenied'],
  ])('needs a permission of its own: %s', async (scope, verdict) => {
    for (const address of [DEFINITIONS, `${DEFINITIONS}/${HELPDESK}`]) {
      expect(verdictOf(await service().get(address, { scopes: [scope] }))).toBe(verdict);
    }
  });
});
