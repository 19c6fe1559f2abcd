/** Somebody else signs in while a call is under way: another process may bring that about. */
import { expect, it } from 'vitest';
import { signedIn } from '../../src/operations/signed-in.ts';
import { posts } from '../support/activate.ts';
import { person, WHY } from '../support/person.ts';
import { openStack } from '../support/stack.ts';

const MARCUS = 'marcus.okafor@contoso.example';

it('nothing that was read for one is shown to the other', async () => {
  const stack = await openStack();
  const ada = await signedIn(stack.context);
  expect((await ada.catalogue.read({})).rows.length).toBeGreaterThan(10);
  stack.simulator.behaviour.patch({ identity: { signInAs: MARCUS } });
  await stack.signIn.signIn();
  const marcus = await signedIn(stack.context);
  expect((await marcus.catalogue.recent({})).rows).toHaveLength(1);
});

it('a write of one is never sent with the token of the other', async () => {
  const stack = await openStack();
  const ada = await signedIn(stack.context);
  const { rows } = await ada.catalogue.read(ada.call);
  const target = rows.find(({ name }) => name === 'Production Support')?.target;
  stack.simulator.behaviour.patch({ identity: { signInAs: MARCUS } });
  await stack.signIn.signIn();
  if (target === undefined) throw new TypeError('not eligible');
  const order = { target, principalId: ada.account.objectId, justification: WHY };
  const sent = ada.catalogue.client('group').deactivate(order, ada.call);
  await expect(sent).rejects.toMatchObject({ code: 'sign-in-required' });
  expect(posts(stack)).toEqual([]);
  expect(await person(stack).activate({ name: 'Production Support' })).toMatchObject({
    status: 'active',
  });
});
