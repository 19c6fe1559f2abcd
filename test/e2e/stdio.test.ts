import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openWorld } from '../support/child.ts';
import { connectV1, connectV2, type AnyClient } from '../support/clients.ts';

const WHY = 'INC-4711 restart the billing job';

const CLIENTS = [
  ['the second-generation client, 2025 era', (world) => connectV2(world, 'legacy')],
  ['the second-generation client, 2026-07-28 era', (world) => connectV2(world, 'auto')],
  ['the first-generation client', connectV1],
] as const satisfies readonly (readonly [
  string,
  (world: Awaited<ReturnType<typeof openWorld>>) => Promise<AnyClient>,
])[];

describe.each(CLIENTS)('the built server and %s', (_, connect) => {
  it('do the main job: sign in once, list, activate, see it active', async () => {
    const world = await openWorld();
    const client = await connect(world);
    expect(client.instructions).toContain('list_eligible');
    expect((await client.tools()).map(({ name }) => name)).toEqual([
      'list_eligible',
      'activate',
      'list_active',
      'deactivate',
      'list_requests',
      'cancel_request',
      'find_role',
      'whoami',
    ]);
    const list = await client.call('list_eligible', {});
    expect(list.isError ?? false).toBe(false);
    expect(list.content[0]?.text).toContain('Production Support');
    const messages: (string | undefined)[] = [];
    const active = await client.call(
      'activate',
      { name: 'Production Support', justification: WHY, duration: 0.5 },
      { onprogress: ({ message }) => messages.push(message) },
    );
    expect(active.structuredContent).toMatchObject({ status: 'active', duration: 'PT30M' });
    expect(active.content[0]?.text).toMatch(/^Active: group "Production Support"/u);
    expect(messages).toContain('Sending the activation to Microsoft.');
    const after = await client.call('list_eligible', { search: 'Production Support' });
    expect(after.structuredContent).toMatchObject({ assignments: [{ status: 'Active' }] });
    expect(client.stderr().match(/authorize\?/gu)).toHaveLength(1);
  });

  it('go through the life of a request: ask, see it, withdraw it, and find another way', async () => {
    const client = await connect(await openWorld());
    const asked = await client.call('activate', {
      names: ['Payments Operators', 'Security Reader'],
      justification: WHY,
    });
    expect(asked.content[0]?.text).toMatch(/^NOT ALL ACTIVE: /u);
    const open = await client.call('list_requests', { show: 'open' });
    expect(open.content[0]?.text).toContain('waiting for approval');
    const [, handle = ''] = /(q-\w{8})/u.exec(open.content[0]?.text ?? '') ?? [];
    const canceled = await client.call('cancel_request', { request: handle });
    expect(canceled.structuredContent).toMatchObject({ request: { state: 'canceled' } });
    const active = await client.call('list_active', { type: 'EntraRole' });
    expect(active.content[0]?.text).toContain('Security Reader');
    const early = await client.call('deactivate', { name: 'Security Reader' });
    expect(early.structuredContent).toMatchObject({ status: 'too-early' });
    const found = await client.call('find_role', {
      need: 'Microsoft.Compute/virtualMachines/start/action',
    });
    expect(found.content[0]?.text).toMatch(/^The smallest eligible role that may allow /u);
  });

  it('refuse in words, with candidates, and change nothing', async () => {
    const world = await openWorld();
    const client = await connect(world);
    const answer = await client.call('activate', { name: 'Finance Reporting', justification: WHY });
    expect(answer.isError).toBe(true);
    expect(answer.content[0]?.text).toContain('Refused, nothing was sent');
    expect(answer.content[0]?.text).toMatch(/g-\w{8}\tgroup "Finance Reporting" \(owner\)/u);
    await expect(world.journal()).rejects.toThrow('ENOENT');
  });

  it('survive arguments that make no sense', async () => {
    const client = await connect(await openWorld());
    const answer = await client.call('activate', { name: 7, justification: WHY });
    expect(answer.isError).toBe(true);
    const unknown = await client.call('list_eligible', { colour: 'red' });
    expect(unknown.isError).toBe(true);
  });
});

describe('a server whose client goes away', () => {
  it('finishes and records the write that was sent, then ends', async () => {
    const world = await openWorld();
    const client = await connectV2(world, 'legacy');
    await client.call('list_eligible', {});
    world.simulator.faults.add({
      match: { method: 'POST', pathIncludes: 'ScheduleRequests' },
      action: { kind: 'hold' },
    });
    const call = client
      .call('activate', { name: 'Security Reader', justification: WHY })
      .catch((error: unknown) => error);
    const isSent = (): boolean =>
      world.simulator.requests
        .all()
        .some(({ method, path }) => method === 'POST' && path.endsWith('Requests'));
    while (!isSent()) await setImmediate();
    const closed = client.close();
    world.simulator.faults.release();
    await Promise.all([closed, call]);
    expect(await world.journal()).toMatchObject([{ step: 'sending' }, { step: 'sent' }]);
  });
});

describe('a server that is asked to end', () => {
  it('begins no write any more', async () => {
    const world = await openWorld();
    const client = await connectV2(world, 'legacy');
    await client.call('list_eligible', {});
    world.simulator.faults.add({
      match: { pathIncludes: 'roleManagementPolicyAssignments' },
      action: { kind: 'hold' },
    });
    const call = client
      .call('activate', { name: 'Security Reader', justification: WHY })
      .catch((error: unknown) => error);
    const isReading = (): boolean =>
      world.simulator.requests.all().some(({ path }) => path.endsWith('PolicyAssignments'));
    while (!isReading()) await setImmediate();
    process.kill(client.pid, 'SIGTERM');
    // The signal has arrived when the read is given up.
    while (world.simulator.requests.inFlight > 0) await setImmediate();
    world.simulator.faults.release();
    await call;
    expect(world.simulator.requests.all().filter(({ status }) => status === 201)).toEqual([]);
    await expect(world.journal()).rejects.toThrow('ENOENT');
  });
});

describe('a cancelled call', () => {
  it('that waits for the sign-in does not end the sign-in', async () => {
    const world = await openWorld();
    world.simulator.faults.add({ match: { pathIncludes: '/token' }, action: { kind: 'hold' } });
    const client = await connectV2(world, 'legacy');
    const cancel = new AbortController();
    const call = client.call('list_eligible', {}, { signal: cancel.signal });
    const isRedeeming = (): boolean =>
      world.simulator.requests.all().some(({ path }) => path.endsWith('/token'));
    while (!isRedeeming()) await setImmediate();
    cancel.abort();
    await expect(call).rejects.toThrow(/abort/iu);
    world.simulator.faults.release();
    const list = await client.call('list_eligible', {});
    expect(list.structuredContent).toMatchObject({ problems: [] });
    expect(client.stderr().match(/authorize\?/gu)).toHaveLength(1);
  });
});

describe('the demo server', () => {
  it('needs no tenant, no browser, and marks everything DEMO', async () => {
    const client = await connectV2(await openWorld(), 'legacy', ['--demo']);
    const list = await client.call('list_eligible', {});
    expect(list.content[0]?.text).toMatch(/^DEMO /u);
    expect(list.structuredContent).toMatchObject({ problems: [] });
  });
});
