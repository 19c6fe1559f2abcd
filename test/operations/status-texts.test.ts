/** What a person and a model read for every status of a request: the pages beside are the texts. */
import path from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { WHY } from '../support/activate.ts';
import { pageOf, saidAfter, SECRET } from '../support/readers.ts';
import { openStack, OWN_APP, type Stack } from '../support/stack.ts';

const PAGES = path.resolve(import.meta.dirname, '../__texts__');
const LONG_SECONDS = 100_000;

beforeAll(() => {
  vi.stubEnv('TZ', 'UTC');
});

const DONE = ['Provisioned'];
/** They end well for a deactivation, or come to nothing. */
const ENDED = [
  'Revoked',
  'Denied',
  'AdminDenied',
  'Failed',
  'FailedAsResourceIsLocked',
  'Canceled',
  'TimedOut',
  'Invalid',
];
const LATER = ['Granted', 'ScheduleCreated'];
const WAITING = ['PendingApproval', 'PendingAdminDecision', 'PendingApprovalProvisioning'];
const WORKING = [
  'Accepted',
  'PendingEvaluation',
  'PendingProvisioning',
  'PendingScheduleCreation',
  'ProvisioningStarted',
  'PendingExternalProvisioning',
  'PendingRevocation',
  'AdminApproved',
];
const UNKNOWN = ['PostApprovalExtensionPendingEvaluation'];

const STATUSES = [...DONE, ...LATER, ...WAITING, ...WORKING, ...ENDED, ...UNKNOWN];

/** One of each surface, which nobody has to approve. */
const NAMES = [
  { name: 'Production Support' },
  { name: 'Security Reader' },
  { name: 'Contributor', directory_scope_id: 'Grid Test' },
];

function withStatus(status: string): Promise<Stack> {
  const delay = LONG_SECONDS;
  const behaviour = {
    provisioningStatus: status,
    grantedStatusForFuture: status,
    provisioningDelaySeconds: { group: delay, directory: delay },
  };
  const azure = { provisioningDelaySeconds: delay };
  return openStack({ env: { AZURE_CLIENT_ID: OWN_APP }, simulator: { behaviour, azure } });
}

interface Texts {
  readonly mcp: string;
  readonly cli: string;
}

/** What `activate` says on each surface, then what the list of all own requests says. */
async function textsFor(stack: Stack, more: Readonly<Record<string, unknown>>): Promise<Texts> {
  const said = [];
  for (const name of NAMES)
    said.push(
      await saidAfter(stack, 'activate', { ...name, justification: WHY, duration: 1, ...more }),
    );
  said.push(await saidAfter(stack, 'list_requests', { show: 'history' }));
  return {
    mcp: said.map(({ mcp }) => mcp).join('\n--\n'),
    cli: said.map(({ cli }) => cli).join('\n--\n'),
  };
}

describe('every status of a request, on all surfaces', () => {
  const mcp = new Map<string, string>();
  const cli = new Map<string, string>();

  function keep(title: string, texts: Texts): void {
    mcp.set(title, texts.mcp);
    cli.set(title, texts.cli);
    for (const text of [texts.mcp, texts.cli]) expect(text).not.toMatch(SECRET);
  }

  it.each(STATUSES)('%s', async (status) => {
    const texts = await textsFor(await withStatus(status), {});
    keep(status, texts);
    for (const text of [texts.mcp, texts.cli]) {
      const verdicts = text.split('\n').filter((line) => /^(?:NOT ACTIVE|Active)/u.test(line));
      const expected = DONE.includes(status) ? /^Active: / : /^NOT ACTIVE/;
      expect(verdicts).toEqual(NAMES.map(() => expect.stringMatching(expected)));
    }
  });

  it.each([...DONE, ...LATER])('%s, with a start to come', async (status) => {
    const texts = await textsFor(await withStatus(status), { start_time: '2026-01-16T09:00:00Z' });
    keep(`${status}, with a start to come`, texts);
    expect(texts.mcp.match(/^NOT ACTIVE yet: .* is scheduled to start at /gmu)).toHaveLength(3);
    expect(texts.mcp.match(/\tscheduled\t/gu)).toHaveLength(3);
  });

  it('PendingApproval, with approvers', async () => {
    const stack = await openStack({ env: { AZURE_CLIENT_ID: OWN_APP } });
    const input = { name: 'Payments Operators', justification: WHY, duration: 1 };
    const said = [
      await saidAfter(stack, 'activate', input),
      await saidAfter(stack, 'activate', input),
      await saidAfter(stack, 'list_requests', {}),
    ];
    const texts = {
      mcp: said.map((each) => each.mcp).join('\n--\n'),
      cli: said.map((each) => each.cli).join('\n--\n'),
    };
    keep('PendingApproval, with approvers, asked for twice', texts);
    expect(texts.mcp).toContain('waits for approval by "Change Approvers" (group)');
  });

  it('reads as recorded', async () => {
    await expect(pageOf(mcp)).toMatchFileSnapshot(path.join(PAGES, 'statuses-mcp.txt'));
    await expect(pageOf(cli)).toMatchFileSnapshot(path.join(PAGES, 'statuses-cli.txt'));
  });
});
