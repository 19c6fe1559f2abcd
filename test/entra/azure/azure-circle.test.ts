import { describe, expect, it } from 'vitest';
import { addTo, hours } from '../../../src/domain/duration.ts';
import { isPimError } from '../../../src/domain/errors.ts';
import { json } from '../support/tenant.ts';
import { READER, TARGET } from './samples.ts';
import { activateContributor, orderFor, world } from './simulated.ts';

import type { AzureTarget } from '../../../src/domain/target.ts';
import { ORDER, scripted } from './scripted.ts';
function readerAt(scope: string | undefined): AzureTarget {
  const roleDefinitionId = `/providers/Microsoft.Authorization/roleDefinitions/${READER}`;
  return { ...TARGET, roleDefinitionId, scope: scope ?? '' };
}

describe('the whole circle', () => {
  it('goes from eligible to active and back', async () => {
    const here = await world();
    const { azure, simulator } = here;
    const order = await orderFor(here, 'Contributor', 'Grid Production');
    const { target, principalId } = order;
    expect(await azure.validate(order, {})).toMatchObject({ action: 'SelfActivate' });
    expect(await azure.requests({})).toEqual([]);
    expect(await azure.proof(target, {})).toMatchObject({ kind: 'not-yet' });
    const asked = await azure.activate(order, {});
    expect(await azure.request(asked, {})).toEqual(asked);
    expect(await azure.proof(target, {})).toMatchObject({ kind: 'effective' });
    const off = { target, principalId, justification: 'done' };
    await expect(azure.deactivate(off, {})).rejects.toMatchObject({
      details: { reasons: ['ActiveDurationTooShort'] },
    });
    simulator.advance(300);
    expect(await azure.deactivate(off, {})).toMatchObject({
      status: 'Revoked',
      action: 'SelfDeactivate',
    });
    const active = await azure.active({});
    expect(active.filter(({ assignmentType }) => assignmentType === 'activated')).toEqual([]);
    expect((await azure.requests({})).map(({ action }) => action)).toEqual([
      'SelfDeactivate',
      'SelfActivate',
    ]);
  });

  it('trap 3: works for what is held through a group, with the caller’s own id', async () => {
    const here = await world();
    const { azure, objectId } = here;
    const row = (await azure.eligibilities({})).find(({ memberType }) => memberType === 'Group');
    if (!row) throw new Error('nothing is held through a group');
    const order = await orderFor(here, row.name, row.scope.name ?? '');
    await azure.activate(order, {});
    const body: unknown = JSON.parse(here.sent.at(-1)?.body ?? '');
    expect(body).toMatchObject({ properties: { principalId: objectId } });
  });

  it('can begin later, and be cancelled before', async () => {
    const here = await world();
    const { azure, simulator } = here;
    const startTime = addTo(simulator.clock.now(), hours(1));
    const order = await orderFor(here, 'Contributor', 'Grid Production', { startTime });
    const asked = await azure.activate(order, {});
    expect(asked).toMatchObject({ startTime });
    await azure.cancel(asked, {});
    expect(await azure.request(asked, {})).toMatchObject({ status: 'Canceled' });
  });

  it('says “does not exist” for a fresh activation as Azure does', async () => {
    const here = await world({ notFoundSeconds: 44 });
    const { azure, objectId: principalId } = here;
    const { target } = await activateContributor(here);
    await expect(
      azure.deactivate({ target, principalId, justification: null }, {}),
    ).rejects.toMatchObject({ details: { reasons: ['RoleAssignmentDoesNotExist'] } });
  });

  it('can be turned on at a narrower place than the eligibility', async () => {
    const here = await world();
    const order = await orderFor(here, 'Contributor', 'Grid Production');
    const [place] = await here.azure.scopesBelow(order.target, {});
    const target = { ...TARGET, scope: place?.id ?? '' };
    expect(await here.azure.activate({ ...order, target }, {})).toMatchObject({
      scope: { name: 'rg-scada' },
    });
  });

  it.each([
    ['accepted', 'Provisioned'],
    ['refused', 'AuthorizationFailed'],
  ] as const)(
    'at a resource group, from a management group’s eligibility: %s',
    async (resourceGroupUnderManagementGroup, verdict) => {
      const here = await world({ resourceGroupUnderManagementGroup });
      const order = await orderFor(here, 'Reader', 'Grid');
      const [subscription] = await here.azure.scopesBelow(order.target, {});
      const [place] = await here.azure.scopesBelow(readerAt(subscription?.id), {});
      const sending = here.azure.activate({ ...order, target: readerAt(place?.id) }, {});
      const told = await sending.then(
        ({ status }) => status,
        (error: unknown) => (isPimError(error) ? error.details.reasons?.[0] : error),
      );
      expect(told).toBe(verdict);
    },
  );

  it('validates without making anything', async () => {
    const here = await world();
    const owner = await orderFor(here, 'Owner', 'Grid Production');
    expect(await here.azure.validate(owner, {})).toMatchObject({ status: 'PendingApproval' });
    const long = { ...owner, duration: hours(24) };
    await expect(here.azure.validate(long, {})).rejects.toMatchObject({
      details: { reasons: ['ExpirationRule'] },
    });
    expect(await here.azure.requests({})).toEqual([]);
  });

  it('cannot be validated by an answer that is no request', async () => {
    const { azure } = scripted(json(200, { fine: true }));
    await expect(azure.validate(ORDER, {})).rejects.toMatchObject({ code: 'malformed' });
  });
});
