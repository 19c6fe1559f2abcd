/** What requests show to `entra-pim doctor --verify`, both sides of each doubt. */
import { describe, expect, it } from 'vitest';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { signedIn, WITH_OWN_APP } from '../support/examine.ts';
import { person } from '../support/person.ts';
import { openStack, type Stack } from '../support/stack.ts';
import { verified } from '../support/verified.ts';

const MARCUS = 'marcus.okafor@contoso.example';

/** Ada asks, somebody who may decide looks. */
async function approverOf(
  name: string,
  as: string,
  simulator: Partial<SimulatorOptions> = {},
): Promise<Stack> {
  const ada = await signedIn({ simulator });
  await person(ada).activate({ name });
  return openStack({ beside: ada, as, env: WITH_OWN_APP });
}

describe('what requests show', () => {
  it('statuses that we know, or not', async () => {
    const behaviour = {
      provisioningStatus: 'Pondering',
      provisioningDelaySeconds: { group: 0, directory: 9999 },
    };
    const stack = await signedIn({ simulator: { behaviour } });
    const ada = person(stack);
    await ada.activate({ name: 'Production Support' });
    expect((await verified(stack)).look('request-statuses').verdict).toBe('as-assumed');
    await ada.activate({ name: 'Global Reader' });
    expect((await verified(stack)).look('request-statuses')).toMatchObject({
      verdict: 'otherwise',
      seen: expect.stringContaining('Pondering 1'),
    });
    expect((await verified(stack)).look('group-prolonging').verdict).toBe('as-assumed');
  });

  it.each([
    ['Granted', 'as-assumed'],
    ['Provisioned', 'otherwise'],
  ])('a request that starts later is %s', async (grantedStatusForFuture, verdict) => {
    const stack = await signedIn({ simulator: { behaviour: { grantedStatusForFuture } } });
    await person(stack).activate({
      name: 'Production Support',
      start_time: '2026-01-15T12:00:00Z',
    });
    expect((await verified(stack)).look('later-status').verdict).toBe(verdict);
  });

  it('how long they are kept, once there are old ones', async () => {
    const stack = await signedIn();
    await person(stack).activate({ name: 'Production Support' });
    expect((await verified(stack)).look('requests-kept').verdict).toBe('not-seen');
    stack.clock.advance(31 * 86_400_000);
    expect((await verified(stack)).look('requests-kept')).toMatchObject({
      verdict: 'as-assumed',
      seen: expect.stringContaining('31 days old'),
    });
  });

  it.each([
    ['path', 'as-assumed'],
    ['guid', 'otherwise'],
  ] as const)('approvalId of Azure as a %s', async (approvalId, verdict) => {
    const stack = await signedIn({ simulator: { azure: { approvalId } } });
    const [row] = (await person(stack).eligible()).assignments.filter(
      ({ name, scope }) => name === 'Owner' && scope.name === 'Grid Production',
    );
    await person(stack).activate({ name: row?.handle });
    expect((await verified(stack)).look('azure-approval-id').verdict).toBe(verdict);
  });

  it.each([
    [0, 'as-assumed'],
    [600, 'otherwise'],
  ])('rows of Azure that ended stay %i seconds', async (endedRowsSeconds, verdict) => {
    const stack = await signedIn({ simulator: { azure: { endedRowsSeconds } } });
    const name = 'Virtual Machine Contributor';
    const ticket = { ticket_number: '1', ticket_system: 'x' };
    const scope = { directory_scope_id: 'rg-scada' };
    await person(stack).activate({ name, ...ticket, ...scope });
    stack.clock.advance(301_000);
    await person(stack).deactivate({ name });
    expect((await verified(stack)).look('azure-ended-rows').verdict).toBe(verdict);
  });

  it("what waits in an approver's list can be decided about, or not", async () => {
    const marcus = await approverOf('Payments Operators', MARCUS);
    expect((await verified(marcus)).look('approver-rows').verdict).toBe('as-assumed');
    const { requests } = await person(marcus).requests({ show: 'awaiting-me' });
    await person(marcus).decide(requests[0]?.handle ?? '', 'approve');
    marcus.simulator.behaviour.patch({ graph: { staleApproverRows: 'as-pending' } });
    expect((await verified(marcus)).look('approver-rows').verdict).toBe('otherwise');
  });

  it.each([
    ['documented', 'as-assumed'],
    ['privileged-access-too', 'otherwise'],
  ] as const)('approvals of roles want what is %s', async (betaApprovalScope, verdict) => {
    const simulator = { behaviour: { betaApprovalScope } };
    const approver = await approverOf('Privileged Role Administrator', MARCUS, simulator);
    expect((await verified(approver)).look('role-approval-permission').verdict).toBe(verdict);
  });
});
