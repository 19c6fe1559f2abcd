import { describe, expect, it } from 'vitest';
import { journalEntrySchema, memoryJournal } from '../../src/simulator/journal.ts';
import { requestsOf } from '../../src/simulator/request-life.ts';
import { TEST_START } from '../support/fake-clock.ts';
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
  newName,
  off,
  order,
  OWNER,
  propertiesOf,
  READER,
  REQUESTS,
  requestAt,
  RG_BILLING,
  RG_SCADA,
  rowsOf,
  verdictOf,
} from './azure-support.ts';
import { ADA, IDENTITY_OPERATIONS, MARCUS, NOOR } from './graph-support.ts';

function linked(scope: string, id: string, azure = {}): Promise<string> {
  const body = order(CONTRIBUTOR, { linkedRoleEligibilityScheduleId: id });
  return activate(armService({ azure }), scope, body);
}

describe('an activation', () => {
  it('goes from PUT over the lists to its end', async () => {
    const arm = armService();
    const address = requestAt(GRID_PRODUCTION);
    const sent = await arm.send(
      'PUT',
      address,
      order(CONTRIBUTOR, { ticketInfo: { ticketNumber: '1', ticketSystem: 'S' } }),
    );
    expect(verdictOf(sent)).toBe('201 Provisioned');
    expect(propertiesOf(sent.body)).toMatchObject({
      scope: GRID_PRODUCTION,
      principalId: ADA,
      requestorId: ADA,
      requestType: 'SelfActivate',
      approvalId: null,
      justification: 'CHG-88',
      ticketInfo: { ticketNumber: '1', ticketSystem: 'S' },
      scheduleInfo: {
        startDateTime: '2026-01-15T09:00:00.000Z',
        expiration: { type: 'AfterDuration', duration: 'PT1H', endDateTime: null },
      },
    });
    expect((await arm.get(address)).body).toEqual(sent.body);
    expect(rowsOf(await arm.get(at('', REQUESTS, MINE)))).toEqual([sent.body]);
    arm.advance(3599);
    expect(await activeOf(arm)).toHaveLength(1);
    arm.advance(1);
    expect(await activeOf(arm)).toEqual([]);
  });

  it('of the same GUID again is the same request, also after it ended; never a second', async () => {
    const arm = armService();
    const address = requestAt(GRID_PRODUCTION);
    const first = await arm.send('PUT', address, order(CONTRIBUTOR));
    const [again, together] = await Promise.all([
      arm.send('PUT', address, order(CONTRIBUTOR)),
      arm.send('PUT', address, order(CONTRIBUTOR)),
    ]);
    expect([again.body, together.body]).toEqual([first.body, first.body]);
    arm.advance(7200);
    expect(verdictOf(await arm.send('PUT', address, order(CONTRIBUTOR)))).toBe('201 Provisioned');
    expect(arm.journal.entries()).toHaveLength(1);
  });

  it('of a GUID that is in use elsewhere, or is none, is refused', async () => {
    const arm = armService();
    const name = newName();
    await arm.send('PUT', requestAt(GRID_PRODUCTION, name), order(CONTRIBUTOR));
    const elsewhere = await arm.send('PUT', requestAt(GRID_TEST, name), order(CONTRIBUTOR));
    expect(verdictOf(elsewhere)).toBe('409 Conflict');
    for (const different of [order(OWNER), off(CONTRIBUTOR)]) {
      const answer = await arm.send('PUT', requestAt(GRID_PRODUCTION, name), different);
      expect(verdictOf(answer)).toBe('409 Conflict');
    }
    const other = order(CONTRIBUTOR, { principalId: MARCUS });
    const theirs = await arm.send('PUT', requestAt(GRID_PRODUCTION, name), other, { as: MARCUS });
    expect(verdictOf(theirs)).toBe('409 Conflict');
    const odd = await arm.send('PUT', requestAt(GRID_PRODUCTION, 'mine'), order(CONTRIBUTOR));
    expect(verdictOf(odd)).toBe('400 InvalidRoleAssignmentRequest');
  });

  it('takes the role’s path of any scope, and the bare GUID in any case', async () => {
    for (const roleDefinitionId of [
      `${GRID_TEST}/providers/Microsoft.Authorization/roleDefinitions/${CONTRIBUTOR}`,
      CONTRIBUTOR.toUpperCase(),
    ]) {
      const arm = armService();
      const body = order(CONTRIBUTOR, { roleDefinitionId });
      expect(await activate(arm, GRID_TEST.toUpperCase(), body)).toBe('201 Provisioned');
    }
  });

  it('trap 3: of a group’s id is refused, though the row shows it', async () => {
    const arm = armService();
    const asGroup = order(READER, { principalId: IDENTITY_OPERATIONS });
    const refused = await arm.send('PUT', requestAt(GRID), asGroup);
    expect(verdictOf(refused)).toBe('403 AuthorizationFailed');
    expect(errorOf(refused).message).toContain(
      "action 'Microsoft.Authorization/roleAssignmentScheduleRequests/write'",
    );
    expect(await activate(arm, GRID, order(READER))).toBe('201 Provisioned');
    expect(await activeOf(arm)).toEqual(['Reader at Grid (Direct)']);
  });

  it('works below the eligibility, and is then off only there', async () => {
    const arm = armService();
    expect(await activate(arm, KV_SCADA, order(CONTRIBUTOR))).toBe('201 Provisioned');
    expect(await activeOf(arm)).toEqual(['Contributor at kv-scada (Direct)']);
    const [row] = rowsOf(await arm.get(at(KV_SCADA, ACTIVE, MINE)));
    expect(propertiesOf(row)['linkedRoleEligibilityScheduleId']).toContain(
      `${GRID_PRODUCTION}/providers/Microsoft.Authorization/RoleEligibilitySchedules/`,
    );
    arm.advance(300);
    const above = await activate(arm, GRID_PRODUCTION, off(CONTRIBUTOR));
    expect(above).toBe('400 RoleAssignmentDoesNotExist');
    expect(await activate(arm, KV_SCADA, off(CONTRIBUTOR))).toBe('201 Revoked');
    expect(await activeOf(arm)).toEqual([]);
  });

  it('from a management group may be refused below subscriptions', async () => {
    const arm = armService({ azure: { resourceGroupUnderManagementGroup: 'refused' } });
    expect(await activate(arm, RG_SCADA, order(READER))).toBe('403 AuthorizationFailed');
    expect(await activate(arm, GRID_TEST, order(READER))).not.toBe('403 AuthorizationFailed');
    // Eligible on the group itself as well.
    expect(await activate(arm, RG_BILLING, order(READER))).toBe('201 Provisioned');
  });

  it('takes the linked eligibility: a GUID at its own scope, the whole path below it', async () => {
    const [row] = rowsOf(await armService().get(at(GRID_PRODUCTION, ELIGIBLE, MINE)));
    const path = String(propertiesOf(row)['roleEligibilityScheduleId']);
    const guid = path.split('/').at(-1) ?? '';
    expect(await linked(GRID_PRODUCTION, guid)).toBe('201 Provisioned');
    expect(await linked(RG_SCADA, guid)).toBe('400 InvalidRoleAssignmentRequest');
    expect(await linked(RG_SCADA, path)).toBe('201 Provisioned');
    expect(await linked(RG_SCADA, guid, { linkedIdAtChildScope: 'any' })).toBe('201 Provisioned');
    expect(await linked(FINANCE, path)).toBe('400 InvalidRoleAssignmentRequest');
  });

  it('may start later, appears as granted, and can be cancelled', async () => {
    const later = {
      startDateTime: '2026-01-15T12:00:00Z',
      expiration: { type: 'AfterDuration', duration: 'PT1H' },
    };
    for (const cancelStatus of [200, 204] as const) {
      const arm = armService({ azure: { cancelStatus } });
      const name = newName();
      const sent = await arm.send(
        'PUT',
        requestAt(GRID_PRODUCTION, name),
        order(CONTRIBUTOR, { scheduleInfo: later }),
      );
      expect(verdictOf(sent)).toBe('201 Granted');
      expect(await activeOf(arm)).toEqual([]);
      expect(
        await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR, { scheduleInfo: later })),
      ).toBe('400 OverlapsPendingRoleAssignmentRequests');
      const cancelling = requestAt(GRID_PRODUCTION, name, '/cancel');
      expect(await arm.send('POST', cancelling)).toMatchObject({ status: cancelStatus, body: {} });
      expect(verdictOf(await arm.get(requestAt(GRID_PRODUCTION, name)))).toBe('200 Canceled');
      expect(verdictOf(await arm.send('POST', cancelling))).toBe('400 BadRequest');
    }
  });

  it('may take time after the answer, where the tenant is slow', async () => {
    const arm = armService({ azure: { provisioningDelaySeconds: 20 } });
    const address = requestAt(GRID_PRODUCTION);
    expect(verdictOf(await arm.send('PUT', address, order(CONTRIBUTOR)))).toBe(
      '201 PendingProvisioning',
    );
    arm.advance(20);
    expect(verdictOf(await arm.get(address))).toBe('200 Provisioned');
  });
});

describe('turning off', () => {
  it('is refused in the first five minutes, then done', async () => {
    const arm = armService();
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    arm.advance(299);
    expect(await activate(arm, GRID_PRODUCTION, off(CONTRIBUTOR))).toBe(
      '400 ActiveDurationTooShort',
    );
    arm.advance(1);
    expect(await activate(arm, GRID_PRODUCTION, off(CONTRIBUTOR))).toBe('201 Revoked');
    expect(await activeOf(arm)).toEqual([]);
    expect(await activate(arm, GRID_PRODUCTION, off(CONTRIBUTOR))).toBe(
      '400 RoleAssignmentDoesNotExist',
    );
  });

  it('does not find what is too new, where the service is so', async () => {
    const arm = armService({ azure: { notFoundSeconds: 44 } });
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    arm.advance(43);
    expect(await activate(arm, GRID_PRODUCTION, off(CONTRIBUTOR))).toBe(
      '400 RoleAssignmentDoesNotExist',
    );
    arm.advance(1);
    expect(await activate(arm, GRID_PRODUCTION, off(CONTRIBUTOR))).toBe(
      '400 ActiveDurationTooShort',
    );
  });

  it('is not for what an administrator assigned', async () => {
    expect(await activate(armService(), GRID_TEST, off(READER))).toBe(
      '400 RoleAssignmentDoesNotExist',
    );
  });

  it('leaves a gap in which the next activation is refused as existing', async () => {
    const arm = armService({ azure: { reactivationGapSeconds: 90 } });
    await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR));
    arm.advance(300);
    await activate(arm, GRID_PRODUCTION, off(CONTRIBUTOR));
    arm.advance(89);
    expect(await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR))).toBe(
      '400 RoleAssignmentExists',
    );
    arm.advance(1);
    expect(await activate(arm, GRID_PRODUCTION, order(CONTRIBUTOR))).toBe('201 Provisioned');
  });
});

describe('a request', () => {
  it('is read by its own name and scope, by its requester and approvers only', async () => {
    const arm = armService();
    const name = newName();
    await arm.send('PUT', requestAt(GRID_PRODUCTION, name), order(OWNER));
    const read = async (scope: string, as: string): Promise<number> =>
      (await arm.get(requestAt(scope, name), { as })).status;
    expect(await Promise.all([ADA, MARCUS, NOOR].map((as) => read(GRID_PRODUCTION, as)))).toEqual([
      200, 200, 404,
    ]);
    expect(await read(GRID_TEST, ADA)).toBe(404);
    const cancelled = await arm.send(
      'POST',
      requestAt(GRID_PRODUCTION, name, '/cancel'),
      undefined,
      {
        as: MARCUS,
      },
    );
    expect(cancelled.status).toBe(404);
  });

  it('is the same in another process with the same journal', async () => {
    const one = armService();
    const name = newName();
    await one.send('PUT', requestAt(GRID_PRODUCTION, name), order(CONTRIBUTOR));
    const entries = journalEntrySchema
      .array()
      .parse(JSON.parse(JSON.stringify(one.journal.entries())));
    const two = armService({ journal: memoryJournal(entries), start: TEST_START });
    expect(requestsOf(two.tenant.state())).toEqual(requestsOf(one.tenant.state()));
    const query = at('', ACTIVE, MINE);
    expect((await two.get(query)).body).toEqual((await one.get(query)).body);
    const repeated = await two.send('PUT', requestAt(GRID_PRODUCTION, name), order(CONTRIBUTOR));
    expect(verdictOf(repeated)).toBe('201 Provisioned');
    expect(two.journal.entries()).toHaveLength(1);
  });
});
