/** Somebody who may turn on 10,000 things, over all surfaces. `npm run bench` has time and memory. */
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { rowShape } from '../../src/operations/present.ts';
import { groupName } from '../../src/simulator/large-names.ts';
import { activate, refusal, WHY } from '../support/activate.ts';
import { openWorld } from '../support/child.ts';
import { connectV2 } from '../support/clients.ts';
import { openStack, OWN_APP, type Stack } from '../support/stack.ts';

const MANY = 10_000;
const LARGE = { simulator: { eligibilities: MANY }, env: { AZURE_CLIENT_ID: OWN_APP } } as const;
const LIMIT_MS = 60_000;

const GROUPS = 'privilegedAccess/group';
const ROLES = 'roleManagement/directory';
const AZURE = 'Microsoft.Authorization';

/** Pages of 100: what the simulator, like Microsoft, makes of 4,000, 1,000 and 5,000 rows. */
const GROUP_LISTS = {
  [`${GROUPS}/eligibilityScheduleInstances`]: 40,
  [`${GROUPS}/assignmentScheduleInstances`]: 1,
};
const ROLE_LISTS = {
  [`${ROLES}/roleEligibilityScheduleInstances`]: 10,
  [`${ROLES}/roleAssignmentScheduleInstances`]: 1,
};
/** Nothing is on in Azure. That is believed once the requests show nothing either. */
const AZURE_LISTS = {
  [`${AZURE}/roleEligibilityScheduleInstances`]: 50,
  [`${AZURE}/roleAssignmentScheduleInstances`]: 1,
  [`${AZURE}/roleAssignmentScheduleRequests`]: 1,
};
const ALL_LISTS = { ...GROUP_LISTS, ...ROLE_LISTS, ...AZURE_LISTS };

const listed = z.object({ assignments: z.array(rowShape), total: z.number() });

async function openLarge(): Promise<Stack> {
  const stack = await openStack(LARGE);
  await stack.signIn.token();
  await stack.signIn.token({ resource: 'arm' });
  stack.simulator.requests.clear();
  return stack;
}

async function list(stack: Stack, input: Readonly<Record<string, unknown>> = {}) {
  const { outcome } = await stack.run('list_eligible', input, { rowLimit: 50, rowCap: 200 });
  if (outcome.kind !== 'done') throw new TypeError('refused');
  return listed.parse(outcome.output);
}

/** How often each list was asked for since the last time, whatever the page. */
function requestsOf({ simulator }: Stack): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { path } of simulator.requests.all()) {
    const short = path.replace(/^.*\/(?=privilegedAccess|roleManagement|Microsoft\.Auth)/u, '');
    const key = short
      .replace(/\/filterByCurrentUser\(.*$/u, '')
      .replace(/\/[\da-f]{8}-[\da-f-]{27}$/u, '/{id}');
    counts[key] = (counts[key] ?? 0) + 1;
  }
  simulator.requests.clear();
  return counts;
}

describe('a tenant with 10,000 eligibilities', { timeout: LIMIT_MS }, () => {
  it('is listed in one wave of requests, then their pages, and not one request more', async () => {
    const stack = await openLarge();
    const { faults, requests } = stack.simulator;
    faults.add({ times: 6, action: { kind: 'hold' } });
    const reading = list(stack);
    await requests.whenInFlight(6);
    expect(requests.all().map(({ answered }) => answered)).toEqual(Array(6).fill(null));
    const wave = Object.keys(ALL_LISTS).filter((key) => !key.endsWith('Requests'));
    const sent = Object.keys(ALL_LISTS).filter((key) =>
      requests.all().some(({ path }) => path.includes(key)),
    );
    expect(sent).toEqual(wave);
    faults.release();
    const { assignments, total } = await reading;
    expect(total).toBe(MANY);
    expect(assignments).toHaveLength(50);
    expect(requests.all()).toHaveLength(104);
    expect(requestsOf(stack)).toEqual(ALL_LISTS);
  });

  it('is narrowed by type, which reads that surface only, and by text', async () => {
    const stack = await openLarge();
    expect(await list(stack, { type: 'Group' })).toMatchObject({ total: 4000 });
    expect(requestsOf(stack)).toEqual(GROUP_LISTS);
    expect(await list(stack, { type: 'EntraRole' })).toMatchObject({ total: 1000 });
    expect(requestsOf(stack)).toEqual(ROLE_LISTS);
    const { total, assignments } = await list(stack, { type: 'AzureResource' });
    expect(total).toBe(5000);
    expect(requestsOf(stack)).toEqual(AZURE_LISTS);
    const [row] = assignments;
    const found = await list(stack, { search: row?.handle ?? '' });
    expect(found).toEqual({ assignments: [row], total: 1 });
  });

  it('is read once for "list, then activate": the activation asks for its own policy and no more', async () => {
    const stack = await openLarge();
    const { assignments } = await list(stack, { search: groupName(1) });
    stack.simulator.requests.clear();
    const done = await activate(stack, { name: assignments[0]?.handle });
    expect(done).toMatchObject({ status: 'active', name: groupName(1) });
    expect(requestsOf(stack)).toEqual({
      roleManagementPolicyAssignments: 1,
      [`${GROUPS}/assignmentScheduleRequests`]: 1,
      [`${GROUPS}/assignmentScheduleRequests/{id}`]: 1,
    });
  });

  it('refuses a name that a thousand rows have, with a few of them and how many there are', async () => {
    const stack = await openLarge();
    const { problems, candidates } = await refusal(stack, {
      name: 'Contributor',
      justification: WHY,
    });
    expect(problems).toMatchObject([
      { code: 'ambiguous-name', message: expect.stringContaining('fits 1000 eligible') },
    ]);
    expect(candidates).toHaveLength(20);
  });
});

const TOKENS_PER_ROW = { text: 40, structured: 160 };

async function connect() {
  const world = await openWorld(LARGE.simulator);
  return connectV2({ ...world, env: { ...world.env, ...LARGE.env } }, 'auto');
}

describe('a client of the built server, in such a tenant', { timeout: LIMIT_MS }, () => {
  it.each([
    ['nobody says how many', {}, 50, MANY],
    ['all of them are asked for', { limit: MANY }, 200, MANY],
    ['those with the longest rows are', { type: 'AzureResource', limit: MANY }, 200, 5000],
  ] as const)(
    'receives the first rows, how many there are and how to narrow, when %s',
    async (_, input, shown, total) => {
      const client = await connect();
      const { content, structuredContent } = await client.call('list_eligible', input);
      const text = content.map((each) => each.text).join('');
      const lines = text.split('\n');
      expect(lines[0]).toBe(`${shown} of ${total} eligible assignments, 0 active.`);
      expect(lines.filter((line) => /^[agr]-\w{8}\t/u.test(line))).toHaveLength(shown);
      expect(lines.at(-1)).toMatch(/^Note: Narrow the list with search or type/u);
      expect(countTokens(text)).toBeLessThan(shown * TOKENS_PER_ROW.text);
      const structured = listed.parse(structuredContent);
      expect(structured.total).toBe(total);
      expect(structured.assignments).toHaveLength(shown);
      const whole = countTokens(JSON.stringify(structuredContent));
      expect(whole).toBeLessThan(shown * TOKENS_PER_ROW.structured);
    },
  );
});
