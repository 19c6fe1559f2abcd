import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/simulator/faults.ts';
import { activateContributor, world, type World } from './simulated.ts';

const PUT = { method: 'PUT' } as const;
const GET = { method: 'GET', pathIncludes: 'roleAssignmentScheduleRequests/' } as const;
const NOT_THERE: Fault = {
  match: GET,
  times: 3,
  action: { kind: 'error', status: 404, code: 'NotFound' },
};

/** Methods of what concerned one request; and under how many names that was. */
function trail({ sent }: World) {
  const own = sent.filter(({ url }) => url.includes('roleAssignmentScheduleRequests/'));
  return {
    methods: own.map(({ method }) => method).join(' '),
    names: new Set(own.map(({ url }) => url)).size,
  };
}

describe('trap 19: an activation without a clear answer', () => {
  it('that arrived is found under its name, and not sent again', async () => {
    const here = await world();
    here.simulator.faults.add({ match: PUT, action: { kind: 'drop-after' } });
    expect(await activateContributor(here)).toMatchObject({ status: 'Provisioned' });
    expect(trail(here)).toEqual({ methods: 'PUT GET', names: 1 });
  });

  it.each([
    ['a 500', { kind: 'error', status: 500 }],
    ['a gateway’s page', { kind: 'html', status: 502 }],
    ['a dropped connection', { kind: 'drop-before' }],
  ] as const)('after %s is sent once more under the same name', async (_, action) => {
    const here = await world();
    here.simulator.faults.add({ match: PUT, action });
    expect(await activateContributor(here)).toMatchObject({ status: 'Provisioned' });
    expect(trail(here)).toEqual({ methods: 'PUT GET GET GET PUT', names: 1 });
    expect(await here.azure.requests({})).toHaveLength(1);
  });

  it('that arrived after all is not made a second time by that', async () => {
    const here = await world();
    here.simulator.faults.add({ match: PUT, action: { kind: 'drop-after' } }, NOT_THERE);
    const request = await activateContributor(here);
    expect(trail(here)).toEqual({ methods: 'PUT GET GET GET PUT', names: 1 });
    expect((await here.azure.requests({})).map(({ id }) => id)).toEqual([request.id]);
  });

  it('whose repeat is refused is looked for again: the first one may stand in its way', async () => {
    const here = await world();
    here.simulator.faults.add({ match: PUT, action: { kind: 'drop-after' } }, NOT_THERE, {
      match: PUT,
      action: { kind: 'error', status: 400, code: 'RoleAssignmentExists' },
    });
    expect(await activateContributor(here)).toMatchObject({ status: 'Provisioned' });
    expect(trail(here)).toEqual({ methods: 'PUT GET GET GET PUT GET', names: 1 });
  });

  it('is sent no third time; its outcome is unknown', async () => {
    const here = await world();
    here.simulator.faults.add({ match: PUT, times: 9, action: { kind: 'drop-before' } });
    await expect(activateContributor(here)).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(trail(here)).toEqual({ methods: 'PUT GET GET GET PUT GET GET GET', names: 1 });
  });

  it('is not sent again where nobody could look', async () => {
    const here = await world();
    here.simulator.faults.add(
      { match: PUT, action: { kind: 'drop-before' } },
      { match: GET, times: 9, action: { kind: 'error', status: 503 } },
    );
    await expect(activateContributor(here)).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(trail(here)).toEqual({ methods: 'PUT GET GET GET', names: 1 });
  });

  it('that was refused is not looked for', async () => {
    const here = await world();
    await activateContributor(here);
    await expect(activateContributor(here)).rejects.toMatchObject({
      code: 'conflict',
      details: { reasons: ['RoleAssignmentExists'] },
    });
    expect(trail(here)).toEqual({ methods: 'PUT PUT', names: 2 });
  });

  it('is sent again after a 429, which says that nothing was done', async () => {
    const here = await world();
    here.simulator.faults.add({ match: PUT, action: { kind: 'throttle', retryAfterSeconds: 7 } });
    expect(await activateContributor(here)).toMatchObject({ status: 'Provisioned' });
    expect(trail(here)).toEqual({ methods: 'PUT PUT', names: 1 });
  });
});
