import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { StateDirectory } from '../../src/domain/ports.ts';
import { person, tenant } from './fixture.ts';
import { ADA, MARCUS, two } from './two-accounts.ts';

/** The sign-ins, last one first. */
const listSchema = z.object({ signIns: z.array(z.unknown()) });

/**
 * The moment in which Marcus is in the cache and not remembered yet. Returns what it is when he is.
 */
async function beforeMarcus(state: StateDirectory): Promise<Uint8Array> {
  const all = (await state.read('sign-ins.json')) ?? new Uint8Array();
  const { signIns } = listSchema.parse(JSON.parse(new TextDecoder().decode(all)));
  const withoutMarcus = JSON.stringify({ signIns: signIns.slice(1) });
  await state.write('sign-ins.json', new TextEncoder().encode(withoutMarcus));
  return all;
}

describe('signing out', () => {
  it('forgets the one that acts, with their tokens, and keeps the others', async () => {
    const { simulator, state, adas, next } = await two();
    const gone = await (await next()).signIn.signOut('current');
    expect(gone.map(({ username }) => username)).toEqual([MARCUS]);
    const { signIn } = await next();
    expect((await signIn.token()).value).toBe(adas.value);
    const back = await next({ ENTRA_PIM_ACCOUNT: MARCUS });
    expect(await back.signIn.remembered()).toBeNull();
    expect(await state.read('tokens.file.bin')).not.toBeNull();
    expect((await signIn.token({ refused: adas.value })).value).not.toBe(adas.value);
    expect(simulator.requests.all().length).toBeGreaterThan(0);
  });

  it('forgets the one that is named', async () => {
    const { next } = await two();
    const gone = await (await next({ ENTRA_PIM_ACCOUNT: ADA })).signIn.signOut('current');
    expect(gone.map(({ username }) => username)).toEqual([ADA]);
    const { signIn } = await next();
    expect((await signIn.accounts()).map(({ account }) => account.username)).toEqual([MARCUS]);
  });

  it('of the last one leaves nothing on this machine', async () => {
    const { state, next } = await two();
    await (await next()).signIn.signOut('current');
    await (await next()).signIn.signOut('current');
    expect(await state.read('tokens.file.bin')).toBeNull();
    expect(await state.read('tokens.file.key')).toBeNull();
    expect(await state.read('sign-ins.json')).toBeNull();
  });

  it('of the last one leaves nothing of the Azure CLI’s client either', async () => {
    const simulator = await tenant();
    const { signIn, browser, state } = await person(simulator.environment);
    await signIn.signIn({ withAzure: true });
    expect(browser.urls).toHaveLength(2);
    await signIn.signOut('current');
    expect(await state.read('tokens.file.bin')).toBeNull();
  });

  it('keeps whoever signs in at that moment in another process, and is not remembered yet', async () => {
    const { simulator, state, marcuses, next } = await two();
    const all = await beforeMarcus(state);
    const signingIn = await state.seize('sign-in');
    await (await next()).signIn.signOut('current');
    await signingIn?.release();
    expect(await state.read('sign-ins.json')).toBeNull();
    await state.write('sign-ins.json', all);
    simulator.requests.clear();
    expect((await (await next()).signIn.token()).value).toBe(marcuses.value);
    expect(await (await next({ ENTRA_PIM_ACCOUNT: ADA })).signIn.remembered()).toBeNull();
    expect(simulator.requests.all()).toEqual([]);
  });

  it('of the last one leaves nothing of a sign-in that never came to its end either', async () => {
    const { state, next } = await two();
    const [, ada] = await (await next()).signIn.accounts();
    await beforeMarcus(state);
    expect(await (await next()).signIn.signOut('current')).toEqual([ada?.account]);
    expect(await state.read('tokens.file.bin')).toBeNull();
  });

  it('of a sign-in that was revoked forgets it as well', async () => {
    const { simulator, next } = await two();
    simulator.revoke(MARCUS);
    const { signIn } = await next();
    await signIn.signOut('current');
    simulator.requests.clear();
    expect(await (await next({ ENTRA_PIM_ACCOUNT: MARCUS })).signIn.remembered()).toBeNull();
    expect(simulator.requests.all()).toEqual([]);
  });

  it('of everybody forgets everybody', async () => {
    const { next } = await two();
    const gone = await (await next()).signIn.signOut('everybody');
    expect(gone.map(({ username }) => username).toSorted()).toEqual([ADA, MARCUS]);
    expect(await (await next()).signIn.accounts()).toEqual([]);
  });
});
