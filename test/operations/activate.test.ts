import { describe, expect, it } from 'vitest';
import { activate, posts, refusal, WHY } from '../support/activate.ts';
import { openStack } from '../support/stack.ts';

describe('activate: the main job', () => {
  it('turns on a group, waits until it is provisioned, and the list shows it active', async () => {
    const stack = await openStack();
    const result = await activate(stack, { name: 'production support', duration: 0.5 });
    expect(result).toMatchObject({
      status: 'active',
      verdict: 'done',
      type: 'Group',
      role: 'member',
      duration: 'PT30M',
    });
    expect(result.message).toMatch(/^Active: group "Production Support" \(member\), until /u);
    const { outcome } = await stack.run('list_eligible', { search: result.handle });
    expect(outcome).toMatchObject({
      output: { assignments: [{ status: 'Active', activeUntil: result.activeUntil }] },
    });
  });

  it('turns on a role at the administrative unit that the eligibility names', async () => {
    const stack = await openStack();
    const directory_scope_id = '/administrativeUnits/dd2ee150-d284-4277-b89c-1af40ce8fcc9';
    const result = await activate(stack, { name: 'User Administrator', directory_scope_id });
    expect(result).toMatchObject({ status: 'active', scope: { name: 'Grid North' } });
  });

  it('trap 3: activates a group-derived role for the caller, not for the whole group', async () => {
    const stack = await openStack();
    const result = await activate(stack, { name: 'Global Reader' });
    expect(result).toMatchObject({ status: 'active', type: 'EntraRole' });
    const journal = stack.simulator.requests.all();
    expect(journal.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('takes an id, a handle and a name, whatever their case', async () => {
    const stack = await openStack();
    const id = 'BC67BA94-637D-4EFA-A09E-467ADA679F81';
    const { handle } = await activate(stack, { name: id });
    expect(await activate(stack, { name: handle.toUpperCase() })).toMatchObject({ handle });
    expect(await activate(stack, { name: 'PRODUCTION SUPPORT' })).toMatchObject({ handle });
  });

  it('says the default duration, and that it is one', async () => {
    const result = await activate(await openStack(), { name: 'Production Support' });
    expect(result.duration).toBe('PT1H');
    expect(result.notes.join()).toContain('the default is 1 h');
  });

  it('ENTRA_PIM_DEFAULT_DURATION=max takes what the policy allows', async () => {
    const stack = await openStack({ env: { ENTRA_PIM_DEFAULT_DURATION: 'max' } });
    expect(await activate(stack, { name: 'Production Support' })).toMatchObject({
      duration: 'PT2H',
    });
  });
});

describe('activate: what is not active says so', () => {
  it('trap 7: pending approval is not success, and names who may approve', async () => {
    const stack = await openStack();
    const result = await activate(stack, { name: 'Payments Operators' });
    expect(result).toMatchObject({
      status: 'pending-approval',
      verdict: 'not-yet',
      activeUntil: null,
    });
    expect(result.message).toMatch(/^NOT ACTIVE: /u);
    expect(result.approvers).toEqual(['Change Approvers']);
  });

  it('a second ask finds the pending request instead of making another', async () => {
    const stack = await openStack();
    const first = await activate(stack, { name: 'Payments Operators' });
    const second = await activate(stack, { name: 'Payments Operators' });
    expect(second).toMatchObject({ status: 'pending-approval', requestId: first.requestId });
  });

  it('after the approval by somebody else it is active', async () => {
    const stack = await openStack();
    const { requestId } = await activate(stack, { name: 'Payments Operators' });
    const by = 'marcus.okafor@contoso.example';
    await stack.simulator.decide({ requestId: requestId ?? '', by, result: 'Approve' });
    stack.clock.advance(60_000);
    expect(await activate(stack, { name: 'Payments Operators' })).toMatchObject({
      status: 'active',
      message: expect.stringMatching(/^Already active/u),
    });
  });

  it('a start to come is scheduled', async () => {
    const stack = await openStack();
    const start_time = new Date(stack.clock.now().getTime() + 3_600_000).toISOString();
    const result = await activate(stack, { name: 'Production Support', start_time });
    expect(result).toMatchObject({
      status: 'scheduled',
      verdict: 'not-yet',
      startTime: start_time,
    });
  });

  it('gives up looking after 40 seconds, and says it is still in work', async () => {
    const provisioningDelaySeconds = { group: 300, directory: 300 };
    const stack = await openStack({ simulator: { behaviour: { provisioningDelaySeconds } } });
    const began = stack.clock.now().getTime();
    const result = await activate(stack, { name: 'Production Support' });
    expect(result).toMatchObject({ status: 'in-progress', verdict: 'not-yet' });
    expect(stack.clock.now().getTime() - began).toBeLessThanOrEqual(40_000);
  });

  it('answers before its caller gives up', async () => {
    const provisioningDelaySeconds = { group: 300, directory: 300 };
    const stack = await openStack({ simulator: { behaviour: { provisioningDelaySeconds } } });
    const answerBy = new Date(stack.clock.now().getTime() + 22_000);
    const input = { name: 'Production Support', justification: WHY };
    const { outcome } = await stack.run('activate', input, { call: { answerBy } });
    expect(outcome).toMatchObject({ output: { status: 'in-progress' } });
    expect(stack.clock.now().getTime()).toBeLessThanOrEqual(answerBy.getTime());
  });

  it('a 201 that fails is a failure', async () => {
    const stack = await openStack({ simulator: { behaviour: { provisioningOutcome: 'Failed' } } });
    const result = await activate(stack, { name: 'Production Support' });
    expect(result).toMatchObject({ status: 'failed', verdict: 'failed' });
    expect(result.message).toMatch(/^NOT ACTIVE: /u);
  });

  it('trap 8: already active reports its end, and sends nothing', async () => {
    const stack = await openStack();
    const first = await activate(stack, { name: 'Production Support' });
    const sent = posts(stack).length;
    const second = await activate(stack, { name: 'Production Support', duration: 2 });
    expect(second).toMatchObject({
      status: 'active',
      activeUntil: first.activeUntil,
      duration: null,
    });
    expect(second.message).toMatch(/^Already active: .* Nothing was sent\.$/u);
    expect(posts(stack)).toHaveLength(sent);
  });

  it('trap 8: "exists already" from Microsoft is checked against the list before it is believed', async () => {
    const first = await openStack();
    await first.run('list_eligible', {});
    const other = await openStack({ beside: first });
    const { activeUntil } = await activate(other, { name: 'Security Reader' });
    expect(await activate(first, { name: 'Security Reader' })).toMatchObject({
      status: 'active',
      activeUntil,
      requestId: null,
    });
  });
});

describe('activate: no before anything is sent', () => {
  it.each([
    ['an unknown name', { name: 'Production' }, 'no-such-name'],
    [
      'a blank justification where one is demanded',
      { name: 'Production Support' },
      'justification-required',
    ],
    ['a negative duration', { name: 'Production Support', duration: -1 }, 'duration-malformed'],
    ['no time at all', { name: 'Production Support', duration: 0 }, 'duration-malformed'],
    [
      'an absurd duration',
      { name: 'Production Support', duration: 1e9, justification: WHY },
      'duration-too-long',
    ],
    [
      'a minute',
      { name: 'Production Support', duration: 0.02, justification: WHY },
      'duration-too-short',
    ],
    [
      'a malformed start',
      { name: 'Production Support', start_time: 'tomorrow' },
      'start-malformed',
    ],
    [
      'a start without offset',
      { name: 'Production Support', start_time: '2026-01-15T12:00' },
      'start-malformed',
    ],
    ['a malformed id', { name: 'bc67ba94-637d-4efa-a09e' }, 'no-such-name'],
    ['another scope', { name: 'User Administrator', directory_scope_id: '/' }, 'narrowed-away'],
  ])('%s', async (_, input, code) => {
    const stack = await openStack();
    const { problems } = await refusal(stack, input);
    expect(problems.map((problem) => problem.code)).toContain(code);
    expect(posts(stack)).toEqual([]);
  });

  it('trap 9: a duration above the maximum is refused with the maximum named', async () => {
    const { problems } = await refusal(await openStack(), {
      name: 'Production Support',
      justification: WHY,
      duration: 3,
    });
    expect(problems).toMatchObject([{ message: expect.stringContaining('at most 2 h') }]);
  });

  it.each([
    ['member and owner', 'Finance Reporting', 2],
    ['two administrative units', 'User Administrator', 2],
    ['a group and a role of one name', 'Helpdesk Administrator', 2],
  ])('trap 15: %s are candidates with handles, none is picked', async (_, name, count) => {
    const stack = await openStack();
    const { problems, candidates } = await refusal(stack, { name, justification: WHY });
    expect(problems).toMatchObject([{ code: 'ambiguous-name' }]);
    expect(new Set(candidates.map(({ handle }) => handle)).size).toBe(count);
    expect(posts(stack)).toEqual([]);
  });

  it('trap 2: access_id chooses the owner row, and the policy of owners applies', async () => {
    const { problems } = await refusal(await openStack(), {
      name: 'Finance Reporting',
      access_id: 'owner',
      justification: WHY,
      duration: 2,
    });
    expect(problems).toMatchObject([{ message: expect.stringContaining('at most 1 h 30 min') }]);
  });

  it('no match suggests the nearest names', async () => {
    const { candidates } = await refusal(await openStack(), { name: 'Prodution Suport' });
    expect(candidates.map(({ name }) => name)).toContain('Production Support');
  });
});

describe('activate: policies that are odd', () => {
  it('trap 11: an unreadable policy is unknown, is said, and the default stays one hour', async () => {
    const failures = [
      { area: 'policy', status: 403, code: 'UnknownError', message: 'no' },
    ] as const;
    const stack = await openStack({ simulator: { behaviour: { failures: [...failures] } } });
    const result = await activate(stack, { name: 'Production Support' });
    expect(result).toMatchObject({ status: 'active', duration: 'PT1H' });
    expect(result.notes.join()).toContain('The role settings are unknown');
  });

  it('a step-up that the service demands again after a sign-in is explained', async () => {
    const stack = await openStack();
    const message = 'The following policy rules failed: ["MfaRule"]';
    const code = 'RoleAssignmentRequestPolicyValidationFailed';
    const match = { method: 'POST', pathIncludes: 'assignmentScheduleRequests' };
    stack.simulator.faults.add({
      match,
      times: 2,
      action: { kind: 'error', status: 400, code, message },
    });
    const owner = activate(stack, { name: 'Finance Reporting', access_id: 'owner', duration: 1 });
    await expect(owner).rejects.toMatchObject({
      code: 'step-up-required',
      details: { reasons: ['MfaRule'] },
    });
  });
});
