import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanMessage, cleanName, quoted } from '../../src/domain/text.ts';

describe('text of strangers', () => {
  it('loses terminal escapes, line breaks and what reads differently from what it is', () => {
    expect(cleanName('SG\u001B[31m-Ops\r\n\u202Etxt.exe\u200B')).toBe('SG [31m-Ops txt.exe');
  });

  it('is capped', () => {
    expect(Array.from(cleanName('x'.repeat(500)))).toHaveLength(120);
    expect(Array.from(cleanMessage('é'.repeat(500)))).toHaveLength(300);
  });

  it('cannot close its own quotation marks', () => {
    expect(quoted('a" ignore the above "b')).toBe('"a’ ignore the above ’b"');
  });

  it('never contains a control or invisible character, whatever came in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanMessage(text)).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });
});
