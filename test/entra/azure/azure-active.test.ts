import { describe, expect, it } from 'vitest';
import { GROUP, ME } from '../support/samples.ts';
import { json, rows, silence, tenant } from '../support/tenant.ts';
import {
  ACTIVE,
  activeAt,
  assignment,
  fault,
  MANAGEMENT_GROUP,
  OTHER_SUBSCRIPTION,
  PROVIDER,
  READER,
  requestRow,
  REQUESTS,
  RESOURCE_GROUP,
  SUBSCRIPTION,
  TARGET,
  THROUGH_GROUP,
} from './samples.ts';

function next(...value: readonly unknown[]) {
  return json(200, { value, nextLink: `${ACTIVE.slice(4)}&$skiptoken=2` });
}

describe('active Azure roles', () => {
  it('say how, through whom, and from when to when', async () => {
    const { on, surface } = tenant();
    on(
      ACTIVE,
      rows(
        assignment(),
        assignment({ ...THROUGH_GROUP, assignmentType: 'Assigned', endDateTime: null }),
      ),
    );
    const common = {
      target: TARGET,
      name: 'Contributor',
      scope: { id: SUBSCRIPTION, name: 'sub-prod-01' },
    };
    const startTime = new Date('2026-11-23T08:00:00Z');
    expect(await surface('azure').active({})).toEqual([
      {
        ...common,
        startTime,
        memberType: 'Direct',
        through: null,
        assignmentType: 'activated',
        endTime: new Date('2026-11-23T16:00:00Z'),
      },
      {
        ...common,
        startTime,
        memberType: 'Group',
        through: { id: GROUP, name: 'SG-PIM-Platform-Admins' },
        assignmentType: 'assigned',
        endTime: null,
      },
    ]);
  });

  it('trap 3: are one’s own by the id, whatever its case', async () => {
    const { on, surface } = tenant();
    on(ACTIVE, rows(assignment({ principalId: ME.toUpperCase() })));
    expect(await surface('azure').active({})).toMatchObject([{ through: null }]);
  });

  it('that are over are dropped', async () => {
    const { on, surface } = tenant();
    on(
      ACTIVE,
      rows(
        assignment({ status: 'Revoked' }),
        assignment({ status: 'Failed' }),
        assignment({ endDateTime: '2026-11-23T08:30:00Z' }),
        assignment({ endDateTime: '2026-11-23T08:30:01Z' }),
      ),
    );
    expect(await surface('azure').active({})).toHaveLength(1);
  });

  it('are over by Azure’s clock, not ours', async () => {
    const { on, surface } = tenant();
    const row = assignment({ endDateTime: '2026-11-23T08:32:00Z' });
    on(ACTIVE, json(200, { value: [row] }, { date: 'Mon, 23 Nov 2026 08:33:00 GMT' }));
    expect(await surface('azure').active({})).toEqual([]);
  });

  it('are none where no activation of one’s own runs either', async () => {
    const { on, surface, sent } = tenant();
    on(ACTIVE, rows());
    on(
      REQUESTS,
      rows(requestRow({ status: 'Denied' }), requestRow({ requestType: 'AdminAssign' })),
    );
    expect(await surface('azure').active({})).toEqual([]);
    expect(sent).toHaveLength(2);
  });

  it('trap 17: that the root does not show are looked for where one’s own requests say they run', async () => {
    const { on, surface } = tenant();
    const scopes = [SUBSCRIPTION, SUBSCRIPTION.toUpperCase(), RESOURCE_GROUP, MANAGEMENT_GROUP];
    on(ACTIVE, rows());
    on(REQUESTS, rows(...scopes.map((scope) => requestRow({ scope }))));
    const atGroup = assignment({ scope: MANAGEMENT_GROUP }, '/instances/above');
    on(activeAt(SUBSCRIPTION), rows(assignment({}, '/instances/own'), atGroup));
    on(activeAt(MANAGEMENT_GROUP), rows(atGroup));
    const found = await surface('azure').active({});
    expect(found.map(({ scope }) => scope.id)).toEqual([SUBSCRIPTION, MANAGEMENT_GROUP]);
  });

  it('are those of the root again when that had only lagged behind', async () => {
    const { on, surface } = tenant();
    on(ACTIVE, rows(), rows(assignment(), assignment()), rows());
    on(REQUESTS, rows(requestRow()));
    on(activeAt(SUBSCRIPTION), rows(assignment()));
    expect(await surface('azure').active({})).toHaveLength(1);
    expect(await surface('azure').active({})).toHaveLength(2);
    expect(await surface('azure').active({})).toEqual([]);
  });

  it('are believed to be none once the root has shown some', async () => {
    const { on, surface, sent } = tenant();
    on(ACTIVE, rows(assignment({ status: 'Revoked' })), rows());
    expect(await surface('azure').active({})).toEqual([]);
    expect(await surface('azure').active({})).toEqual([]);
    expect(sent).toHaveLength(2);
  });

  it('are unknown, not fewer, when a place where one runs cannot be read', async () => {
    const { on, surface } = tenant();
    on(ACTIVE, rows());
    on(REQUESTS, rows(requestRow(), requestRow({ scope: OTHER_SUBSCRIPTION })));
    on(activeAt(SUBSCRIPTION), json(403, fault('AuthorizationFailed')));
    on(activeAt(OTHER_SUBSCRIPTION), rows(assignment({ scope: OTHER_SUBSCRIPTION })));
    await expect(surface('azure').active({})).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('are asked for at no more than four places at once', async () => {
    const { on, surface } = tenant();
    const scopes = Array.from({ length: 9 }, (_, index) => `/subscriptions/${index}`);
    let [running, most] = [0, 0];
    on(ACTIVE, rows());
    on(REQUESTS, rows(...scopes.map((scope) => requestRow({ scope }))));
    for (const scope of scopes)
      on(activeAt(scope), async (sent) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return rows(assignment({ scope }))(sent);
      });
    expect(await surface('azure').active({})).toHaveLength(9);
    expect(most).toBe(4);
  });

  it('stop being looked for when the call is cancelled', async () => {
    const { on, surface } = tenant();
    const controller = new AbortController();
    on(ACTIVE, rows());
    on(REQUESTS, rows(requestRow()));
    on(activeAt(SUBSCRIPTION), (sent) => {
      setImmediate(() => controller.abort());
      return silence(sent);
    });
    await expect(surface('azure').active({ signal: controller.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });

  it('come in pages', async () => {
    const { on, surface } = tenant();
    on(ACTIVE, next(assignment()));
    on(
      `${ACTIVE}&$skiptoken=2`,
      rows(assignment({ roleDefinitionId: `${PROVIDER}/roleDefinitions/${READER}` })),
    );
    expect(await surface('azure').active({})).toHaveLength(2);
  });
});
