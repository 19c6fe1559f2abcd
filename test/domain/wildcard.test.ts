import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers } from '../../src/domain/wildcard.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'B', '/', '.'), maxLength: 8 });
const starred = fc.string({ unit: fc.constantFrom('a', 'B', '/', '*'), maxLength: 8 });

/** The obvious way, which takes for ever on long texts: letter by letter, with every choice of a star. */
function coversSlowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*'))
    return (
      coversSlowly(pattern.slice(1), text) || (text !== '' && coversSlowly(pattern, text.slice(1)))
    );
  return pattern[0] === text[0] && coversSlowly(pattern.slice(1), text.slice(1));
}

describe('a wildcard', () => {
  it.each([
    ['*', 'Microsoft.Compute/virtualMachines/read', true],
    ['*/read', 'Microsoft.Compute/virtualMachines/read', true],
    ['*/read', 'Microsoft.Compute/virtualMachines/readMore', false],
    ['Microsoft.Compute/*', 'microsoft.compute/VIRTUALMACHINES/start/action', true],
    ['Microsoft.Compute/*/read', 'Microsoft.Compute/virtualMachines/extensions/read', true],
    ['Microsoft.Compute/*/read', 'Microsoft.ComputeMore/virtualMachines/read', false],
    ['Microsoft.*/virtual*/st*t/action', 'Microsoft.Compute/virtualMachines/start/action', true],
    ['Microsoft.Compute/virtualMachines/read', 'Microsoft.Compute/virtualMachines/write', false],
    ['a*a', 'a', false],
    ['ab*ba', 'aba', false],
    ['', 'a', false],
  ])('%s, asked about %s, says %s', (pattern, text, expected) => {
    expect(covers(pattern, text)).toBe(expected);
  });

  it('agrees with the obvious way of comparing, whatever the case', () => {
    fc.assert(
      fc.property(starred, letters, (pattern, text) => {
        const expected = coversSlowly(pattern.toLowerCase(), text.toLowerCase());
        expect(covers(pattern, text)).toBe(expected);
        expect(covers(pattern.toUpperCase(), text)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('covers whatever stands where its stars are', () => {
    fc.assert(
      fc.property(fc.array(letters, { minLength: 1, maxLength: 5 }), letters, (parts, filling) => {
        expect(covers(parts.join('*'), parts.join(filling))).toBe(true);
      }),
    );
  });

  it('is quick about texts made to be slow', () => {
    const pattern = `${'a*'.repeat(2000)}b`;
    expect(covers(pattern, 'a'.repeat(4000))).toBe(false);
  });
});
