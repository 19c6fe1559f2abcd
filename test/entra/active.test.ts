import { describe, expect, it } from 'vitest';
import {
  fault,
  GROUP,
  GROUP_ACTIVE,
  GROUP_ACTIVE_LESS,
  groupAssignment,
  ME,
  OTHER_GROUP,
  ROLE,
  ROLE_ACTIVE,
  roleAssignment,
  UNIT,
  UNIT_SCOPE,
} from './support/samples.ts';
import { json, rows, tenant } from './support/tenant.ts';

const GROUP_NAMES = `GET /v1.0/groups?$filter=id in ('${GROUP}')&$select=id,displayName`;
const BAD_EXPAND = json(400, fault('BadRequest', 'The expand is not supported.'));

describe('active assignments', () => {
  it('trap 6: tells activated from assigned, in any case of letters', async () => {
    const { on, surface } = tenant();
    on(
      GROUP_ACTIVE,
      rows(
        groupAssignment({ assignmentType: 'Activated' }),
        groupAssignment({ assignmentType: 'assigned', endDateTime: null }),
        groupAssignment({ assignmentType: 'other' }),
      ),
    );
    const found = await surface('group').active({});
    expect(found).toMatchObject([
      { assignmentType: 'activated', endTime: new Date('2026-11-23T10:30:05.190Z') },
      { assignmentType: 'assigned', endTime: null },
      { assignmentType: 'unknown' },
    ]);
  });

  it('of roles have their name, scope and times', async () => {
    const { on, surface } = tenant();
    const directoryScope = { id: UNIT, displayName: 'Europe\u202E' };
    on(ROLE_ACTIVE, rows(roleAssignment({ directoryScope })));
    expect(await surface('directory').active({})).toEqual([
      {
        target: {
          kind: 'directory',
          roleDefinitionId: ROLE,
          directoryScopeId: UNIT_SCOPE,
          appScopeId: null,
        },
        name: 'User Administrator',
        scope: { id: UNIT_SCOPE, name: 'Europe' },
        memberType: 'Direct',
        through: null,
        startTime: new Date('2026-11-23T08:31:10.330Z'),
        assignmentType: 'activated',
        endTime: new Date('2026-11-23T12:31:10.330Z'),
      },
    ]);
  });

  it('of groups have their name and times', async () => {
    const { on, surface } = tenant();
    on(GROUP_ACTIVE, rows(groupAssignment({ startDateTime: null })));
    expect(await surface('group').active({})).toMatchObject([
      {
        name: 'SG-PIM-Platform-Admins',
        scope: { id: GROUP, name: 'SG-PIM-Platform-Admins' },
        memberType: 'Direct',
        through: null,
        startTime: null,
      },
    ]);
  });

  it('are asked for once, and beside the eligibilities', async () => {
    const { on, surface, sent } = tenant();
    on(ROLE_ACTIVE, rows(roleAssignment()));
    await surface('directory').active({});
    expect(sent).toHaveLength(1);
  });
});

describe('an assignment through a group', () => {
  const principal = { '@odata.type': '#microsoft.graph.group', displayName: 'SG-Nested\n' };

  it("trap 3: is told by the group's id in the place of the caller's", async () => {
    const { on, surface } = tenant();
    on(
      ROLE_ACTIVE,
      rows(
        roleAssignment({ principalId: OTHER_GROUP, memberType: 'Group', principal }),
        roleAssignment({ principalId: OTHER_GROUP, memberType: 'Direct' }),
      ),
    );
    expect(await surface('directory').active({})).toMatchObject([
      { memberType: 'Group', through: { id: OTHER_GROUP, name: 'SG-Nested' } },
      { memberType: 'Direct', through: { id: OTHER_GROUP, name: null } },
    ]);
  });

  it('is one also where the row says no more than that', async () => {
    const { on, surface } = tenant();
    on(GROUP_ACTIVE, rows(groupAssignment({ memberType: 'group' })));
    expect(await surface('group').active({})).toMatchObject([{ through: { id: '', name: null } }]);
  });

  it.each([ME.toUpperCase(), null, 'no id at all'])(
    'is none where the principal is %j and it is direct',
    async (principalId) => {
      const { on, surface } = tenant();
      on(GROUP_ACTIVE, rows(groupAssignment({ principalId })));
      expect(await surface('group').active({})).toMatchObject([{ through: null }]);
    },
  );
});

describe('names of active assignments', () => {
  it('are asked for without the principals, then not at all, where that is refused', async () => {
    const { on, surface, sent } = tenant();
    on(GROUP_ACTIVE, BAD_EXPAND);
    on(GROUP_ACTIVE_LESS, BAD_EXPAND);
    on(GROUP_ACTIVE_LESS.replace('?$expand=group', ''), rows(groupAssignment()), rows());
    expect(await surface('group').active({})).toHaveLength(1);
    expect(await surface('group').active({})).toHaveLength(0);
    expect(sent).toHaveLength(4);
  });

  it('are looked up where they are missing and may be', async () => {
    const { on, surface } = tenant({ scopes: ['Group.ReadBasic.All'] });
    on(GROUP_ACTIVE, rows(groupAssignment({ group: null })));
    on(GROUP_NAMES, rows({ id: GROUP, displayName: 'SG-Found' }));
    expect(await surface('group').active({})).toMatchObject([{ name: 'SG-Found' }]);
  });

  it('are the ids otherwise', async () => {
    const { on, surface } = tenant();
    on(ROLE_ACTIVE, rows(roleAssignment({ roleDefinition: null })));
    expect(await surface('directory').active({})).toMatchObject([
      { name: ROLE, scope: { name: null } },
    ]);
  });

  it('of units are looked up as well', async () => {
    const { on, surface } = tenant({ scopes: ['AdministrativeUnit.Read.All'] });
    on(ROLE_ACTIVE, rows(roleAssignment()));
    on(
      `GET /v1.0/directory/administrativeUnits/${UNIT}?$select=id,displayName`,
      json(200, { id: UNIT, displayName: 'Asia' }),
    );
    expect(await surface('directory').active({})).toMatchObject([{ scope: { name: 'Asia' } }]);
  });
});
