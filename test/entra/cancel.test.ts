import { describe, expect, it } from 'vitest';
import { IN_UNIT, knownRequest } from './support/order.ts';
import {
  fault,
  GROUP_CANCEL,
  GROUP_REQUEST,
  groupRequest,
  ROLE_CANCEL,
  ROLE_REQUEST,
  roleRequest,
} from './support/samples.ts';
import { broken, json, silence, tenant, text, type Reply, type Tenant } from './support/tenant.ts';

function cancel({ drive, surface }: Tenant, fields: Parameters<typeof knownRequest>[0] = {}) {
  const known = knownRequest(fields);
  return drive(surface(known.target.kind).cancel(known, {}));
}

function posts({ sent }: Tenant) {
  return sent.filter(({ method }) => method === 'POST');
}

describe('cancelling a request', () => {
  it.each([
    ['204', text(204, '')],
    ['200 without a body', text(200, '')],
    ['200 with one', json(200, {})],
  ])('is done with %s, and sent without a body', async (_, reply) => {
    const world = tenant();
    world.on(GROUP_CANCEL, reply);
    await cancel(world);
    expect(posts(world)).toHaveLength(1);
    expect(world.sent[0]?.body).toBeUndefined();
    expect(world.sent[0]?.headers).not.toHaveProperty('content-type');
  });

  it('is refused in the words of Microsoft, where it may not be', async () => {
    const world = tenant();
    world.on(ROLE_CANCEL, json(400, fault('RequestCannotBeCancelled', 'It is Provisioned.')));
    await expect(cancel(world, { target: IN_UNIT })).rejects.toMatchObject({
      code: 'rejected',
      details: { status: 400, upstream: { message: 'It is Provisioned.' } },
    });
    expect(world.sent).toHaveLength(1);
  });

  it.each(['', '../x', 'a/cancel?'])('of id %j is not sent', async (id) => {
    const world = tenant();
    await expect(cancel(world, { id })).rejects.toMatchObject({ code: 'not-found' });
    expect(world.sent).toEqual([]);
  });
});

const UNCLEAR: readonly (readonly [string, Reply])[] = [
  ['a connection that broke', broken('ECONNRESET')],
  ['a 500', json(500, fault('InternalServerError', 'An error has occurred.'))],
  ["somebody else's page", text(200, '<html>Sign in to the hotel</html>')],
  ['no answer within a minute', silence],
];

describe.each(UNCLEAR)('trap 19: cancelling, after %s', (_, reply) => {
  it('is done when the request is canceled by then, and not sent again', async () => {
    const world = tenant();
    world.on(ROLE_CANCEL, reply);
    world.on(
      ROLE_REQUEST,
      json(200, roleRequest({ status: 'PendingApproval' })),
      json(200, roleRequest({ status: 'Canceled' })),
    );
    await expect(cancel(world, { target: IN_UNIT })).resolves.toBeUndefined();
    expect(posts(world)).toHaveLength(1);
  });

  it('is of unknown outcome while it is not', async () => {
    const world = tenant();
    const waiting = json(200, groupRequest({ status: 'Granted' }));
    world.on(GROUP_CANCEL, reply);
    world.on(GROUP_REQUEST, waiting, waiting, waiting);
    await expect(cancel(world)).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(posts(world)).toHaveLength(1);
  });
});

it('cancelling what never left is a plain failure', async () => {
  const world = tenant();
  world.on(GROUP_CANCEL, broken('ENOTFOUND'));
  await expect(cancel(world)).rejects.toMatchObject({ code: 'network' });
});
