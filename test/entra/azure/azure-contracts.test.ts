import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { hours } from '../../../src/domain/duration.ts';
import { activationBody, deactivationBody } from '../../../src/entra/azure/orders.ts';
import { readRequest } from '../../../src/entra/azure/wire.ts';
import { ME } from '../support/samples.ts';
import { START, tenant, text } from '../support/tenant.ts';
import {
  ACTIVE,
  APPROVAL,
  CONTRIBUTOR,
  ELIGIBILITIES,
  FOR_DECISION,
  KNOWN,
  line,
  POLICY,
  PROVIDER,
  TARGET,
} from './samples.ts';

/** Bodies of the reference, where they lie beside this checkout; skipped, and counted, elsewhere. */
const EXAMPLES = path.resolve(import.meta.dirname, '../../../../shared/contracts/examples');

function example(name: string): string {
  return readFileSync(path.join(EXAMPLES, `${name}.json`), 'utf8');
}

const ORDER = {
  target: TARGET,
  principalId: ME,
  justification: 'Deploy hotfix',
  ticket: { number: 'CHG-88', system: 'ServiceNow' },
  startTime: START,
  duration: hours(8),
};

describe.skipIf(!existsSync(EXAMPLES))('the reference’s bodies of Azure', () => {
  it('are read: eligible, active, policy, waiting, stages', async () => {
    const { on, surface } = tenant();
    const azure = surface('azure');
    on(ELIGIBILITIES, text(200, example('arm.roleEligibilityScheduleInstances.asTarget.200')));
    on(ACTIVE, text(200, example('arm.roleAssignmentScheduleInstances.asTarget.200')));
    on(POLICY, text(200, example('arm.policyAssignments.200')));
    on(FOR_DECISION, text(200, example('arm.requests.asApprover.200')));
    const stages = `${PROVIDER}/roleAssignmentApprovals/${APPROVAL}/stages`;
    on(
      line('GET', stages, 'api-version=2021-01-01-preview'),
      text(200, example('arm.approvalStages.200')),
    );
    expect((await azure.eligibilities({})).map(({ name }) => name)).toEqual([
      'Contributor',
      'Reader',
    ]);
    expect(await azure.active({})).toMatchObject([{ target: TARGET, through: null }]);
    expect(await azure.policy(TARGET, {})).toMatchObject({ maximumDuration: hours(8) });
    const [waiting = KNOWN] = await azure.awaiting({});
    expect(waiting).toMatchObject({ principal: { name: 'Bob Example' }, approvalId: APPROVAL });
    expect(await azure.stages(waiting, {})).toMatchObject([{ isMine: true }]);
  });

  it('are sent: activation, without the eligibility that it may name, and deactivation', () => {
    const sent = { properties: { linkedRoleEligibilityScheduleId: expect.any(String) } };
    const expected: unknown = JSON.parse(example('arm.selfActivate.request'));
    expect(expected).toMatchObject(activationBody(TARGET, ORDER, START));
    expect(expected).toMatchObject(sent);
    const off = { ...ORDER, justification: 'done' };
    expect(deactivationBody(TARGET, off)).toEqual(
      JSON.parse(example('arm.selfDeactivate.request')),
    );
  });

  it('are answers to an activation', () => {
    const answered: unknown = JSON.parse(example('arm.selfActivate.201'));
    expect(readRequest(answered)).toMatchObject({
      target: { roleDefinitionId: expect.stringContaining(CONTRIBUTOR) },
      status: 'Provisioned',
      duration: hours(8),
      ticket: ORDER.ticket,
    });
  });
});
