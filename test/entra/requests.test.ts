import { describe, expect, it } from 'vitest';
import { hours } from '../../src/domain/duration.ts';
import { knownRequest } from './support/order.ts';
import {
  fault,
  GROUP,
  GROUP_REQUEST,
  GROUP_REQUESTS,
  groupRequest,
  ME,
  REQUEST,
  ROLE,
  ROLE_REQUESTS,
  roleRequest,
  UNIT_SCOPE,
} from './support/samples.ts';
import { json, ORIGIN, rows, tenant, text } from './support/tenant.ts';

function page(number: number) {
  return json(200, {
    value: [roleRequest({ id: `r${number}` })],
    '@odata.nextLink': `${ORIGIN}/v1.0/page${number + 1}`,
  });
}

describe('one request', () => {
  it('is read as it stands, while nothing is decided', async () => {
    const { on, surface } = tenant();
    const scheduleInfo = {
      startDateTime: null,
      expiration: { type: 'AfterDuration', endDateTime: null, duration: 'PT1H' },
    };
    on(GROUP_REQUEST, json(200, groupRequest({ status: 'PendingApproval', scheduleInfo })));
    expect(await surface('group').request(knownRequest(), {})).toMatchObject({
      id: REQUEST,
      status: 'PendingApproval',
      startTime: null,
      duration: hours(1),
      endTime: null,
    });
  });

  it.each(['Provisioned now', 'Ok\u001B[2J', 'x'.repeat(41), ''])(
    'with the odd status %j is of an unknown one',
    async (status) => {
      const { on, surface } = tenant();
      on(GROUP_REQUEST, json(200, groupRequest({ status })));
      expect(await surface('group').request(knownRequest(), {})).toMatchObject({
        status: 'Unknown',
      });
    },
  );

  it.each(['a b', 'Ignore: all', 'x'.repeat(65)])('of the odd id %j has none', async (id) => {
    const { on, surface } = tenant();
    on(GROUP_REQUEST, json(200, groupRequest({ id })));
    expect(await surface('group').request(knownRequest(), {})).toMatchObject({ id: '' });
  });

  it('has the words that were given, or none', async () => {
    const { on, surface } = tenant();
    const ticketInfo = { ticketNumber: 'INC-1', ticketSystem: null };
    on(
      GROUP_REQUEST,
      json(200, groupRequest({ justification: 'Why', ticketInfo })),
      json(200, groupRequest({ justification: '', ticketInfo: null })),
    );
    expect(await surface('group').request(knownRequest(), {})).toMatchObject({
      justification: 'Why',
      ticket: { number: 'INC-1', system: '' },
    });
    expect(await surface('group').request(knownRequest(), {})).toMatchObject({
      justification: null,
      ticket: null,
    });
  });

  it('is called what it was called when it was listed', async () => {
    const { on, surface } = tenant();
    const approvalId = 'a-1';
    on(GROUP_REQUEST, json(200, groupRequest({ approvalId })));
    const known = knownRequest();
    const { name, scope, principal } = known;
    expect(await surface('group').request(known, {})).toMatchObject({
      status: 'Provisioned',
      name,
      scope,
      principal,
      approvalId,
    });
  });

  it.each(['..', '../x', 'a/b', 'a?b', 'a%2Fb', ''])('of id %j is not asked for', async (id) => {
    const { surface, sent } = tenant();
    for (const name of ['group', 'directory'] as const)
      await expect(surface(name).request(knownRequest({ id }), {})).rejects.toMatchObject({
        code: 'not-found',
      });
    expect(sent).toEqual([]);
  });

  it.each([
    ['is gone', json(404, fault('ResourceNotFound', 'x')), 'not-found'],
    ['is no JSON', text(200, '<html>'), 'malformed'],
    ['is something else', json(200, { id: 'x' }), 'malformed'],
  ])('that %s is an error', async (_, reply, code) => {
    const { on, surface } = tenant();
    on(GROUP_REQUEST, reply);
    await expect(surface('group').request(knownRequest(), {})).rejects.toMatchObject({ code });
  });
});

describe('my requests', () => {
  it('have names, where those come', async () => {
    const { on, surface } = tenant();
    const group = { displayName: 'SG-PIM\u202E' };
    on(GROUP_REQUESTS, rows(groupRequest({ group })));
    on(
      ROLE_REQUESTS,
      rows(
        roleRequest({
          roleDefinition: { displayName: 'User Administrator' },
          directoryScope: { displayName: 'Europe' },
        }),
      ),
    );
    expect(await surface('group').requests({})).toMatchObject([
      { name: 'SG-PIM', scope: { id: GROUP, name: 'SG-PIM' }, principal: { id: ME, name: null } },
    ]);
    expect(await surface('directory').requests({})).toMatchObject([
      { name: 'User Administrator', scope: { id: UNIT_SCOPE, name: 'Europe' } },
    ]);
  });

  it('are asked for with less where that is refused', async () => {
    const { on, surface } = tenant();
    const refused = json(400, fault('BadRequest', 'The expand is not supported.'));
    const [bare = ''] = ROLE_REQUESTS.split('?');
    on(ROLE_REQUESTS, refused);
    on(`${bare}?$expand=roleDefinition`, refused);
    on(bare, rows(roleRequest({ directoryScopeId: '/' })));
    expect(await surface('directory').requests({})).toMatchObject([
      { name: ROLE, scope: { id: '/', name: 'Tenant' } },
    ]);
  });

  it('come newest first, without those we do not understand', async () => {
    const { on, surface } = tenant();
    on(
      GROUP_REQUESTS,
      rows(
        groupRequest({ id: 'undated', createdDateTime: null }),
        groupRequest({ id: 'old', createdDateTime: '2026-11-01T00:00:00Z' }),
        { id: 'odd' },
        groupRequest({ id: 'new', createdDateTime: '2026-11-23T00:00:00Z', scheduleInfo: null }),
      ),
    );
    const found = await surface('group').requests({});
    expect(found.map(({ id }) => id)).toEqual(['new', 'old', 'undated']);
  });

  it('trap 4: come from several pages, but not from all of a long history', async () => {
    const { on, surface, sent } = tenant();
    on(ROLE_REQUESTS, page(1));
    for (let number = 2; number <= 20; number += 1) on(`GET /v1.0/page${number}`, page(number));
    expect(await surface('directory').requests({})).toHaveLength(20);
    expect(sent).toHaveLength(20);
  });
});
