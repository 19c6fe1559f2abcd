import { describe, expect, it } from 'vitest';
import {
  activate,
  ACTIVE,
  activeOf,
  armService,
  at,
  CONTRIBUTOR,
  ELIGIBLE,
  errorOf,
  FINANCE,
  GRID,
  GRID_PRODUCTION,
  GRID_TEST,
  KV_SCADA,
  MINE,
  nextLinkOf,
  order,
  propertiesOf,
  READER,
  REQUESTS,
  RG_SANDBOX,
  RG_SCADA,
  rowsOf,
  summaries,
  verdictOf,
  VM_CONTRIBUTOR,
} from './azure-support.ts';
import { ADA, IDENTITY_OPERATIONS, MARCUS, NOOR, PRODUCTION_SUPPORT } from './graph-support.ts';

const ALL_OF_ADA = [
  'Contributor at Grid Production (Direct)',
  'Contributor at Grid Test (Direct)',
  'Reader at Grid (Group)',
  'Owner at Grid Production (Direct)',
  'Owner at Finance (Direct)',
  'Contributor at Finance (Direct)',
  'Virtual Machine Contributor at rg-scada (Direct)',
  'Reader at rg-billing (Direct)',
  'Key Vault Administrator at kv-scada (Direct)',
];

describe('what one may activate', () => {
  it('trap 17: is one call at the root, for every kind of scope, with names', async () => {
    expect(summaries(await armService().get(at('', ELIGIBLE, MINE)))).toEqual(ALL_OF_ADA);
  });

  it('trap 17: comes per scope too: what is there and below, not above', async () => {
    const arm = armService();
    const below = summaries(await arm.get(at(RG_SCADA, ELIGIBLE, MINE)));
    expect(below).toEqual([
      'Virtual Machine Contributor at rg-scada (Direct)',
      'Key Vault Administrator at kv-scada (Direct)',
    ]);
    expect(summaries(await arm.get(at(GRID, ELIGIBLE, MINE)))).toHaveLength(7);
    expect(rowsOf(await arm.get(at('/subscriptions/none', ELIGIBLE, MINE)))).toEqual([]);
  });

  it('shows what lies above as inherited where the service does', async () => {
    const arm = armService({ azure: { inheritedAtScope: true } });
    expect(summaries(await arm.get(at(KV_SCADA, ELIGIBLE, MINE)))).toContain(
      'Reader at Grid (Inherited)',
    );
  });

  it('trap 3: has the group’s id in rows that come through a group', async () => {
    const rows = rowsOf(await armService().get(at('', ELIGIBLE, MINE)));
    const row = rows.map(propertiesOf).find(({ memberType }) => memberType === 'Group');
    expect(row).toMatchObject({
      principalId: IDENTITY_OPERATIONS,
      principalType: 'Group',
      scope: GRID,
      roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${READER}`,
      condition: null,
      conditionVersion: null,
    });
  });

  it('grows when a group is activated that has Azure roles', async () => {
    const arm = armService();
    expect(await arm.activateGroup(PRODUCTION_SUPPORT)).toBe(201);
    arm.advance(60);
    const summary = 'Virtual Machine Contributor at rg-sandbox (Group)';
    expect(summaries(await arm.get(at('', ELIGIBLE, MINE)))).toContain(summary);
    expect(await activate(arm, RG_SANDBOX, order(VM_CONTRIBUTOR))).toBe('201 Provisioned');
  });

  it('is empty for who has nothing, and is one row by its name', async () => {
    const arm = armService();
    expect(rowsOf(await arm.get(at('', ELIGIBLE, MINE), { as: NOOR }))).toEqual([]);
    const [first] = rowsOf(await arm.get(at('', ELIGIBLE, MINE)));
    const again = await arm.get(at('', `${ELIGIBLE}/${String(first?.['name'])}`));
    expect(again.body).toEqual(first);
    expect(verdictOf(await arm.get(at('', `${ELIGIBLE}/none`)))).toBe('404 ResourceNotFound');
  });
});

describe('$filter', () => {
  it.each([ELIGIBLE, ACTIVE, REQUESTS])('is asked for by %s from who has no role', async (list) => {
    const arm = armService();
    for (const query of ['', '$filter=atScope()', `$filter=principalId eq '${ADA}'`]) {
      const answer = await arm.get(at(GRID_PRODUCTION, list, query));
      expect(verdictOf(answer)).toBe('403 InsufficientPermissions');
      expect(errorOf(answer).message).toBe(
        `The requestor ${ADA} does not have permissions for this request. Please use $filter=asTarget() to filter on the requestor's assignments.`,
      );
    }
  });

  it('principalId eq, assignedTo and atScope work for who may read there', async () => {
    const arm = armService();
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    const list = async (filter: string): Promise<string[]> =>
      summaries(await arm.get(at(GRID_PRODUCTION, ELIGIBLE, `$filter=${filter}`)));
    expect(await list(`principalId eq '${MARCUS}'`)).toEqual([
      'Contributor at Grid Production (Direct)',
    ]);
    expect(await list(`principalId eq ${IDENTITY_OPERATIONS}`)).toEqual([]);
    expect(await list(`atScope() and principalId eq '${IDENTITY_OPERATIONS}'`)).toEqual([
      'Reader at Grid (Inherited)',
    ]);
    expect(await list(`assignedTo('${ADA}')`)).toHaveLength(5);
    expect(await list('atScope()')).toEqual([
      'Contributor at Grid Production (Direct)',
      'Owner at Grid Production (Direct)',
      'Contributor at Grid Production (Direct)',
      'Reader at Grid (Inherited)',
    ]);
    expect(rowsOf(await arm.get(at(GRID_PRODUCTION, ACTIVE)))).toHaveLength(1);
    expect(rowsOf(await arm.get(at(GRID_PRODUCTION, REQUESTS)))).toHaveLength(1);
  });

  it('asRequestor is refused to who is only eligible, where the service does so', async () => {
    const query = at('', REQUESTS, '$filter=asRequestor()');
    // Marcus has no active role; Ada has one for good.
    expect(verdictOf(await armService().get(query, { as: MARCUS }))).toBe(
      '403 InsufficientPermissions',
    );
    expect((await armService().get(query)).status).toBe(200);
    const open = armService({ azure: { asRequestorRefused: false } });
    expect((await open.get(query, { as: MARCUS })).status).toBe(200);
  });

  it('of requests ignores a status', async () => {
    const arm = armService();
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    const query = "$filter=asTarget() and status eq 'PendingApproval'";
    expect(rowsOf(await arm.get(at('', REQUESTS, query)))).toHaveLength(1);
  });

  it.each(['asWhoever()', "asTarget() and colour eq 'red'", 'principalId gt 1'])(
    'is refused when it is not understood: %s',
    async (filter) => {
      expect((await armService().get(at('', ELIGIBLE, `$filter=${filter}`))).status).toBe(400);
    },
  );
});

describe('pages', () => {
  it('are linked by absolute addresses until the last', async () => {
    const arm = armService({ behaviour: { pageSize: 4 } });
    const sizes: number[] = [];
    const seen: string[] = [];
    let address: string | undefined = at('', ELIGIBLE, MINE);
    while (address !== undefined) {
      const answer = await arm.get(address);
      sizes.push(rowsOf(answer).length);
      seen.push(...summaries(answer));
      const link = nextLinkOf(answer);
      address = link === undefined ? undefined : new URL(link).pathname + new URL(link).search;
    }
    expect([sizes, seen]).toEqual([[4, 4, 1], ALL_OF_ADA]);
  });

  it('may be empty and still name a next one', async () => {
    const arm = armService({ azure: { emptyFirstPage: true } });
    const first = await arm.get(at('', ELIGIBLE, MINE));
    expect(rowsOf(first)).toEqual([]);
    const next = new URL(nextLinkOf(first) ?? '');
    expect(next.origin).toBe('http://arm.test');
    const second = await arm.get(next.pathname + next.search);
    expect(summaries(second)).toEqual(ALL_OF_ADA);
    expect(nextLinkOf(second)).toBeUndefined();
  });

  it('refuse a token that is none', async () => {
    const answer = await armService().get(at('', ELIGIBLE, `${MINE}&$skiptoken=x`));
    expect(answer.status).toBe(400);
  });
});

describe('what is active', () => {
  it('tells assigned from activated, and names the eligibility that was used', async () => {
    const arm = armService();
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    const rows = rowsOf(await arm.get(at('', ACTIVE, MINE))).map(propertiesOf);
    expect(rows).toMatchObject([
      {
        assignmentType: 'Activated',
        scope: GRID_PRODUCTION,
        linkedRoleEligibilityScheduleId: expect.stringMatching(/RoleEligibilitySchedules/u),
        endDateTime: '2026-01-15T10:00:00.000Z',
      },
      {
        assignmentType: 'Assigned',
        scope: GRID_TEST,
        linkedRoleEligibilityScheduleId: null,
        endDateTime: null,
      },
    ]);
  });

  it('trap 6: comes through a group too, under the group’s id, once the group is active', async () => {
    const arm = armService();
    await arm.activateGroup(PRODUCTION_SUPPORT);
    arm.advance(60);
    const rows = rowsOf(await arm.get(at(FINANCE, ACTIVE, MINE))).map(propertiesOf);
    expect(rows).toMatchObject([
      { principalId: PRODUCTION_SUPPORT, memberType: 'Group', assignmentType: 'Assigned' },
    ]);
  });

  it('appears after the lag only', async () => {
    const arm = armService({ azure: { activeListLagSeconds: 90 } });
    expect(await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR))).toBe('201 Provisioned');
    arm.advance(89);
    expect(await activeOf(arm)).toEqual([]);
    arm.advance(1);
    expect(await activeOf(arm)).toEqual(['Contributor at Grid Production (Direct)']);
  });

  it('is missing at the root where the service shows nothing there, not per scope', async () => {
    const arm = armService({ azure: { rootActiveList: 'empty' } });
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    expect(rowsOf(await arm.get(at('', ACTIVE, MINE)))).toEqual([]);
    expect(await activeOf(arm, GRID_PRODUCTION)).toHaveLength(1);
  });

  it('trap 17: of a management group is not seen from its subscription', async () => {
    const arm = armService();
    await activate(arm, GRID, order(READER));
    expect(await activeOf(arm, GRID_PRODUCTION)).toEqual([]);
    expect(await activeOf(arm, GRID)).toEqual(['Reader at Grid (Direct)']);
  });

  it('ends with its time, and may linger as revoked', async () => {
    const arm = armService({ azure: { endedRowsSeconds: 60 } });
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    arm.advance(3600);
    const [row] = rowsOf(await arm.get(at(GRID_PRODUCTION, ACTIVE, MINE)));
    expect(propertiesOf(row)).toMatchObject({ status: 'Revoked', assignmentType: 'Activated' });
    arm.advance(60);
    expect(await activeOf(arm)).toEqual([]);
  });
});
