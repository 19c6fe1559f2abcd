import { describe, expect, it } from 'vitest';
import { hours } from '../../src/domain/duration.ts';
import {
  fault,
  GROUP,
  GROUP_AWAITING,
  groupRequest,
  ME,
  OTHER,
  ROLE_AWAITING,
  roleRequest,
  UNIT_SCOPE,
} from './support/samples.ts';
import { json, rows, tenant } from './support/tenant.ts';

function createdBy(id: string) {
  return { application: null, device: null, user: { displayName: null, id } };
}

/** As Microsoft lists it for an approver. */
const WAITING = {
  status: 'PendingApproval',
  principalId: OTHER,
  createdBy: createdBy(OTHER),
  principal: {
    '@odata.type': '#microsoft.graph.user',
    id: OTHER,
    displayName: 'Bob\u001B Example',
  },
  approvalId: 'c8e5a0f3-6d72-4b19-9a4e-15f7b2d6c380',
  justification: 'Release 2026.11',
};

describe('requests that wait for my decision', () => {
  it('trap 7: tell who asks for what, why, and for how long', async () => {
    const { on, surface } = tenant();
    const group = { id: GROUP, displayName: 'SG-PIM-Platform-Admins' };
    on(GROUP_AWAITING, rows(groupRequest({ ...WAITING, group })));
    expect(await surface('group').awaiting({})).toMatchObject([
      {
        status: 'PendingApproval',
        name: 'SG-PIM-Platform-Admins',
        scope: { id: GROUP, name: 'SG-PIM-Platform-Admins' },
        principal: { id: OTHER, name: 'Bob Example' },
        justification: 'Release 2026.11',
        duration: hours(2),
        approvalId: WAITING.approvalId,
      },
    ]);
  });

  it('come for roles as well', async () => {
    const { on, surface } = tenant();
    const roleDefinition = { displayName: 'User Administrator' };
    on(ROLE_AWAITING, rows(roleRequest({ ...WAITING, roleDefinition })));
    expect(await surface('directory').awaiting({})).toMatchObject([
      { name: 'User Administrator', scope: { id: UNIT_SCOPE, name: null } },
    ]);
  });

  it('are asked for without names where those are refused, and show ids', async () => {
    const { on, surface } = tenant();
    on(GROUP_AWAITING, json(403, fault('Authorization_RequestDenied', 'No.')));
    on(
      GROUP_AWAITING.replace('&$expand=group,principal', ''),
      rows(groupRequest({ ...WAITING, principal: undefined })),
    );
    expect(await surface('group').awaiting({})).toMatchObject([
      { name: GROUP, principal: { id: OTHER, name: null } },
    ]);
  });

  it.each([
    ['for me', { principalId: ME.toUpperCase() }],
    ['for me, who made it nobody says', { principalId: ME, createdBy: null }],
    ['by me', { createdBy: createdBy(ME) }],
    ['by me, for whom nobody says', { principalId: null, createdBy: createdBy(ME) }],
  ])('are never those %s', async (_, fields) => {
    const { on, surface } = tenant();
    const own = groupRequest({ ...WAITING, ...fields });
    on(GROUP_AWAITING, rows(own, groupRequest({ ...WAITING, id: 'of-another' })));
    const found = await surface('group').awaiting({});
    expect(found.map(({ id }) => id)).toEqual(['of-another']);
  });

  it('have no approval id where it is none', async () => {
    const { on, surface } = tenant();
    on(GROUP_AWAITING, rows(groupRequest({ ...WAITING, approvalId: '../x' })));
    expect(await surface('group').awaiting({})).toMatchObject([{ approvalId: null }]);
  });
});
