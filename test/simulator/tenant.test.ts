import { describe, expect, it } from 'vitest';
import { allPermissions } from '../../src/domain/permissions.ts';
import { DEFAULT_CLIENT_ID } from '../../src/domain/settings.ts';
import { behaviourSchema, DEFAULT_BEHAVIOUR } from '../../src/simulator/behaviour.ts';
import { assignmentsOf, eligibilitiesOf } from '../../src/simulator/holdings.ts';
import { journalEntrySchema, memoryJournal } from '../../src/simulator/journal.ts';
import { requestsOf } from '../../src/simulator/request-life.ts';
import { contosoScenario, defaultUser, parseScenario } from '../../src/simulator/scenario.ts';
import { stateOf } from '../../src/simulator/tenant.ts';
import { TEST_START } from '../support/fake-clock.ts';
import {
  ACTIVE_ROLES,
  ADA,
  GROUP_REQUESTS,
  groupOrder,
  MARCUS,
  PAYMENTS_OPERATORS,
  ROLE_REQUESTS,
  roleOrder,
  rowsOf,
  scheduleInfo,
  service,
  textOf,
} from './graph-support.ts';
import { decide } from '../../src/simulator/decide.ts';

const company = contosoScenario();

/** A tenant in which something of everything happened. */
async function eventful(): Promise<ReturnType<typeof service>> {
  const graph = service();
  await graph.post(ROLE_REQUESTS, roleOrder());
  const payments = groupOrder({ groupId: PAYMENTS_OPERATORS });
  const requestId = textOf((await graph.post(GROUP_REQUESTS, payments)).body, 'id');
  graph.advance(600);
  await decide(graph.tenant, { requestId, by: MARCUS, result: 'Approve' });
  const later = scheduleInfo({ startDateTime: '2026-01-15T12:00:00Z' });
  const scheduled = await graph.post(GROUP_REQUESTS, groupOrder({ scheduleInfo: later }));
  await graph.post(`${GROUP_REQUESTS}/${textOf(scheduled.body, 'id')}/cancel`, undefined);
  await graph.post(ROLE_REQUESTS, roleOrder({ action: 'selfDeactivate' }));
  return graph;
}

async function ids(): Promise<string[]> {
  return requestsOf((await eventful()).tenant.state()).map(({ request }) => request.id);
}

function after(seconds: number): Date {
  return new Date(TEST_START.getTime() + seconds * 1000);
}

describe('the state of the tenant', () => {
  it('is the same for the same journal and time, in another process too', async () => {
    const { journal, tenant } = await eventful();
    const copy = journalEntrySchema.array().parse(JSON.parse(JSON.stringify(journal.entries())));
    const replayed = service({ journal: memoryJournal(copy), start: after(600) });
    expect(copy).toEqual(journal.entries());
    expect(requestsOf(replayed.tenant.state())).toEqual(requestsOf(tenant.state()));
    const [here, there] = [assignmentsOf(tenant.state(), ADA), replayed.tenant.state()];
    expect(assignmentsOf(there, ADA)).toEqual(here);
  });

  it('moves with time alone', async () => {
    const { journal } = await eventful();
    const statuses = (seconds: number): string[] =>
      requestsOf(stateOf(company, journal.entries(), after(seconds))).map(({ status }) => status);
    expect(statuses(-1)).toEqual([]);
    expect(statuses(0)).toEqual(['Provisioned', 'PendingApproval']);
    const end = ['Canceled', 'Revoked'];
    expect(statuses(600)).toEqual(['Provisioned', 'PendingProvisioning', ...end]);
    expect(statuses(602)).toEqual(['Provisioned', 'Provisioned', ...end]);
  });

  it('gives the same ids to the same story, and other ids to another', async () => {
    const first = await ids();
    expect(await ids()).toEqual(first);
    expect(new Set(first).size).toBe(first.length);
  });

  it('does not depend on behaviour that is switched after a request was made', async () => {
    const slow = { provisioningDelaySeconds: { group: 60, directory: 60 } };
    const before = service({ behaviour: slow });
    await before.post(ROLE_REQUESTS, roleOrder());
    const quick = service({ journal: before.journal, start: after(59) });
    const activated = `${ACTIVE_ROLES}?$filter=assignmentType eq 'Activated'`;
    expect(rowsOf(await quick.get(activated))).toEqual([]);
    quick.advance(1);
    expect(rowsOf(await quick.get(activated))).toHaveLength(1);
  });

  it('keeps nothing of a write that was refused, and goes on', async () => {
    const { tenant, journal } = service();
    const refusal = new Error('no');
    const failing = tenant.write(() => {
      throw refusal;
    });
    await expect(failing).rejects.toBe(refusal);
    await expect(tenant.write(() => ({ entry: null, answer: 'yes' }))).resolves.toBe('yes');
    expect(journal.entries()).toEqual([]);
  });

  it('has eligibilities whose end moves on with the month, so that the demo never runs dry', () => {
    for (const year of [2026, 2031, 2040]) {
      const now = new Date(Date.UTC(year, 4, 20));
      const rows = eligibilitiesOf(stateOf(company, [], now), ADA);
      expect(rows.filter(({ target }) => target.kind !== 'azure')).toHaveLength(16);
      expect(rows.filter(({ target }) => target.kind === 'azure')).toHaveLength(9);
      expect(rows[0]?.endsAt).toEqual(new Date(Date.UTC(year, 4, 1 + 180)));
    }
  });
});

describe('the Contoso scenario', () => {
  it('starts with the plain case: a group for up to two hours, with a justification', () => {
    const [first] = company.eligibilities;
    const group = company.groups.find(
      ({ id }) => first && 'groupId' in first && id === first.groupId,
    );
    expect(group?.displayName).toBe('Production Support');
    expect(company.policies[0]).toMatchObject({
      groupId: group?.id,
      maximumDuration: 'PT2H',
      enabledRules: ['Justification'],
      readable: 'yes',
    });
    expect(company.policies[0]).not.toHaveProperty('approval');
    expect(defaultUser(company)).toMatchObject({ id: ADA, displayName: 'Ada Lindgren' });
  });

  it('lets the default app have everything that the product asks for', () => {
    const app = company.apps.find(({ clientId }) => clientId === DEFAULT_CLIENT_ID);
    expect(app).toMatchObject({ signInAudience: 'multi', redirectPlatform: 'mobile' });
    expect(app?.consentedScopes).toEqual(expect.arrayContaining(allPermissions('graph')));
  });

  it('has a name that is both a group and a role', () => {
    const roles = company.roleDefinitions.map(({ displayName }) => displayName);
    const both = company.groups.filter(({ displayName }) => roles.includes(displayName));
    expect(both.map(({ displayName }) => displayName)).toEqual(['Helpdesk Administrator']);
  });

  it('is refused when it points at something that is not there', () => {
    const [first] = company.eligibilities;
    const unknown = '11111111-1111-4111-8111-111111111111';
    const broken = { ...company, eligibilities: [{ ...first, principalId: unknown }] };
    expect(() => parseScenario(broken)).toThrow(unknown);
    expect(() => parseScenario({ ...company, users: [] })).toThrow('users');
  });

  it('has a schema for its behaviour, which the default fits', () => {
    expect(behaviourSchema.parse(DEFAULT_BEHAVIOUR)).toEqual(DEFAULT_BEHAVIOUR);
    expect(behaviourSchema.partial().safeParse({ lagSecond: 1 }).success).toBe(false);
  });
});
