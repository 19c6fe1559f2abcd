import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { newKey, seal, unseal } from '../../src/auth/envelope.ts';
import type { StateDirectory } from '../../src/domain/ports.ts';
import { newState, person, tenant } from './fixture.ts';

const TOKENS = 'tokens.file.bin';

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  return bytes.map((byte, at) => (at === index ? byte ^ 1 : byte));
}

describe('the file format', () => {
  it('is magic, store, key id, iv, tag, ciphertext', () => {
    const file = Buffer.from(seal('{"a":1}', 'file', newKey()));
    expect(file.subarray(0, 8).toString('latin1')).toBe('EPIMC1\0\0');
    expect(file[8]).toBe(2);
    expect(file.subarray(9, 21).toString('latin1')).toMatch(/^[0-9a-f]{12}$/u);
    expect(file).toHaveLength(8 + 1 + 12 + 12 + 16 + '{"a":1}'.length);
  });

  it('opens with its key, never shows twice the same, and opens with no other key', () => {
    const key = newKey();
    const file = seal('secret', 'file', key);
    expect(unseal(file, 'file', key)).toBe('secret');
    expect(seal('secret', 'file', key)).not.toEqual(file);
    expect(unseal(file, 'file', newKey())).toBeNull();
    expect(unseal(file, 'keyring', key)).toBeNull();
  });

  it('notices a change of any single byte, and of its length', () => {
    const key = newKey();
    const file = seal('secret', 'file', key);
    const opened = [...file.keys()].map((index) => unseal(flipped(file, index), 'file', key));
    expect(opened.filter((plain) => plain !== null)).toEqual([]);
    expect(unseal(file.subarray(0, -1), 'file', key)).toBeNull();
    expect(unseal(file.subarray(0, 20), 'file', key)).toBeNull();
    expect(unseal(new Uint8Array(), 'file', key)).toBeNull();
  });
});

describe('a damaged sign-in', () => {
  const damages: readonly [string, (state: StateDirectory) => Promise<void>][] = [
    ['garbage', (state) => state.write(TOKENS, new TextEncoder().encode('not a cache'))],
    ['emptiness', (state) => state.write(TOKENS, new Uint8Array())],
    [
      'a changed byte',
      async (state) => state.write(TOKENS, flipped((await state.read(TOKENS)) ?? newKey(), 60)),
    ],
    ['the loss of its key', (state) => state.remove('tokens.file.key')],
    ['a key of another length', (state) => state.write('tokens.file.key', new Uint8Array(5))],
  ];

  it.each(damages)(
    '(%s) is set aside, said once, and mended by signing in',
    async (_what, damage) => {
      const simulator = await tenant();
      const first = await person(simulator.environment);
      await first.signIn.token();
      await damage(first.state);
      const second = await person(simulator.environment, { state: first.state });
      expect(await second.signIn.remembered()).toBeNull();
      const { value } = await second.signIn.token();
      expect(second.notices).toEqual([
        expect.stringContaining('was set aside'),
        expect.stringContaining('Sign in to Microsoft Entra'),
      ]);
      expect(await readdir(first.state.path)).toContain('tokens.file.unreadable.bin');
      const third = await person(simulator.environment, { state: first.state });
      expect((await third.signIn.token()).value).toBe(value);
      expect(third.notices).toEqual([]);
    },
  );

  it('that is only in the list of sign-ins costs one more sign-in', async () => {
    const simulator = await tenant();
    const { signIn, state } = await person(simulator.environment);
    await signIn.token();
    await state.write('sign-ins.json', new TextEncoder().encode('{"signIns":[{}]}'));
    const again = await person(simulator.environment, { state });
    await again.signIn.token();
    expect(again.browser.urls).toHaveLength(1);
  });
});

it('a folder that cannot be trusted is an error, and the tab does not say "complete"', async () => {
  const simulator = await tenant();
  const good = await newState();
  const refusing: StateDirectory = {
    ...good,
    write: () => Promise.reject(new Error('no space left')),
  };
  const { signIn, browser } = await person(simulator.environment, { state: refusing });
  await expect(signIn.token()).rejects.toMatchObject({ code: 'sign-in-failed' });
  expect((await browser.tab()).text).toContain('Sign-in failed');
});

it('a failed read never empties the file', async () => {
  const simulator = await tenant();
  const first = await person(simulator.environment);
  const { value } = await first.signIn.token();
  const before = await first.state.read(TOKENS);
  let reads = 0;
  const shaky: StateDirectory = {
    ...first.state,
    read: (name) => {
      if (name === TOKENS) reads += 1;
      return name === TOKENS && reads > 1
        ? Promise.reject(new Error('cannot read'))
        : first.state.read(name);
    },
  };
  const second = await person(simulator.environment, { state: shaky });
  await expect(second.signIn.token({ refused: value })).rejects.toThrow('cannot read');
  expect(reads).toBeGreaterThan(1);
  expect(await first.state.read(TOKENS)).toEqual(before);
});

it('says in words where the sign-in is and what protects it', async () => {
  const simulator = await tenant();
  const { signIn, state } = await person(simulator.environment);
  expect(signIn.storage).toContain(state.path);
  expect(signIn.storage).toContain('whoever can read your files can use this sign-in');
});
