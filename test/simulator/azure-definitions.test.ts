import { describe, expect, it } from 'vitest';
import {
  armService,
  at,
  CONTRIBUTOR,
  FINANCE,
  GRID,
  GRID_PRODUCTION,
  GRID_TEST,
  newName,
  order,
  propertiesOf,
  READER,
  requestAt,
  RG_BILLING,
  RG_SCADA,
  rowsOf,
  verdictOf,
} from './azure-support.ts';
import { NOOR } from './graph-support.ts';

const children = async (scope: string, query = ''): Promise<unknown[]> =>
  rowsOf(await armService().get(at(scope, 'eligibleChildResources', query))).map(
    ({ name }) => name,
  );

describe('eligible child resources', () => {
  it('are what lies directly below and may be activated, by kind', async () => {
    expect(await children(GRID)).toEqual(['Grid Production', 'Grid Test']);
    expect(await children(GRID_PRODUCTION)).toEqual(['rg-scada', 'rg-billing']);
    expect(await children(RG_SCADA)).toEqual(['kv-scada']);
    const kinds = "$filter=resourceType eq 'subscription' or resourceType eq 'resourcegroup'";
    expect(await children(GRID, kinds)).toHaveLength(2);
    expect(await children(GRID, "$filter=resourceType eq 'resourcegroup'")).toEqual([]);
  });

  it('reach deeper when all are asked for', async () => {
    expect(await children(GRID, 'getAllChildren=true')).toEqual([
      'Grid Production',
      'rg-scada',
      'kv-scada',
      'rg-billing',
      'Grid Test',
      'rg-sandbox',
    ]);
  });

  it('are none for who is not eligible there', async () => {
    const arm = armService();
    const answer = await arm.get(at(GRID, 'eligibleChildResources'), { as: NOOR });
    expect(rowsOf(answer)).toEqual([]);
    const unknown = await arm.get(at('/subscriptions/none', 'eligibleChildResources'));
    expect(verdictOf(unknown)).toBe('403 AuthorizationFailed');
  });
});

describe('role definitions and permissions', () => {
  const V = 'api-version=2022-04-01';

  it('say what a role allows, at any scope', async () => {
    const arm = armService();
    const all = rowsOf(await arm.get(at('', 'roleDefinitions', '', V)));
    expect(all.map((row) => propertiesOf(row)['roleName'])).toEqual([
      'Owner',
      'Contributor',
      'Reader',
      'Virtual Machine Contributor',
      'Key Vault Administrator',
    ]);
    const one = await arm.get(at(GRID_TEST, `roleDefinitions/${CONTRIBUTOR}`, '', V));
    expect(propertiesOf(one.body)).toMatchObject({
      type: 'BuiltInRole',
      permissions: [{ actions: ['*'], dataActions: [] }],
    });
    const named = await arm.get(at('', 'roleDefinitions', "$filter=roleName eq 'reader'", V));
    expect(rowsOf(named)).toMatchObject([{ name: READER }]);
    const none = await arm.get(at('', `roleDefinitions/${newName()}`, '', V));
    expect(verdictOf(none)).toBe('404 ResourceNotFound');
  });

  it('need a role to be read where the service asks for one', async () => {
    const arm = armService({ azure: { definitionReads: 'needs-role' } });
    const [shut, open] = [FINANCE, GRID_TEST].map((scope) => at(scope, 'roleDefinitions', '', V));
    expect(verdictOf(await arm.get(shut ?? ''))).toBe('403 AuthorizationFailed');
    expect((await arm.get(open ?? '')).status).toBe(200);
  });

  it('follow activations at the scope and above, after the same lag', async () => {
    const arm = armService({ azure: { activeListLagSeconds: 30 } });
    const allowed = async (): Promise<unknown[]> =>
      rowsOf(await arm.get(at(RG_BILLING, 'permissions', '', V)));
    expect(await allowed()).toEqual([]);
    await arm.send('PUT', requestAt(GRID_PRODUCTION), order(CONTRIBUTOR));
    expect(await allowed()).toEqual([]);
    arm.advance(30);
    expect(await allowed()).toMatchObject([{ actions: ['*'], dataActions: [] }]);
    arm.advance(3600);
    expect(await allowed()).toEqual([]);
  });
});
