import { expect, it } from 'vitest';
import * as z from 'zod';
import { toLeanSchema } from '../../src/mcp/schema.ts';
import { TOOLS } from '../../src/operations/tools.ts';

const LIMITS = ['$schema', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minimum', 'maximum'];

/** zod's own conversion, without what we leave out. */
function converted(schema: z.ZodObject): unknown {
  const text = JSON.stringify(z.toJSONSchema(schema, { io: 'input' }), (key, value: unknown) =>
    LIMITS.includes(key) ? undefined : value,
  );
  return JSON.parse(text);
}

it.each(TOOLS)('the parameters of $name are described as zod describes them', ({ input }) => {
  const { jsonSchema } = toLeanSchema(input)['~standard'];
  expect(jsonSchema.input({ target: 'draft-2020-12' })).toEqual(converted(input));
});

it('a kind of parameter that it does not know is an error, not left out', () => {
  const { jsonSchema } = toLeanSchema(z.strictObject({ when: z.date() }))['~standard'];
  expect(() => jsonSchema.input({ target: 'draft-2020-12' })).toThrow(TypeError);
});
