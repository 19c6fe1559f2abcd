import { describe, expect, it } from 'vitest';
import { activateContributor, methodsOf, orderFor, world } from './simulated.ts';

import { CREATED, ORDER, scripted } from './scripted.ts';
describe('cancelling', () => {
  it.each([200, 204] as const)('is done after %i', async (cancelStatus) => {
    const here = await world({ cancelStatus });
    const order = await orderFor(here, 'Owner', 'Grid Production');
    const asked = await here.azure.activate(order, {});
    await here.azure.cancel(asked, {});
    expect(await here.azure.request(asked, {})).toMatchObject({ status: 'Canceled' });
  });

  it('that got no answer is looked at, and not sent again', async () => {
    const here = await world();
    const asked = await here.azure.activate(await orderFor(here, 'Owner', 'Grid Production'), {});
    here.simulator.faults.add({
      match: { pathIncludes: '/cancel' },
      action: { kind: 'drop-after' },
    });
    await here.azure.cancel(asked, {});
    expect(methodsOf(here, '/cancel')).toEqual(['POST']);
  });

  it('that did not arrive has an unknown outcome', async () => {
    const here = await world();
    const asked = await here.azure.activate(await orderFor(here, 'Owner', 'Grid Production'), {});
    here.simulator.faults.add({
      match: { pathIncludes: '/cancel' },
      action: { kind: 'drop-before' },
    });
    await expect(here.azure.cancel(asked, {})).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(methodsOf(here, '/cancel')).toEqual(['POST']);
  });

  it('is not taken for done because a proxy answered with a page', async () => {
    const here = await world();
    const asked = await here.azure.activate(await orderFor(here, 'Owner', 'Grid Production'), {});
    here.simulator.faults.add({
      match: { pathIncludes: '/cancel' },
      action: { kind: 'html', status: 200 },
    });
    await expect(here.azure.cancel(asked, {})).rejects.toMatchObject({ code: 'outcome-unknown' });
  });

  it('of what is over is refused', async () => {
    const here = await world();
    const asked = await activateContributor(here);
    await expect(here.azure.cancel(asked, {})).rejects.toMatchObject({ details: { status: 400 } });
  });

  it.each(['', '../x', 'a/b', 'a?b'])('of %j goes nowhere', async (id) => {
    const { azure, sent } = scripted();
    const known = { ...(await scripted(CREATED).azure.activate(ORDER, {})), id };
    await expect(azure.cancel(known, {})).rejects.toMatchObject({ code: 'not-found' });
    await expect(azure.request(known, {})).rejects.toMatchObject({ code: 'not-found' });
    expect(sent).toEqual([]);
  });
});
