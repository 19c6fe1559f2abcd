import { describe, expect, it } from 'vitest';
import { json, rows, tenant } from '../support/tenant.ts';
import {
  CONTRIBUTOR,
  ELIGIBILITIES,
  eligibility,
  fault,
  list,
  MANAGEMENT_GROUP,
  RESOURCE_GROUP,
  ROLE_PATH,
  SUBSCRIPTION,
  TARGET,
  THROUGH_GROUP,
} from './samples.ts';

const CHILDREN_FILTER = "resourceType eq 'subscription' or resourceType eq 'resourcegroup'";

describe('eligibilities for Azure roles', () => {
  it('trap 17: are asked for at the root with asTarget(), and no subscription is enumerated', async () => {
    const { on, surface, sent } = tenant();
    on(ELIGIBILITIES, rows(eligibility()));
    expect(await surface('azure').eligibilities({})).toEqual([
      {
        target: TARGET,
        name: 'Contributor',
        scope: { id: SUBSCRIPTION, name: 'sub-prod-01' },
        memberType: 'Direct',
        endTime: new Date('2027-02-10T09:00:00Z'),
      },
    ]);
    expect(sent).toHaveLength(1);
  });

  it('hold at management groups, subscriptions, resource groups and resources', async () => {
    const { on, surface } = tenant();
    const scopes = [
      '/',
      MANAGEMENT_GROUP,
      SUBSCRIPTION,
      RESOURCE_GROUP,
      `${RESOURCE_GROUP}/providers/Microsoft.KeyVault/vaults/kv-1`,
    ];
    on(ELIGIBILITIES, rows(...scopes.map((scope) => eligibility({ scope }))));
    const found = await surface('azure').eligibilities({});
    expect(found.map(({ scope }) => scope.id)).toEqual(scopes);
  });

  it('through groups and from above are what they are', async () => {
    const { on, surface } = tenant();
    on(
      ELIGIBILITIES,
      rows(
        eligibility(THROUGH_GROUP),
        eligibility({ memberType: 'Inherited' }),
        eligibility({ memberType: 'odd' }),
      ),
    );
    const found = await surface('azure').eligibilities({});
    expect(found.map(({ memberType }) => memberType)).toEqual(['Group', 'Inherited', 'Unknown']);
  });

  it('do without names', async () => {
    const { on, surface } = tenant();
    on(ELIGIBILITIES, rows(eligibility({ expandedProperties: null })));
    expect(await surface('azure').eligibilities({})).toMatchObject([
      { name: CONTRIBUTOR, scope: { id: SUBSCRIPTION, name: null } },
    ]);
  });

  it('go on after an empty page', async () => {
    const { on, surface } = tenant();
    const link = `${ELIGIBILITIES.slice(4)}&$skiptoken=1`;
    on(ELIGIBILITIES, json(200, { value: [], nextLink: link }));
    on(`GET ${link}`, rows(eligibility()));
    expect(await surface('azure').eligibilities({})).toHaveLength(1);
  });

  it('trap 18: an ARM nextLink on another host must not get the token', async () => {
    const { on, surface, sent } = tenant();
    const evil = 'https://management.azure.com.evil.example/providers/x';
    on(ELIGIBILITIES, json(200, { value: [], nextLink: evil }));
    await expect(surface('azure').eligibilities({})).rejects.toMatchObject({ code: 'malformed' });
    expect(sent).toHaveLength(1);
  });

  it('trap 18: nor one out of the paths that are asked', async () => {
    const { on, surface, sent } = tenant();
    on(ELIGIBILITIES, json(200, { value: [], nextLink: 'https://management.azure.com/tenants' }));
    await expect(surface('azure').eligibilities({})).rejects.toMatchObject({ code: 'malformed' });
    expect(sent).toHaveLength(1);
  });

  it.each([
    '/subscriptions/../tenants',
    '/subscriptions/x?api-version=1',
    '/subscriptions/x#y',
    '//evil.example/x',
    '/subscriptions/%2e%2e/x',
    '/subscriptions/x\\y',
    '/subscriptions/./x',
    'subscriptions/x',
    '/subscriptions/x\u202Ey',
    '',
  ])('with the scope %j are not believed', async (scope) => {
    const { on, surface } = tenant();
    on(ELIGIBILITIES, rows(eligibility({ scope })));
    await expect(surface('azure').eligibilities({})).rejects.toThrow('properties.scope');
  });

  it.each(['', '/', `${ROLE_PATH}/..`, `/x/../${CONTRIBUTOR}`, 'a b'])(
    'with the role %j are not believed',
    async (roleDefinitionId) => {
      const { on, surface } = tenant();
      on(ELIGIBILITIES, rows(eligibility({ roleDefinitionId })));
      await expect(surface('azure').eligibilities({})).rejects.toThrow(
        'properties.roleDefinitionId',
      );
    },
  );

  it('that are forbidden say so in our words', async () => {
    const { on, surface } = tenant();
    on(ELIGIBILITIES, json(403, fault('InsufficientPermissions')));
    await expect(surface('azure').eligibilities({})).rejects.toMatchObject({
      code: 'forbidden',
      details: { reasons: ['InsufficientPermissions'] },
    });
  });

  it('ask for a token of Azure, not of Graph', async () => {
    const { on, surface, signIn } = tenant();
    on(ELIGIBILITIES, rows());
    await surface('azure').eligibilities({});
    expect(new Set(signIn.wishes.map(({ resource }) => resource))).toEqual(new Set(['arm']));
  });
});

describe('places below a scope', () => {
  it('are those where the role can be turned on instead', async () => {
    const { on, surface } = tenant();
    on(
      list(MANAGEMENT_GROUP, 'eligibleChildResources', CHILDREN_FILTER),
      rows(
        { id: SUBSCRIPTION, name: 'sub-\u202Eprod', type: 'subscription' },
        { id: RESOURCE_GROUP, type: 'resourcegroup' },
      ),
    );
    const target = { ...TARGET, scope: MANAGEMENT_GROUP };
    expect(await surface('azure').scopesBelow(target, {})).toEqual([
      { id: SUBSCRIPTION, name: 'sub-prod' },
      { id: RESOURCE_GROUP, name: null },
    ]);
  });

  it('are none below a resource group, and nothing is asked', async () => {
    const { surface, sent } = tenant();
    const target = { ...TARGET, scope: RESOURCE_GROUP };
    expect(await surface('azure').scopesBelow(target, {})).toEqual([]);
    expect(sent).toEqual([]);
  });

  it.each(['/subscriptions/..', '/subscriptions/x?y'])('of %j are not asked for', async (scope) => {
    const { surface, sent } = tenant();
    await expect(surface('azure').scopesBelow({ ...TARGET, scope }, {})).rejects.toMatchObject({
      code: 'rejected',
    });
    expect(sent).toEqual([]);
  });
});
