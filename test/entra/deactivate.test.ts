import { describe, expect, it } from 'vitest';
import { deactivate, IN_UNIT, MEMBER } from './support/order.ts';
import {
  fault,
  GROUP,
  GROUP_POST,
  GROUP_REQUESTS,
  groupRequest,
  ME,
  REQUEST,
  ROLE,
  ROLE_POST,
  ROLE_REQUESTS,
  roleRequest,
  UNIT_SCOPE,
} from './support/samples.ts';
import { broken, json, rows, tenant, type Tenant } from './support/tenant.ts';

const DONE = { action: 'selfDeactivate', status: 'Revoked', scheduleInfo: null };
const JUST_NOW = { ...DONE, createdDateTime: '2026-11-23T08:30:00.5Z' };

function bodies({ sent }: Tenant): unknown[] {
  return sent.flatMap(({ body }): unknown[] => (body === undefined ? [] : [JSON.parse(body)]));
}

describe('the body of a deactivation', () => {
  it('for a group has no schedule', async () => {
    const world = tenant();
    world.on(GROUP_POST, json(201, groupRequest(DONE)));
    const request = await deactivate(world, { justification: 'done' });
    expect(bodies(world)).toEqual([
      {
        accessId: 'member',
        groupId: GROUP,
        action: 'selfDeactivate',
        principalId: ME,
        justification: 'done',
      },
    ]);
    expect(request).toMatchObject({ id: REQUEST, status: 'Revoked', action: 'selfDeactivate' });
  });

  it('trap 3, trap 5: for a role has the caller and exactly the scope', async () => {
    const world = tenant();
    world.on(ROLE_POST, json(201, roleRequest(DONE)));
    await deactivate(world, { target: IN_UNIT });
    expect(bodies(world)).toEqual([
      {
        action: 'selfDeactivate',
        principalId: ME,
        roleDefinitionId: ROLE,
        directoryScopeId: UNIT_SCOPE,
      },
    ]);
  });
});

describe('a deactivation', () => {
  it('within the first five minutes is refused as Microsoft does', async () => {
    const world = tenant();
    world.on(GROUP_POST, json(400, fault('ActiveDurationTooShort', 'Too short.')));
    await expect(deactivate(world)).rejects.toMatchObject({
      code: 'rejected',
      details: { reasons: ['ActiveDurationTooShort'] },
    });
  });

  it('trap 19: that got no answer is looked for, found, and not sent again', async () => {
    const world = tenant();
    const before = groupRequest({ ...DONE, id: 'old', createdDateTime: '2026-11-23T08:20:00Z' });
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, rows(before, groupRequest()), rows(before, groupRequest(JUST_NOW)));
    expect(await deactivate(world)).toMatchObject({ id: REQUEST, status: 'Revoked' });
    expect(world.sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it.each([
    ['an activation', { action: 'selfActivate' }],
    ['one for another access level', { accessId: 'owner' }],
    ['one for another group', { groupId: ME }],
    ['an older one', { createdDateTime: '2026-11-23T08:27:59Z' }],
    ['one without a time', { createdDateTime: null }],
    ['one for another reason', { justification: 'Something else' }],
    ['one that failed, while the times cannot be compared', { status: 'Failed' }],
  ])('trap 19: does not take %s for it', async (_, fields) => {
    const world = tenant();
    const others = rows(groupRequest({ ...JUST_NOW, ...fields }));
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, others, others, others);
    await expect(deactivate(world)).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it('trap 19: does not take that of the same role in another unit for it', async () => {
    const world = tenant();
    const others = rows(roleRequest({ ...JUST_NOW, directoryScopeId: '/' }));
    world.on(ROLE_POST, broken('ECONNRESET'));
    world.on(ROLE_REQUESTS, others, others, others);
    const order = { target: IN_UNIT };
    await expect(deactivate(world, order)).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it('takes one that has no words of its own for it', async () => {
    const world = tenant();
    world.on(GROUP_POST, broken('ECONNRESET'));
    world.on(GROUP_REQUESTS, rows(groupRequest({ ...JUST_NOW, justification: '' })));
    const order = { target: MEMBER, justification: 'done' };
    expect(await deactivate(world, order)).toMatchObject({ id: REQUEST });
  });
});
