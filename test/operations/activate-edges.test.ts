import { describe, expect, it } from 'vitest';
import { activate, refusal, WHY } from '../support/activate.ts';
import { openStack } from '../support/stack.ts';

describe('activate: looks alike, but is not', () => {
  const ROLE = '5d6b6bb7-de71-4623-b4af-96380a352509';

  it('a clock of Microsoft’s that is ahead of ours does not make "active" into "scheduled"', async () => {
    const stack = await openStack();
    stack.simulator.advance(30);
    expect(await activate(stack, { name: ROLE })).toMatchObject({ status: 'active' });
  });

  it('a later start is not answered with "already active"', async () => {
    const stack = await openStack();
    await activate(stack, { name: ROLE });
    const start_time = new Date(stack.clock.now().getTime() + 86_400_000).toISOString();
    await expect(activate(stack, { name: ROLE, start_time })).rejects.toMatchObject({
      code: 'conflict',
      details: { reasons: ['RoleAssignmentExists'] },
    });
  });

  it('… and is scheduled where the service allows it', async () => {
    const behaviour = { futureWhileActive: 'accepted' } as const;
    const stack = await openStack({ simulator: { behaviour } });
    await activate(stack, { name: ROLE });
    const start_time = new Date(stack.clock.now().getTime() + 86_400_000).toISOString();
    expect(await activate(stack, { name: ROLE, start_time })).toMatchObject({
      status: 'scheduled',
    });
  });

  it('an assignment by an administrator is said to be one', async () => {
    const result = await activate(await openStack(), { name: 'Groups Administrator' });
    expect(result).toMatchObject({ status: 'active', requestId: null, activeUntil: null });
    expect(result.notes.join()).toContain('An administrator assigned it to you');
  });

  it('a refusal also names what the policy will demand beside', async () => {
    const { requirements } = await refusal(await openStack(), {
      name: 'Privileged Role Administrator',
      duration: 3,
    });
    expect(requirements).toMatchObject([
      { kind: 'approval', approvers: [{ name: 'Marcus Okafor' }] },
      { kind: 'mfa' },
    ]);
  });

  it('a duration is that of the request that counts, not of the wish', async () => {
    const stack = await openStack();
    await activate(stack, { name: 'Payments Operators', duration: 2 });
    const again = await activate(stack, { name: 'Payments Operators' });
    expect(again).toMatchObject({ duration: 'PT2H' });
    expect(again.notes.join()).not.toContain('default');
  });

  it('blank optional fields count as absent', async () => {
    const blank = { directory_scope_id: '', ticket_number: ' ', start_time: '' };
    expect(await activate(await openStack(), { name: ROLE, ...blank })).toMatchObject({
      status: 'active',
    });
  });

  it('access_id tells a group from a role of the same name', async () => {
    const { problems } = await refusal(await openStack(), {
      name: 'Helpdesk Administrator',
      access_id: 'member',
      justification: WHY,
    });
    expect(problems).toMatchObject([{ code: 'ticket-required' }]);
  });

  it('what belongs to one account is never used for another', async () => {
    const stack = await openStack();
    await stack.run('list_eligible', {});
    stack.simulator.behaviour.patch({ identity: { signInAs: 'marcus.okafor@contoso.example' } });
    const other = await openStack({ beside: stack });
    await other.run('login', {});
    stack.clock.advance(61_000);
    const { problems } = await refusal(stack, { name: ROLE, justification: WHY });
    expect(problems).toMatchObject([{ code: 'no-such-name' }]);
  });

  it.each(['2026-02-30T10:00:00Z', '2026-01-15T24:30:00Z', '2026-13-01T10:00:00Z'])(
    'a day that does not exist is refused: %s',
    async (start_time) => {
      const { problems } = await refusal(await openStack(), { name: ROLE, start_time });
      expect(problems).toMatchObject([{ code: 'start-malformed' }]);
    },
  );
});
