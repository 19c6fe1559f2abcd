import { describe, expect, it } from 'vitest';
import type { DirectoryTarget } from '../../src/domain/target.ts';
import { IN_UNIT, MEMBER } from './support/order.ts';
import {
  fault,
  ROLE,
  ROLE_ACTIVE,
  ROLE_ELIGIBILITIES,
  roleAssignment,
  roleEligibility,
} from './support/samples.ts';
import { json, rows, tenant } from './support/tenant.ts';

const ACTION = 'microsoft.directory/users/password/update';
const PERMISSION = { allowedResourceActions: [ACTION], condition: null };
const READ = {
  permissions: [{ actions: [ACTION], notActions: [], dataActions: [], notDataActions: [] }],
};

function definition(fields: Readonly<Record<string, unknown>> = {}) {
  return { id: ROLE, isBuiltIn: true, rolePermissions: [PERMISSION], ...fields };
}

function line(ids: readonly string[]): string {
  const list = ids.map((id) => `'${id}'`).join(',');
  return `GET /v1.0/roleManagement/directory/roleDefinitions?$filter=id in (${list})&$select=id,isBuiltIn,rolePermissions`;
}

function roles(count: number): DirectoryTarget[] {
  return Array.from({ length: count }, (_, index) => ({
    ...IN_UNIT,
    roleDefinitionId: `${ROLE.slice(0, -2)}${index + 10}`,
  }));
}

describe('what a role allows', () => {
  it('is known from the list of eligibilities, where it came with it', async () => {
    const { on, surface, sent } = tenant();
    const roleDefinition = definition({ displayName: 'User Administrator' });
    on(ROLE_ELIGIBILITIES, rows(roleEligibility({ roleDefinition })));
    const directory = surface('directory');
    await directory.eligibilities({});
    const upper = { ...IN_UNIT, roleDefinitionId: ROLE.toUpperCase() };
    expect(await directory.definitions([upper], {})).toEqual(new Map([[ROLE, READ]]));
    expect(sent).toHaveLength(1);
  });

  it('is the newest that came, and is not lost with a row that has none', async () => {
    const { on, surface } = tenant({ scopes: [] });
    const [older, newer] = ['old', 'new'].map((action) =>
      definition({ rolePermissions: [{ allowedResourceActions: [action] }] }),
    );
    on(ROLE_ELIGIBILITIES, rows(roleEligibility({ roleDefinition: older })));
    on(
      ROLE_ACTIVE,
      rows(roleAssignment({ roleDefinition: newer })),
      rows(roleAssignment({ roleDefinition: { id: ROLE, displayName: 'User Administrator' } })),
    );
    const directory = surface('directory');
    await directory.eligibilities({});
    await directory.active({});
    await directory.active({});
    const found = await directory.definitions([IN_UNIT], {});
    expect(found.get(ROLE)?.permissions).toMatchObject([{ actions: ['new'] }]);
  });

  it('is asked for where the sign-in may read it', async () => {
    const { on, surface } = tenant({ scopes: ['RoleManagement.Read.Directory'] });
    const rolePermissions = [
      { allowedResourceActions: ['a/*'], excludedResourceActions: ['a/b'] },
      { allowedResourceActions: ['c'], condition: '$ResourceIsSelf' },
    ];
    on(line([ROLE]), rows(definition({ id: ROLE.toUpperCase(), rolePermissions })));
    expect(await surface('directory').definitions([IN_UNIT], {})).toEqual(
      new Map([
        [
          ROLE,
          {
            permissions: [
              { actions: ['a/*'], notActions: ['a/b'], dataActions: [], notDataActions: [] },
            ],
          },
        ],
      ]),
    );
  });

  it('trap 20: is asked for with at most 15 ids at once, each of them once', async () => {
    const { on, surface, sent } = tenant({ scopes: ['Directory.Read.All'] });
    const targets = roles(22);
    const ids = targets.map(({ roleDefinitionId }) => roleDefinitionId);
    on(line(ids.slice(0, 15)), rows(...ids.slice(0, 15).map((id) => definition({ id }))));
    on(line(ids.slice(15)), rows(...ids.slice(15).map((id) => definition({ id }))));
    const found = await surface('directory').definitions([...targets, ...targets], {});
    expect([...found.keys()]).toEqual(ids);
    expect(sent).toHaveLength(2);
  });

  it('is left out where it may not be read, cannot be read, or is not there', async () => {
    const { surface, sent } = tenant();
    expect(await surface('directory').definitions([IN_UNIT], {})).toEqual(new Map());
    expect(sent).toEqual([]);
    const other = tenant({ scopes: ['RoleManagement.Read.All'] });
    const denied = json(403, fault('Authorization_RequestDenied', 'No.'));
    other.on(line([ROLE]), denied, rows({ id: 7 }, definition({ rolePermissions: [] })));
    expect(await other.surface('directory').definitions([IN_UNIT], {})).toEqual(new Map());
    expect(await other.surface('directory').definitions([IN_UNIT], {})).toEqual(new Map());
  });

  it('is not what a group can say, and neither has places below', async () => {
    const { surface, sent } = tenant({ scopes: ['Directory.Read.All'] });
    expect(await surface('group').definitions([MEMBER], {})).toEqual(new Map());
    expect(await surface('group').scopesBelow(MEMBER, {})).toEqual([]);
    expect(await surface('directory').scopesBelow(IN_UNIT, {})).toEqual([]);
    expect(sent).toEqual([]);
  });
});
