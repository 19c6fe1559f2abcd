/** What `entra-pim doctor --verify --allow-writes` sees by activating one thing for 5 minutes. */
import { describe, expect, it } from 'vitest';
import type { SimulatorOptions } from '../../src/simulator/index.ts';
import { signedIn } from '../support/examine.ts';
import { person } from '../support/person.ts';
import type { Stack } from '../support/stack.ts';
import { refusedToVerify, verified } from '../support/verified.ts';

const GROUP = 'Production Support';
const ROLE = 'Security Reader';
const AZURE = 'Key Vault Administrator';

function posts({ simulator }: Stack): number {
  return simulator.requests
    .all()
    .filter(({ surface, method }) => surface !== 'identity' && method !== 'GET').length;
}

async function written(name: string, simulator: Partial<SimulatorOptions> = {}) {
  const stack = await signedIn({ simulator });
  return { stack, ...(await verified(stack, { allow_writes: name })) };
}

/** Somebody presses Ctrl-C at that moment. */
async function stoppedAt(moment: string) {
  const stack = await signedIn();
  const ending = new AbortController();
  const report = (message: string): void => {
    if (message === moment) ending.abort();
  };
  return verified(stack, { allow_writes: ROLE }, { call: { signal: ending.signal, report } });
}

const WRITE_LOOKS = [
  'validation-answer',
  'validation-trace',
  'activation-statuses',
  'second-activation',
  'later-beside-running',
  'early-deactivation',
  'list-lag',
  'effect-delay',
];

describe('what one activation shows', () => {
  it.each([GROUP, ROLE, AZURE])('of %s, where all is as assumed', async (name) => {
    const simulator = { behaviour: { lagSeconds: 7 }, azure: { activeListLagSeconds: 7 } };
    const { look, verdict } = await written(name, {
      ...simulator,
      identity: { groupsClaim: 'ids' },
    });
    const verdicts = WRITE_LOOKS.map((id) => `${id} ${look(id).verdict}`);
    expect(verdicts).toEqual(WRITE_LOOKS.map((id) => `${id} as-assumed`));
    expect(look('validation-answer').seen).toMatch(
      /^HTTP 20[01] after \d+\.\d s, status Granted\.$/u,
    );
    expect(look('activation-statuses').seen).toMatch(
      /^HTTP 201 after .* Provisioned after \d s; outcome active\. It ends by itself/u,
    );
    expect(look('list-lag').seen).toBe('Listed 8 s after it was reported active.');
    expect(look('early-deactivation').seen).toBe('400 ActiveDurationTooShort.');
    expect(verdict).toBe('done');
  });

  const SIDES: readonly (readonly [string, string, Partial<SimulatorOptions>, string])[] = [
    ['validation-answer', ROLE, { behaviour: { validationStatus: 'Mused' } }, 'otherwise'],
    [
      'activation-statuses',
      ROLE,
      { behaviour: { provisioningDelaySeconds: { group: 0, directory: 900 } } },
      'otherwise',
    ],
    ['later-beside-running', ROLE, { behaviour: { futureWhileActive: 'accepted' } }, 'otherwise'],
    ['early-deactivation', AZURE, { azure: { notFoundSeconds: 44 } }, 'otherwise'],
    ['list-lag', ROLE, { behaviour: { lagSeconds: 150 } }, 'otherwise'],
    ['list-lag', AZURE, { azure: { activeListLagSeconds: 999 } }, 'otherwise'],
    ['effect-delay', ROLE, { identity: { effectLagSeconds: 60 } }, 'as-assumed'],
    ['effect-delay', ROLE, { identity: { effectLagSeconds: 600 } }, 'otherwise'],
    ['effect-delay', ROLE, { identity: { widsClaim: false } }, 'not-seen'],
  ];

  it.each(SIDES)('%s of %s with %j: %s', async (id, name, simulator, verdict) => {
    const { look } = await written(name, simulator);
    expect([look(id).seen, look(id).verdict]).toEqual([look(id).seen, verdict]);
  });

  it('what fails says so, and nothing that needs it is tried', async () => {
    const stack = await signedIn();
    stack.simulator.faults.add({
      match: { method: 'POST', pathIncludes: 'roleAssignmentScheduleRequests' },
      action: { kind: 'error', status: 400, code: 'RoleAssignmentRequestPolicyValidationFailed' },
    });
    const before = posts(stack);
    const { look, verdict } = await verified(stack, { allow_writes: ROLE });
    expect(look('validation-answer')).toMatchObject({
      verdict: 'failed',
      seen: '400 RoleAssignmentRequestPolicyValidationFailed.',
    });
    expect(look('activation-statuses').seen).toContain('it was not sent');
    expect([verdict, posts(stack) - before]).toEqual(['failed', 1]);
  });
});

describe("the program's own way of writing", () => {
  it('keeps a journal of what is sent, for 5 minutes and with the reason', async () => {
    const { stack } = await written(ROLE);
    const lines = (await person(stack).journal()).map(({ operation, step, durationSeconds }) => [
      operation,
      step,
      durationSeconds,
    ]);
    expect(lines).toEqual([
      ['activate', 'sending', 300],
      ['activate', 'sent', 300],
      ['activate', 'settled', 300],
      ['activate', 'sending', 300],
      ['activate', 'refused', 300],
      ['deactivate', 'sending', undefined],
      ['deactivate', 'refused', undefined],
    ]);
    const { requests } = await person(stack).requests({ show: 'history' });
    expect(requests).toMatchObject([
      { justification: 'entra-pim doctor --verify', duration: 'PT5M', name: ROLE },
    ]);
  });

  it.each([
    ['User Administrator', 'ambiguous-name'],
    ['Nothing such', 'no-such-name'],
    ['Exchange', 'no-such-name'],
  ])('refuses %s as activate does, before anything is looked at', async (name, code) => {
    const stack = await signedIn();
    const refusal = await refusedToVerify(stack, name);
    expect([refusal.problems[0]?.code, posts(stack)]).toEqual([code, 0]);
  });

  it('refuses what the role settings refuse', async () => {
    const stack = await signedIn();
    const refusal = await refusedToVerify(stack, 'Virtual Machine Contributor');
    expect([refusal.problems[0]?.code, posts(stack)]).toEqual(['ticket-required', 0]);
  });

  it('stops as well where nobody can tell whether an approval is needed', async () => {
    const failures = [
      { area: 'policy', status: 403, code: 'UnknownError', message: 'no' },
    ] as const;
    const { look, stack } = await written('Payments Operators', {
      behaviour: { failures: [...failures] },
    });
    expect(look('activation-statuses')).toMatchObject({
      verdict: 'not-asked',
      seen: expect.stringContaining('could not be read'),
    });
    expect((await stack.run('list_requests', {})).outcome).toMatchObject({ output: { total: 0 } });
  });

  it('asks nobody for an approval: it validates, and stops', async () => {
    const { look, stack } = await written('Payments Operators');
    expect(look('validation-answer').verdict).toBe('as-assumed');
    expect(look('activation-statuses')).toMatchObject({
      verdict: 'not-asked',
      seen: expect.stringContaining('have to approve'),
    });
    expect((await person(stack).requests({ show: 'open' })).requests).toEqual([]);
  });

  it('leaves alone what is active already', async () => {
    const stack = await signedIn();
    await person(stack).activate({ name: GROUP });
    const before = posts(stack);
    const { look } = await verified(stack, { allow_writes: GROUP });
    expect(look('activation-statuses').seen).toContain('active already');
    expect(posts(stack)).toBe(before);
  });

  it('says so where nobody can tell what became of the activation', async () => {
    const stack = await signedIn();
    const report = (message: string): void => {
      if (message !== 'Sending the activation to Microsoft.') return;
      stack.simulator.faults.add({ match: { method: 'POST' }, action: { kind: 'drop-before' } });
    };
    const { look, verdict } = await verified(stack, { allow_writes: ROLE }, { call: { report } });
    expect(look('activation-statuses')).toMatchObject({
      verdict: 'failed',
      code: 'outcome-unknown',
    });
    expect(look('list-lag').seen).toBe('It is not known to be active.');
    expect(verdict).toBe('failed');
  });

  it('stopped while it only reads, it ends', async () => {
    await expect(stoppedAt('Looking at token-roles.')).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each([
    ['Sending the activation to Microsoft.', 'not-asked'],
    ['Looking whether it is listed, and works.', 'as-assumed'],
  ])('stopped at "%s", what was begun is told', async (moment, verdict) => {
    expect((await stoppedAt(moment)).look('activation-statuses').verdict).toBe(verdict);
  });
});
