import { describe, expect, it } from 'vitest';
import { addTo, hours, minutes } from '../../../src/domain/duration.ts';
import { ME } from '../support/samples.ts';
import { json, silence, START } from '../support/tenant.ts';
import { fault, requestRow, RESOURCE_GROUP, ROLE_PATH, TARGET } from './samples.ts';

import { CREATED, ORDER, scripted } from './scripted.ts';
const GUID_NAME = /roleAssignmentScheduleRequests\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\?/u;

describe('what is sent to activate', () => {
  it('is a PUT under a new GUID, with what the eligibility says and the caller’s own id', async () => {
    const { azure, sent } = scripted(CREATED);
    const answer = await azure.activate(ORDER, {});
    expect(answer).toMatchObject({ status: 'Provisioned', target: TARGET, duration: hours(8) });
    expect(sent).toEqual([
      {
        method: 'PUT',
        url: expect.stringMatching(GUID_NAME),
        body: {
          properties: {
            principalId: ME,
            roleDefinitionId: ROLE_PATH,
            requestType: 'SelfActivate',
            scheduleInfo: { expiration: { type: 'AfterDuration', duration: 'PT2H' } },
          },
        },
      },
    ]);
  });

  it('has a start only where that is to come', async () => {
    const { azure, sent } = scripted(CREATED, CREATED);
    await azure.activate({ ...ORDER, startTime: addTo(START, minutes(10)) }, {});
    await azure.activate({ ...ORDER, startTime: addTo(START, minutes(0)) }, {});
    const expiration = { type: 'AfterDuration', duration: 'PT2H' };
    expect(sent.map(({ body }) => body)).toMatchObject([
      { properties: { scheduleInfo: { startDateTime: '2026-11-23T08:40:00.000Z', expiration } } },
      { properties: { scheduleInfo: { expiration } } },
    ]);
    expect(JSON.stringify(sent[1])).not.toContain('startDateTime');
  });

  it('has a ticket and a reason where they are given', async () => {
    const { azure, sent } = scripted(CREATED);
    const ticket = { number: 'CHG-88', system: 'ServiceNow' };
    await azure.activate({ ...ORDER, justification: 'Deploy hotfix', ticket }, {});
    expect(sent[0]?.body).toMatchObject({
      properties: {
        justification: 'Deploy hotfix',
        ticketInfo: { ticketNumber: 'CHG-88', ticketSystem: 'ServiceNow' },
      },
    });
  });

  it('has a name of its own each time', async () => {
    const { azure, sent } = scripted(CREATED, CREATED);
    await azure.activate(ORDER, {});
    await azure.activate(ORDER, {});
    expect(new Set(sent.map(({ url }) => url)).size).toBe(2);
  });

  it('goes to the scope as it is written, spaces and brackets encoded', async () => {
    const { azure, sent } = scripted(CREATED);
    await azure.activate({ ...ORDER, target: { ...TARGET, scope: RESOURCE_GROUP } }, {});
    expect(sent[0]?.url).toContain(
      '/resourceGroups/rg%20(app)%20%C3%BC.1/providers/Microsoft.Auth',
    );
  });

  it.each(['/subscriptions/../../x', '/subscriptions/a?b=', '/subscriptions/a#b', '//evil/x', 'x'])(
    'never goes to %j',
    async (scope) => {
      const { azure, sent } = scripted();
      const order = { ...ORDER, target: { ...TARGET, scope } };
      await expect(azure.activate(order, {})).rejects.toMatchObject({ code: 'rejected' });
      expect(sent).toEqual([]);
    },
  );

  it('may take Azure more than 15 seconds to answer', async () => {
    const { azure, clock, drive } = scripted(async (sending) => {
      await clock.sleep(45_000);
      return CREATED(sending);
    });
    expect(await drive(azure.activate(ORDER, {}))).toMatchObject({ status: 'Provisioned' });
  });

  it('trap 19: that never got an answer is looked for after a minute', async () => {
    const { azure, sent, drive } = scripted(silence, json(200, requestRow()));
    expect(await drive(azure.activate(ORDER, {}))).toMatchObject({ status: 'Provisioned' });
    expect(sent.map(({ method }) => method)).toEqual(['PUT', 'GET']);
  });

  it('is waited with, and cancelled, after a 429', async () => {
    const { azure, sent } = scripted(json(429, fault('TooManyRequests'), { 'retry-after': '5' }));
    const controller = new AbortController();
    const report = () => controller.abort();
    await expect(
      azure.activate(ORDER, { signal: controller.signal, report }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    expect(sent).toHaveLength(1);
  });
});
