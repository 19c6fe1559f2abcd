import { describe, expect, it } from 'vitest';
import { contosoScenario, parseScenario } from '../../src/simulator/scenario.ts';
import {
  ACTIVE_ROLES,
  ADA,
  errorOf,
  FINANCE_REPORTING,
  GRID_NORTH,
  GRID_SOUTH,
  GROUPS,
  IDENTITY_OPERATIONS,
  LEGACY_BATCH_JOBS,
  MARCUS,
  MINE,
  nextLinkOf,
  NOOR,
  PRODUCTION_SUPPORT,
  ROLE,
  ROLES,
  type Row,
  rowsOf,
  service,
  type Service,
  verdictOf,
} from './graph-support.ts';

const GROUP_LIST = `${GROUPS}/eligibilityScheduleInstances/${MINE}`;
const ROLE_LIST = `${ROLES}/roleEligibilityScheduleInstances/${MINE}`;

async function all(graph: Service, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  let next: string | undefined = path;
  while (next !== undefined) {
    const answer = await graph.get(next);
    rows.push(...rowsOf(answer));
    const link = nextLinkOf(answer);
    next = link && link.slice('http://graph.test/v1.0'.length);
  }
  return rows;
}

async function memberTypes(enumCasing: 'observed' | 'lower' | 'pascal'): Promise<unknown[]> {
  const graph = service({ behaviour: { enumCasing } });
  const [group] = rowsOf(await graph.get(GROUP_LIST));
  const [role] = rowsOf(await graph.get(ROLE_LIST));
  return [group?.['memberType'], role?.['memberType'], group?.['accessId']];
}

describe('what I am eligible for', () => {
  it('lists the groups of the caller with what each row needs to be activated', async () => {
    const [first] = rowsOf(await service().get(`${GROUP_LIST}?$expand=group`));
    expect(first).toMatchObject({
      principalId: ADA,
      groupId: PRODUCTION_SUPPORT,
      accessId: 'member',
      memberType: 'direct',
      group: { displayName: 'Production Support' },
    });
  });

  it('lists a group once per access', async () => {
    const rows = rowsOf(
      await service().get(`${GROUP_LIST}?$filter=groupId eq '${FINANCE_REPORTING}'`),
    );
    expect(rows.map((row) => row['accessId'])).toEqual(['member', 'owner']);
  });

  it('lists a role once per administrative unit, with the name of the unit when it is expanded', async () => {
    const filter = `$filter=roleDefinitionId eq '${ROLE['User Administrator']}'`;
    const rows = rowsOf(await service().get(`${ROLE_LIST}?${filter}&$expand=directoryScope`));
    expect(rows).toMatchObject([
      { directoryScopeId: GRID_NORTH, directoryScope: { displayName: 'Grid North' } },
      { directoryScopeId: GRID_SOUTH, directoryScope: { displayName: 'Grid South' } },
    ]);
  });

  it("gives a row that came through a group the group's id as principal", async () => {
    const filter = `$filter=roleDefinitionId eq '${ROLE['Global Reader']}'`;
    expect(rowsOf(await service().get(`${ROLE_LIST}?${filter}`))).toMatchObject([
      { memberType: 'Group', principalId: IDENTITY_OPERATIONS },
    ]);
    const own = service({ behaviour: { memberTypeGroupPrincipal: 'self' } });
    expect(rowsOf(await own.get(`${ROLE_LIST}?${filter}`))).toMatchObject([{ principalId: ADA }]);
  });

  it.each([
    ['group', IDENTITY_OPERATIONS, '#microsoft.graph.group', 'Identity Operations'],
    ['self', ADA, '#microsoft.graph.user', 'Ada Lindgren'],
  ] as const)('names who an active row came through: %s', async (shown, id, type, displayName) => {
    const { assignments, ...company } = contosoScenario();
    const throughGroup = assignments.map((row) =>
      'roleDefinitionId' in row ? { ...row, principalId: IDENTITY_OPERATIONS } : row,
    );
    const graph = service({
      scenario: parseScenario({ ...company, assignments: throughGroup }),
      behaviour: { memberTypeGroupPrincipal: shown },
    });
    const rows = rowsOf(await graph.get(`${ACTIVE_ROLES}?$expand=principal`));
    expect(rows).toMatchObject([
      { memberType: 'Group', principalId: id, principal: { id, '@odata.type': type, displayName } },
    ]);
  });

  it('has a role twice that is held directly and through a group', async () => {
    const filter = `$filter=roleDefinitionId eq '${ROLE['Security Reader']}'`;
    const rows = rowsOf(await service().get(`${ROLE_LIST}?${filter}`));
    expect(rows.map((row) => row['memberType'])).toEqual(['Direct', 'Group']);
  });

  it('leaves a name out that $expand does not give, though the group has one', async () => {
    const graph = service();
    const filter = `$filter=groupId eq '${LEGACY_BATCH_JOBS}'&$expand=group`;
    expect(rowsOf(await graph.get(`${GROUP_LIST}?${filter}`))).toMatchObject([
      { group: { displayName: null } },
    ]);
    const lookup = `/groups?$filter=id in ('${LEGACY_BATCH_JOBS}')&$select=id,displayName`;
    expect(rowsOf(await graph.get(lookup))).toEqual([
      { id: LEGACY_BATCH_JOBS, displayName: 'Legacy Batch Jobs' },
    ]);
  });

  it('gives no group names and no scopes where that is switched off', async () => {
    const graph = service({
      behaviour: { groupNamesExpanded: false, expandDirectoryScope: false },
    });
    expect(rowsOf(await graph.get(`${GROUP_LIST}?$expand=group&$top=1`))).toMatchObject([
      { group: { displayName: null } },
    ]);
    expect(rowsOf(await graph.get(`${ROLE_LIST}?$expand=directoryScope&$top=1`))).toMatchObject([
      { directoryScope: null },
    ]);
  });

  it('has nothing for somebody without eligibilities', async () => {
    expect(rowsOf(await service().get(GROUP_LIST, { as: NOOR }))).toEqual([]);
    expect(rowsOf(await service().get(ROLE_LIST, { as: NOOR }))).toEqual([]);
  });

  it('writes schedules with the end inside', async () => {
    const rows = rowsOf(await service().get(`${ROLES}/roleEligibilitySchedules/${MINE}`));
    expect(rows.at(0)).toMatchObject({
      status: 'Provisioned',
      scheduleInfo: {
        expiration: { type: 'afterDateTime', endDateTime: '2027-01-01T00:00:00.000Z' },
      },
    });
    expect(rows.at(-1)).toMatchObject({ scheduleInfo: { expiration: { type: 'noExpiration' } } });
  });
});

describe('what is active', () => {
  it('tells what an administrator assigned from what was activated, and gives it no times', async () => {
    expect(rowsOf(await service().get(`${ACTIVE_ROLES}?$expand=activatedUsing`))).toMatchObject([
      {
        roleDefinitionId: ROLE['Groups Administrator'],
        assignmentType: 'Assigned',
        startDateTime: null,
        endDateTime: null,
        activatedUsing: null,
      },
    ]);
  });
});

describe('query options', () => {
  it('trap 4: cuts lists into pages whose links lead to every row exactly once', async () => {
    const whole = await all(service(), ROLE_LIST);
    const inPages = await all(
      service({ behaviour: { pageSize: 3 } }),
      `${ROLE_LIST}?$expand=principal`,
    );
    expect(whole.length).toBeGreaterThan(8);
    expect(inPages.map((row) => row['id'])).toEqual(whole.map((row) => row['id']));
    expect(inPages.every((row) => 'principal' in row)).toBe(true);
  });

  it('obeys $top, unless it does not', async () => {
    expect(rowsOf(await service().get(`${ROLE_LIST}?$top=2`))).toHaveLength(2);
    const deaf = service({ behaviour: { honoursTop: false } });
    expect(rowsOf(await deaf.get(`${ROLE_LIST}?$top=2`)).length).toBeGreaterThan(2);
  });

  it('follows $select, also inside $expand', async () => {
    const query = '$select=groupId&$expand=group($select=displayName),principal&$top=1';
    expect(rowsOf(await service().get(`${GROUP_LIST}?${query}`))).toEqual([
      {
        groupId: PRODUCTION_SUPPORT,
        group: { displayName: 'Production Support' },
        principal: expect.objectContaining({
          '@odata.type': '#microsoft.graph.user',
          displayName: 'Ada Lindgren',
        }),
      },
    ]);
  });

  it.each([
    [`roleDefinitionId eq '${ROLE['Security Reader']}' and memberType eq 'direct'`, 1],
    [`memberType ne 'Group'`, 8],
    [`roleDefinitionId in ('${ROLE['Global Reader']}','${ROLE['Security Reader']}')`, 3],
    [`(memberType eq 'Group' or directoryScopeId eq '${GRID_NORTH}') and appScopeId eq null`, 3],
    [`memberType eq 'Group' or memberType eq 'Direct' and directoryScopeId eq '${GRID_NORTH}'`, 3],
    [`roleDefinitionId eq 'o''brien'`, 0],
  ])('filters by %s', async (filter, count) => {
    expect(rowsOf(await service().get(`${ROLE_LIST}?$filter=${filter}`))).toHaveLength(count);
  });

  it.each([
    '$filter=status',
    "$filter=memberType gt 'Group'",
    "$filter=nothing eq 'x'",
    "$filter=memberType eq 'Group",
    "$filter=(memberType eq 'Group'",
    "$filter=memberType eq 'Group' 'Direct'",
    "$filter='memberType' eq 'Group'",
    '$filter=',
    '$expand=approvers',
    '$expand=principal(',
    '$top=few',
  ])('refuses %s', async (query) => {
    expect(verdictOf(await service().get(`${ROLE_LIST}?${query}`))).toBe('400 BadRequest');
  });

  it('knows the function with its namespace, and with encoded quotes', async () => {
    const graph = service();
    const collection = `${GROUPS}/eligibilityScheduleInstances`;
    const spellings = [
      "microsoft.graph.filterByCurrentUser(on='principal')",
      'filterByCurrentUser(on=%27principal%27)',
      'filterByCurrentUser%28on%3D%27principal%27%29',
    ];
    for (const spelling of spellings) {
      expect(verdictOf(await graph.get(`${collection}/${spelling}`))).toBe('200');
    }
  });

  it.each(['approver', 'createdBy', 'everybody'])('has no instances on=%s', async (on) => {
    const path = `${GROUPS}/eligibilityScheduleInstances/filterByCurrentUser(on='${on}')`;
    expect(verdictOf(await service().get(path))).toBe('400 BadRequest');
  });
});

describe('plain collections', () => {
  it('demand a group or principal, and then a right that nobody here has', async () => {
    const graph = service();
    const groups = await graph.get(`${GROUPS}/eligibilityScheduleInstances`);
    expect(verdictOf(groups)).toBe('400 MissingParameters');
    expect(errorOf(groups).message).toBe(
      'The required parameters GroupId or PrincipalId is missing.',
    );
    const mine = `${GROUPS}/eligibilityScheduleInstances?$filter=principalId eq '${ADA}'`;
    expect(verdictOf(await graph.get(mine))).toBe('403 Authorization_RequestDenied');
    const roles = await graph.get(`${ROLES}/roleEligibilityScheduleInstances`);
    expect(verdictOf(roles)).toBe('403 Authorization_RequestDenied');
  });
});

describe('enum casing', () => {
  it('is as observed, or one of the two others', async () => {
    expect(await memberTypes('observed')).toEqual(['direct', 'Direct', 'member']);
    expect(await memberTypes('lower')).toEqual(['direct', 'direct', 'member']);
    expect(await memberTypes('pascal')).toEqual(['Direct', 'Direct', 'Member']);
  });
});

describe('directory objects', () => {
  it('says who the caller is', async () => {
    expect((await service().get('/me', { as: MARCUS })).body).toMatchObject({
      id: MARCUS,
      displayName: 'Marcus Okafor',
      userPrincipalName: 'marcus.okafor@contoso.example',
    });
  });

  it('finds groups, administrative units, role definitions and the organization', async () => {
    const graph = service();
    const scopes = ['User.Read', 'Directory.Read.All'];
    expect((await graph.get(`/groups/${PRODUCTION_SUPPORT}`)).body).toMatchObject({
      displayName: 'Production Support',
    });
    expect((await graph.get(`/directory${GRID_NORTH}?$select=displayName`)).body).toMatchObject({
      displayName: 'Grid North',
    });
    const roles = rowsOf(
      await graph.get(`${ROLES}/roleDefinitions?$select=id,displayName`, { scopes }),
    );
    expect(roles).toContainEqual({ id: ROLE['Global Reader'], displayName: 'Global Reader' });
    expect(rowsOf(await graph.get('/organization'))).toMatchObject([
      { displayName: 'Contoso Energy' },
    ]);
  });

  it('takes no more than 15 ids at once', async () => {
    const ids = Array.from({ length: 16 }, () => `'${PRODUCTION_SUPPORT}'`).join(',');
    expect(verdictOf(await service().get(`/groups?$filter=id in (${ids})`))).toBe(
      '400 Request_UnsupportedQuery',
    );
  });

  it('does not find what does not exist', async () => {
    const graph = service();
    expect(verdictOf(await graph.get(`/groups/${ADA}`))).toBe('404 Request_ResourceNotFound');
    expect(verdictOf(await graph.get(`/directory/administrativeUnits/${ADA}`))).toBe(
      '404 Request_ResourceNotFound',
    );
  });
});
