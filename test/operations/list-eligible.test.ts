import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { rowShape } from '../../src/operations/present.ts';
import { OWN_APP, openStack, type Stack } from '../support/stack.ts';

const listed = z.object({
  assignments: z.array(rowShape),
  total: z.number(),
  problems: z.array(z.object({ type: z.string(), code: z.string(), reason: z.string() })),
});

async function list(stack: Stack, input: Readonly<Record<string, unknown>> = {}, changes = {}) {
  const { outcome, view } = await stack.run('list_eligible', input, changes);
  if (outcome.kind !== 'done') throw new TypeError('refused');
  return { ...listed.parse(outcome.output), view };
}

describe('list_eligible', () => {
  it('shows one row per privilege, over groups and roles, with its scope', async () => {
    const { assignments } = await list(await openStack());
    const keys = assignments.map(({ name, role, scope }) => `${name}|${role}|${scope.name ?? ''}`);
    expect(keys).toContain('User Administrator|User Administrator|Grid North');
    expect(keys).toContain('User Administrator|User Administrator|Grid South');
    expect(keys.filter((key) => key.startsWith('Finance Reporting'))).toHaveLength(2);
    expect(assignments.filter(({ name }) => name === 'Security Reader')).toMatchObject([
      { memberType: 'Direct' },
    ]);
    expect(new Set(assignments.map(({ handle }) => handle)).size).toBe(assignments.length);
  });

  it('trap 1: never sends Accept-Language: *', async () => {
    const stack = await openStack();
    await list(stack);
    const toGraph = stack.simulator.requests.all().filter(({ path }) => path.startsWith('/v1.0'));
    const languages = toGraph.map(({ headers }) => headers['accept-language']);
    expect(languages.length).toBeGreaterThan(3);
    expect(new Set(languages)).toEqual(new Set(['en-US']));
  });

  it('trap 4: follows every page', async () => {
    const whole = await list(await openStack());
    const paged = await list(await openStack({ simulator: { behaviour: { pageSize: 2 } } }));
    expect(paged.assignments).toEqual(whole.assignments);
  });

  it('trap 6: a permanent assignment does not make a row active', async () => {
    const { assignments } = await list(await openStack(), { search: 'Groups Administrator' });
    expect(assignments).toMatchObject([{ status: 'Eligible', activeUntil: null }]);
  });

  it('trap 12: what cannot be read is named with its reason, the rest is shown', async () => {
    const failures = [
      { area: 'directory', status: 403, code: 'Authorization_RequestDenied', message: 'no' },
    ] as const;
    const stack = await openStack({
      env: { AZURE_CLIENT_ID: OWN_APP },
      simulator: { behaviour: { failures: [...failures] } },
    });
    const { assignments, problems, view } = await list(stack);
    expect(new Set(assignments.map(({ type }) => type))).toEqual(
      new Set(['Group', 'AzureResource']),
    );
    expect(problems).toMatchObject([{ type: 'EntraRole', code: 'forbidden' }]);
    expect(view?.notes?.join()).toContain('Entra roles could not be read');
  });

  it('trap 12: where only what is active cannot be read, the rows are shown with their state unknown', async () => {
    const stack = await openStack({ env: { AZURE_CLIENT_ID: OWN_APP } });
    stack.simulator.faults.add({
      match: { pathIncludes: 'group/assignmentScheduleInstances' },
      action: { kind: 'error', status: 403, code: 'Authorization_RequestDenied' },
      times: 10,
    });
    const { assignments, problems } = await list(stack);
    const states = (type: string): string[] =>
      assignments.filter((row) => row.type === type).map(({ status }) => status);
    expect(new Set(states('Group'))).toEqual(new Set(['Unknown']));
    expect(new Set(states('EntraRole'))).toEqual(new Set(['Eligible']));
    expect(problems).toMatchObject([
      { type: 'Group', reason: expect.stringContaining('what is active could not be read') },
    ]);
  });

  it('one that lacks consent for roles still shows groups', async () => {
    const stack = await openStack({
      env: { AZURE_CLIENT_ID: '68e58909-ccb2-4416-925a-56c9a30f4300' },
    });
    const { assignments, problems } = await list(stack);
    expect(assignments.length).toBeGreaterThan(0);
    expect(problems).toMatchObject([
      { type: 'EntraRole', code: 'consent-missing' },
      { type: 'AzureResource', code: 'consent-missing' },
    ]);
  });

  it('an app that can have no Azure shows groups and roles, and says what Azure would need', async () => {
    const { assignments, problems } = await list(await openStack());
    expect(new Set(assignments.map(({ type }) => type))).toEqual(new Set(['Group', 'EntraRole']));
    expect(problems).toMatchObject([
      { type: 'AzureResource', reason: expect.stringContaining('AZURE_CLIENT_ID') },
    ]);
  });

  it('an empty list is never shown when nothing could be read', async () => {
    const failures = (['directory', 'group'] as const).map((area) => ({
      area,
      status: 400,
      code: 'AadPremiumLicenseRequired',
      message: 'The tenant needs a licence.',
    }));
    const stack = await openStack({ simulator: { behaviour: { failures } } });
    await expect(list(stack)).rejects.toMatchObject({ code: 'licence-missing' });
  });

  it('trap 18: a next page on another host is refused, and no token goes there', async () => {
    const stack = await openStack({ env: { AZURE_CLIENT_ID: OWN_APP } });
    const action = { kind: 'foreign-next-link', origin: 'https://attacker.example' } as const;
    stack.simulator.faults.add({ match: { pathIncludes: 'privilegedAccess' }, action });
    const { problems } = await list(stack);
    expect(problems).toMatchObject([{ type: 'Group', code: 'malformed' }]);
  });

  it('narrows by type and by text, and says how much it shows', async () => {
    const stack = await openStack();
    const roles = await list(stack, { type: 'EntraRole' });
    expect(new Set(roles.assignments.map(({ type }) => type))).toEqual(new Set(['EntraRole']));
    const north = await list(stack, { search: 'grid north' });
    expect(north.assignments).toMatchObject([{ name: 'User Administrator' }]);
    const few = await list(stack, {}, { rowLimit: 3 });
    expect(few.assignments).toHaveLength(3);
    expect(few.view?.headline).toContain(`3 of ${few.total}`);
  });

  it('takes one wave of requests once signed in', async () => {
    const stack = await openStack();
    await stack.signIn.token();
    stack.simulator.requests.clear();
    stack.simulator.faults.add({ times: 20, action: { kind: 'delay', milliseconds: 80 } });
    await list(stack);
    expect(stack.simulator.requests.all()).toHaveLength(4);
    expect(stack.simulator.requests.sequentialRounds()).toBe(1);
  });

  it('cleans names that were written to deceive', async () => {
    const stack = await openStack();
    const { assignments } = await list(stack);
    for (const { name } of assignments) expect(name).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it('never shows a model more rows than it can take, whatever it asks for', async () => {
    const { assignments } = await list(await openStack(), { limit: 10_000 }, { rowCap: 5 });
    expect(assignments).toHaveLength(5);
  });
});
