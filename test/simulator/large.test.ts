import { describe, expect, it } from 'vitest';
import { simulatorCommand } from '../../src/compose.ts';
import { decide } from '../../src/simulator/decide.ts';
import { largeScenario } from '../../src/simulator/large-scenario.ts';
import { parseScenario, type Scenario } from '../../src/simulator/scenario.ts';
import * as azure from './azure-support.ts';
import {
  ADA,
  errorOf,
  groupOrder,
  GROUP_REQUESTS,
  GROUPS,
  MARCUS,
  MINE,
  nextLinkOf,
  POLICIES,
  ROLE_REQUESTS,
  roleOrder,
  ROLES,
  type Row,
  rowsOf,
  service,
  statusOf,
  textOf,
  verdictOf,
} from './graph-support.ts';
import { CLIENTS, running, signedIn } from './simulator-support.ts';

const MANY = 10_000;
const tenant = largeScenario({ eligibilities: MANY, seed: 7 });

const LISTS = [
  ['groups', `${GROUPS}/eligibilityScheduleInstances/${MINE}?$expand=group,principal`, 4000],
  [
    'roles',
    `${ROLES}/roleEligibilitySchedules/${MINE}?$expand=roleDefinition,principal,directoryScope`,
    1000,
  ],
] as const;

/** Every page of a list, by its links. */
async function pagesOf(
  first: string,
  read: (address: string) => Promise<{ rows: Row[]; next: string | undefined }>,
): Promise<Row[][]> {
  const pages: Row[][] = [];
  let address: string | undefined = first;
  while (address !== undefined) {
    const { rows, next }: { rows: Row[]; next: string | undefined } = await read(address);
    pages.push(rows);
    address = next;
  }
  return pages;
}

function graphPages(scenario: Scenario, first: string): Promise<Row[][]> {
  const graph = service({ scenario });
  return pagesOf(first, async (address) => {
    const answer = await graph.get(address);
    return {
      rows: rowsOf(answer),
      next: nextLinkOf(answer)?.slice('http://graph.test/v1.0'.length),
    };
  });
}

function azurePages(scenario: Scenario): Promise<Row[][]> {
  const arm = azure.armService({ scenario });
  return pagesOf(azure.at('', azure.ELIGIBLE, azure.MINE), async (address) => {
    const answer = await arm.get(address);
    return {
      rows: azure.rowsOf(answer),
      next: azure.nextLinkOf(answer)?.slice('http://arm.test'.length),
    };
  });
}

function distinct(rows: readonly Row[], of: (row: Row) => unknown): number {
  return new Set(rows.map(of)).size;
}

describe('a generated tenant', () => {
  it('is a scenario like one from a file, the same for the same numbers', () => {
    expect(parseScenario(tenant)).toEqual(tenant);
    expect(largeScenario({ eligibilities: MANY, seed: 7 })).toEqual(tenant);
    const other = largeScenario({ eligibilities: MANY, seed: 8 });
    expect(other.groups.map(({ id }) => id)).not.toEqual(tenant.groups.map(({ id }) => id));
  });

  it('calls no two groups, units or subscriptions alike', () => {
    const { groups, administrativeUnits, azure: resources } = tenant;
    const subscriptions = resources.scopes.filter(({ type }) => type === 'subscription');
    for (const named of [groups, administrativeUnits, subscriptions]) {
      expect(new Set(named.map(({ displayName }) => displayName)).size).toBe(named.length);
    }
    expect(new Set(resources.scopes.map(({ id }) => id)).size).toBe(resources.scopes.length);
  });

  it.each([0, 1, 7, 250])('has any size: %i', async (eligibilities) => {
    const scenario = parseScenario(largeScenario({ eligibilities }));
    const pages = await Promise.all([
      ...LISTS.map(([, address]) => graphPages(scenario, address)),
      azurePages(scenario),
    ]);
    expect(pages.flat(2)).toHaveLength(eligibilities);
  });

  it.each(LISTS)(
    'lists every page of %s, each row once and named',
    async (_name, address, count) => {
      const pages = await graphPages(tenant, address);
      expect(pages.map((page) => page.length)).toEqual(
        Array.from({ length: count / 100 }, () => 100),
      );
      const rows = pages.flat();
      expect(distinct(rows, ({ id }) => id)).toBe(count);
      const links = ['group', 'roleDefinition', 'principal', 'directoryScope'] as const;
      const shown = links.filter((link) => address.includes(link));
      const unnamed = rows.filter((row) =>
        shown.some((link) => !/"displayName":"[^"]+"/u.test(JSON.stringify(row[link]))),
      );
      expect(unnamed).toEqual([]);
    },
  );

  it('lists every page of Azure, at all kinds of scope and through a group', async () => {
    const pages = await azurePages(tenant);
    expect(pages.map((page) => page.length)).toEqual(Array.from({ length: 50 }, () => 100));
    const rows = pages.flat();
    const properties = rows.map(azure.propertiesOf);
    expect(distinct(rows, ({ id }) => id)).toBe(5000);
    const pairs = properties.map(({ scope, roleDefinitionId }) => ({
      pair: `${String(scope)} ${String(roleDefinitionId)}`,
    }));
    expect(distinct(pairs, ({ pair }) => pair)).toBe(5000);
    const summaries = azure.summaries({ status: 200, headers: {}, body: { value: rows } });
    expect(summaries.filter((text) => /undefined|null/u.test(text))).toEqual([]);
    expect(summaries.filter((text) => text.endsWith('(Group)'))).toHaveLength(250);
    const types = tenant.azure.scopes.map(({ type }) => type);
    expect(new Set(types)).toEqual(new Set(['managementgroup', 'subscription', 'resourcegroup']));
  });

  it('is activated, approved and limited like any other', async () => {
    const graph = service({ scenario: tenant });
    const [first, second] = tenant.policies.flatMap((policy) =>
      'groupId' in policy && policy.approval ? policy.groupId : [],
    );
    const id = textOf(
      (await graph.post(GROUP_REQUESTS, groupOrder({ groupId: first }))).body,
      'id',
    );
    expect(await statusOf(graph, id)).toBe('PendingApproval');
    await decide(graph.tenant, { requestId: id, by: MARCUS, result: 'Approve' });
    graph.advance(2);
    expect(await statusOf(graph, id)).toBe('Provisioned');
    const mute = await graph.post(
      GROUP_REQUESTS,
      groupOrder({ groupId: second, justification: '' }),
    );
    expect(errorOf(mute).message).toContain('JustificationRule');
    const [role] = tenant.eligibilities.filter((row) => 'roleDefinitionId' in row);
    expect(verdictOf(await graph.post(ROLE_REQUESTS, roleOrder({ ...role })))).toBe('201');
    const filter = `$filter=scopeId eq '${String(first)}' and scopeType eq 'Group'`;
    expect(rowsOf(await graph.get(`${POLICIES}?${filter}`))).toHaveLength(2);
    const [place] = tenant.azure.eligibilities;
    const arm = azure.armService({ scenario: tenant });
    const order = azure.order(place?.roleDefinitionId ?? '');
    expect(await azure.activate(arm, place?.scope ?? '', order)).toBe('201 Provisioned');
    const below = azure.at(place?.scope ?? '', 'eligibleChildResources');
    expect(azure.rowsOf(await arm.get(below))).toHaveLength(18);
  });

  it('is what a simulator starts with when it is told how many', async () => {
    const simulator = await running({ eligibilities: 20 });
    const { access_token: token } = await signedIn(simulator, { client_id: CLIENTS.own });
    const address = `${simulator.origin}/v1.0${GROUPS}/eligibilityScheduleInstances/${MINE}`;
    const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' };
    const body: unknown = await (await fetch(address, { headers })).json();
    expect(body).toMatchObject({ value: Array.from({ length: 8 }, () => ({ principalId: ADA })) });
  });

  it.each(['many', '0', '-5', '1.5'])('is not started for so many: %s', async (eligibilities) => {
    const said: string[] = [];
    const io = {
      out: (text: string) => said.push(text),
      err: (text: string) => said.push(text),
      columns: null,
      command: 'entra-pim',
    };
    const command = simulatorCommand(AbortSignal.abort());
    expect(await command.run({ argument: undefined, flags: { eligibilities }, io })).toBe(2);
    expect(said).toEqual([expect.stringContaining('--eligibilities: write a whole number')]);
  });

  it('is started by the command, and says where', async () => {
    const said: string[] = [];
    const io = {
      out: (text: string) => said.push(text),
      err: () => undefined,
      columns: null,
      command: 'entra-pim',
    };
    const command = simulatorCommand(AbortSignal.abort());
    expect(await command.run({ argument: undefined, flags: { eligibilities: '50' }, io })).toBe(0);
    expect(said.join('')).toContain('export ENTRA_PIM_GRAPH_URL=http://127.0.0.1:');
  });
});
