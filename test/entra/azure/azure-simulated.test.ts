import { describe, expect, it } from 'vitest';
import type { ActiveAssignment } from '../../../src/domain/assignment.ts';
import { methodsOf, orderFor, world } from './simulated.ts';

/** Over HTTP, with the simulator on both sides of what sources do not agree about. */

function named(rows: readonly ActiveAssignment[]): string[] {
  return rows
    .map(({ name, scope, assignmentType }) => `${name} at ${scope.name ?? ''} (${assignmentType})`)
    .toSorted();
}

const ACTIVE_LIST = 'roleAssignmentScheduleInstances';
const ELIGIBLE_LIST = 'roleEligibilityScheduleInstances';
const STANDING = 'Reader at Grid Test (assigned)';

describe('lists of Azure over HTTP', () => {
  it('show what is eligible at every kind of place', async () => {
    const { azure } = await world();
    const rows = await azure.eligibilities({});
    expect(rows.map(({ name, scope, memberType }) => [name, scope.name, memberType])).toEqual(
      expect.arrayContaining([
        ['Reader', 'Grid', 'Group'],
        ['Owner', 'Grid Production', 'Direct'],
        ['Virtual Machine Contributor', 'rg-scada', 'Direct'],
        ['Key Vault Administrator', 'kv-scada', 'Direct'],
      ]),
    );
    expect(rows).toHaveLength(9);
  });

  it.each([
    ['in one page', {}, {}, 1],
    ['in pages of two', {}, { pageSize: 2 }, 5],
    ['after an empty page', { emptyFirstPage: true }, {}, 2],
  ])('are whole %s', async (_, azure, behaviour, requests) => {
    const here = await world(azure, { behaviour });
    expect(await here.azure.eligibilities({})).toHaveLength(9);
    expect(methodsOf(here, ELIGIBLE_LIST)).toHaveLength(requests);
  });

  it('trap 18: an ARM nextLink on another host must not get the token', async () => {
    const here = await world();
    const origin = 'http://127.0.0.2:1';
    const match = { surface: 'azure' } as const;
    here.simulator.faults.add({ match, action: { kind: 'foreign-next-link', origin } });
    await expect(here.azure.eligibilities({})).rejects.toMatchObject({ code: 'malformed' });
    expect(here.sent.map(({ url }) => new URL(url).origin)).toEqual([here.simulator.origin]);
  });

  it.each([
    ['complete', 1],
    ['empty', 2],
  ] as const)(
    'trap 17: asTarget at root is %s: nothing that was turned on is missed',
    async (rootActiveList, lists) => {
      const here = await world({ rootActiveList });
      const order = await orderFor(here, 'Contributor', 'Grid Production');
      await here.azure.activate(order, {});
      const before = here.sent.length;
      expect(named(await here.azure.active({}))).toContain(
        'Contributor at Grid Production (activated)',
      );
      const sent = here.sent.slice(before).filter(({ url }) => url.includes(ACTIVE_LIST));
      expect(sent).toHaveLength(lists);
    },
  );

  it.each([true, false])(
    'trap 17: what is on at a management group is shown once, inherited below: %s',
    async (inheritedAtScope) => {
      const here = await world({ rootActiveList: 'empty', inheritedAtScope });
      await here.azure.activate(await orderFor(here, 'Reader', 'Grid'), {});
      expect(named(await here.azure.active({}))).toEqual(['Reader at Grid (activated)', STANDING]);
    },
  );

  it.each([0, 600])('drop what is over, listed for %i more seconds', async (endedRowsSeconds) => {
    const here = await world({ endedRowsSeconds });
    const order = await orderFor(here, 'Contributor', 'Grid Production');
    await here.azure.activate(order, {});
    here.simulator.advance(300);
    await here.azure.deactivate({ ...order, justification: null }, {});
    expect(named(await here.azure.active({}))).toEqual([STANDING]);
  });
});

describe('activations of Azure over HTTP', () => {
  it.each(['full-path', 'any'] as const)(
    'below the eligibility name no eligibility, whatever Azure takes there: %s',
    async (linkedIdAtChildScope) => {
      const here = await world({ linkedIdAtChildScope });
      const order = await orderFor(here, 'Contributor', 'Grid Production');
      const [place] = await here.azure.scopesBelow(order.target, {});
      const { target } = order;
      if (target.kind !== 'azure') throw new Error('not a role of Azure');
      const narrow = { ...target, scope: place?.id ?? '' };
      await here.azure.activate({ ...order, target: narrow }, {});
      expect(here.sent.at(-1)?.body).not.toContain('linkedRoleEligibilityScheduleId');
    },
  );

  it('may go on after the answer, and are looked at again', async () => {
    const here = await world({ provisioningDelaySeconds: 20 });
    const asked = await here.azure.activate(
      await orderFor(here, 'Contributor', 'Grid Production'),
      {},
    );
    expect(asked.status).not.toBe('Provisioned');
    here.simulator.advance(20);
    expect(await here.azure.request(asked, {})).toMatchObject({ status: 'Provisioned' });
  });

  it.each([
    [0, 'Provisioned'],
    [120, 'RoleAssignmentExists'],
  ])('%i seconds after a deactivation: %s', async (reactivationGapSeconds, verdict) => {
    const here = await world({ reactivationGapSeconds });
    const order = await orderFor(here, 'Contributor', 'Grid Production');
    await here.azure.activate(order, {});
    here.simulator.advance(300);
    await here.azure.deactivate({ ...order, justification: null }, {});
    const again = here.azure.activate({ ...order, startTime: here.simulator.clock.now() }, {});
    const told = await again.then(
      ({ status }) => ({ details: { reasons: [status] } }),
      (error: unknown) => error,
    );
    expect(told).toMatchObject({ details: { reasons: [verdict] } });
  });

  it.each([
    ['Owner', 'Finance', 'MfaRule', 'step-up-required'],
    [
      'Key Vault Administrator',
      'kv-scada',
      'RoleAssignmentRequestAcrsValidationFailed',
      'step-up-required',
    ],
    ['Virtual Machine Contributor', 'rg-scada', 'TicketingRule', 'rejected'],
  ])('of %s at %s say %s', async (role, place, reason, code) => {
    const here = await world();
    const order = await orderFor(here, role, place);
    const refusal = { code, details: { reasons: [reason] } };
    await expect(here.azure.activate(order, {})).rejects.toMatchObject(refusal);
    await expect(here.azure.validate(order, {})).rejects.toMatchObject(refusal);
  });
});
