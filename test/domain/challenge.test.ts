import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { contextChallenge, contextLabel, MFA_CHALLENGE } from '../../src/domain/challenge.ts';
import { PimError } from '../../src/domain/errors.ts';

const C1 = contextChallenge('c1');

it('asks for the context as the documentation has it', () => {
  const acrs = { essential: true, value: 'c1' };
  expect(JSON.parse(C1.claims())).toEqual({ access_token: { acrs } });
  expect(JSON.parse(MFA_CHALLENGE.claims())).toEqual({
    access_token: { amr: { values: ['mfa'] } },
  });
});

it('trap 13: shows its claims to nobody who prints, copies or serialises it', () => {
  const error = new PimError('step-up-required', 'x', { cause: C1 });
  const copy: unknown = Object.assign({}, C1);
  for (const text of [
    inspect(C1, { depth: 9, showHidden: true }),
    inspect(error, { depth: 9, showHidden: true }),
    JSON.stringify(C1),
    JSON.stringify({ copy }),
  ])
    expect(text).not.toMatch(/acrs|access_token/u);
});

it('is called by its contexts', () => {
  expect(contextLabel(['c1'])).toBe('authentication context c1');
  expect(contextLabel(['c1', 'c2'])).toBe('authentication contexts c1, c2');
});
