/** The whole circle of a privilege, on each surface, over real HTTP, with two people. */
import { describe, expect, it } from 'vitest';
import { person, WHY, type Person } from '../support/person.ts';
import { openStack, OWN_APP, type StackOptions } from '../support/stack.ts';

const MARCUS = 'marcus.okafor@contoso.example';
const MINUTE_MS = 60_000;

interface Circle {
  readonly surface: string;
  readonly type: 'Group' | 'EntraRole' | 'AzureResource';
  readonly name: string;
  /** To say which, where a name is not enough. */
  readonly scope?: string;
  readonly simulator?: StackOptions['simulator'];
}

const CIRCLES: readonly Circle[] = [
  {
    surface: 'a group',
    type: 'Group',
    name: 'Payments Operators',
    simulator: { identity: { groupsClaim: 'ids' } },
  },
  {
    surface: 'an Entra role',
    type: 'EntraRole',
    name: 'Privileged Role Administrator',
    simulator: { identity: { mfa: true } },
  },
  { surface: 'an Azure role', type: 'AzureResource', name: 'Owner', scope: 'Grid Production' },
];

async function twoPeople({ simulator = {} }: Circle): Promise<{ ada: Person; marcus: Person }> {
  const env = { AZURE_CLIENT_ID: OWN_APP };
  const ada = await openStack({ env, simulator });
  await ada.signIn.token();
  const marcus = await openStack({ env, beside: ada, as: MARCUS });
  return { ada: person(ada), marcus: person(marcus) };
}

describe.each(CIRCLES)('$surface goes the whole circle:', (circle) => {
  const { type, name, scope } = circle;
  const which = { name, ...(scope !== undefined && { directory_scope_id: scope }) };

  async function rowIn(ada: Person) {
    const { assignments, problems } = await ada.eligible({ type, search: name });
    expect(problems).toEqual([]);
    const row = assignments.find((each) => scope === undefined || each.scope.name === scope);
    if (!row) throw new TypeError(`${name} is not eligible`);
    return row;
  }

  it('eligible, planned, asked for, approved, effective, listed, deactivated, gone', async () => {
    const { ada, marcus } = await twoPeople(circle);
    const eligible = await rowIn(ada);
    expect(eligible).toMatchObject({ type, name, status: 'Eligible' });

    const planned = await ada.activate({ ...which, duration: 0.5, validate_only: true });
    expect(planned).toMatchObject({ status: 'valid', duration: 'PT30M', handle: eligible.handle });
    expect(planned.approvers).not.toEqual([]);
    expect(planned.message).toContain('NOT ACTIVE');
    expect(await ada.requests({ show: 'open', type })).toMatchObject({ requests: [] });

    const asked = await ada.activate({ ...which, duration: 0.5 });
    expect(asked).toMatchObject({ status: 'pending-approval', activeUntil: null });
    expect(await rowIn(ada)).toMatchObject({ status: 'Eligible' });

    const [open] = (await ada.requests({ show: 'open' })).requests;
    expect(open).toMatchObject({
      type,
      name,
      state: 'pending-approval',
      can: 'cancel',
      isMine: true,
    });

    const [waiting] = (await marcus.requests({ show: 'awaiting-me' })).requests;
    expect(waiting).toMatchObject({
      type,
      name,
      state: 'pending-approval',
      can: 'decide',
      requester: 'Ada Lindgren',
      justification: WHY,
      duration: 'PT30M',
      stage: 'stage 1 of 1',
    });
    const decided = await marcus.decide(waiting?.handle ?? '', 'approve');
    expect(decided.message).toContain('Approved');
    expect((await marcus.requests({ show: 'awaiting-me' })).requests).toEqual([]);

    const works = await ada.activate({ ...which, wait: true });
    expect(works).toMatchObject({ status: 'active', effect: 'effective' });
    expect(works.notes?.join(' ')).toContain('az ');

    const [on] = (await ada.active({ type, search: name })).active.filter(
      ({ assignmentType }) => assignmentType === 'Activated',
    );
    expect(on).toMatchObject({ handle: eligible.handle, through: null, canDeactivate: false });
    expect(on?.deactivateFrom).not.toBeNull();

    const early = await ada.deactivate({ name: eligible.handle });
    expect(early).toMatchObject({ status: 'too-early', possibleFrom: on?.deactivateFrom });

    ada.stack.clock.advance(5 * MINUTE_MS);
    const off = await ada.deactivate({ name: eligible.handle, justification: 'done' });
    expect(off).toMatchObject({ status: 'deactivated', handle: eligible.handle });

    const left = (await ada.active({ type, search: name })).active;
    expect(left.filter(({ assignmentType }) => assignmentType === 'Activated')).toEqual([]);
    expect(await rowIn(ada)).toMatchObject({ status: 'Eligible', activeUntil: null });
    const { requests } = await ada.requests({ show: 'history', type });
    expect(requests.map(({ action, state }) => [action.toLowerCase(), state])).toEqual(
      expect.arrayContaining([
        ['selfactivate', 'done'],
        ['selfdeactivate', 'done'],
      ]),
    );
  });

  it('asked for and denied', async () => {
    const { ada, marcus } = await twoPeople(circle);
    await ada.activate({ ...which, duration: 0.5 });
    const [waiting] = (await marcus.requests({ show: 'awaiting-me' })).requests;
    await marcus.decide(waiting?.id ?? '', 'deny');
    const { requests } = await ada.requests({ show: 'history', type });
    expect(requests[0]).toMatchObject({ state: 'denied', can: null });
    expect(await rowIn(ada)).toMatchObject({ status: 'Eligible' });
  });

  it('asked for and withdrawn', async () => {
    const { ada, marcus } = await twoPeople(circle);
    const { requestId } = await ada.activate({ ...which, duration: 0.5 });
    const canceled = await ada.cancel(requestId ?? '');
    expect(canceled.request).toMatchObject({ state: 'canceled' });
    expect((await ada.requests({ show: 'open' })).requests).toEqual([]);
    expect((await marcus.requests({ show: 'awaiting-me' })).requests).toEqual([]);
  });

  it('nobody decides about a request of their own', async () => {
    const { ada } = await twoPeople(circle);
    const { requestId } = await ada.activate({ ...which, duration: 0.5 });
    const { problems } = await ada.refusal('decide_request', {
      request: requestId,
      decision: 'approve',
      justification: 'mine',
    });
    expect(problems.map(({ code }) => code)).toEqual(['own-request']);
  });
});
