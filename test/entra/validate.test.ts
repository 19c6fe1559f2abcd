import { describe, expect, it } from 'vitest';
import { hours } from '../../src/domain/duration.ts';
import { IN_UNIT, order } from './support/order.ts';
import {
  fault,
  GROUP,
  GROUP_POST,
  groupRequest,
  ME,
  ROLE,
  ROLE_POST,
  roleRequest,
  UNIT_SCOPE,
} from './support/samples.ts';
import { broken, json, tenant, text, type Tenant } from './support/tenant.ts';

function validate({ drive, surface }: Tenant, fields: Parameters<typeof order>[0] = {}) {
  const wanted = order(fields);
  return drive(surface(wanted.target.kind).validate(wanted, {}));
}

const UNSPOKEN = {
  id: '',
  status: 'Unknown',
  action: 'selfActivate',
  principal: { id: ME, name: null },
  duration: hours(2),
  justification: 'Why',
};

describe("Microsoft's own verdict", () => {
  it('is asked for with the body of an activation that is not meant', async () => {
    const world = tenant();
    world.on(ROLE_POST, json(201, roleRequest({ status: 'Granted', isValidationOnly: true })));
    const passed = await validate(world, { target: IN_UNIT, justification: 'Why' });
    expect(world.sent.map(({ body }): unknown => JSON.parse(body ?? ''))).toEqual([
      {
        roleDefinitionId: ROLE,
        directoryScopeId: UNIT_SCOPE,
        action: 'selfActivate',
        principalId: ME,
        scheduleInfo: {
          startDateTime: '2026-11-23T08:30:00.000Z',
          expiration: { type: 'afterDuration', duration: 'PT2H' },
        },
        justification: 'Why',
        isValidationOnly: true,
      },
    ]);
    expect(passed).toMatchObject({ id: '', status: 'Granted', target: IN_UNIT });
  });

  it.each([
    ['without a body', text(204, '')],
    ['with something else', json(200, { value: true })],
  ])('trap 7: that passes %s claims no status', async (_, reply) => {
    const world = tenant();
    world.on(GROUP_POST, reply);
    expect(await validate(world, { justification: 'Why' })).toMatchObject({
      ...UNSPOKEN,
      name: GROUP,
    });
  });

  it("is not what somebody else's page says", async () => {
    const world = tenant();
    world.on(GROUP_POST, text(200, '<html>Sign in to the hotel</html>'));
    await expect(validate(world)).rejects.toMatchObject({ code: 'malformed' });
  });

  it('refuses with all that it has to say', async () => {
    const world = tenant();
    const message = '["JustificationRule","TicketingRule"]';
    world.on(GROUP_POST, json(400, fault('RoleAssignmentRequestPolicyValidationFailed', message)));
    await expect(validate(world)).rejects.toMatchObject({
      code: 'rejected',
      details: { reasons: ['JustificationRule', 'TicketingRule'] },
    });
  });

  it('is asked for again after a fault that passes, as nothing is created', async () => {
    const world = tenant();
    world.on(GROUP_POST, broken('ECONNRESET'), json(503, {}), json(201, groupRequest()));
    expect(await validate(world)).toMatchObject({ status: 'Provisioned' });
  });

  it('is not looked for when it is lost', async () => {
    const world = tenant();
    const lost = broken('ECONNRESET');
    world.on(GROUP_POST, lost, lost, lost);
    await expect(validate(world)).rejects.toMatchObject({ code: 'network' });
  });
});
