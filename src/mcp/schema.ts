import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type * as z from 'zod';

type JsonOptions = Parameters<StandardSchemaWithJSON['~standard']['jsonSchema']['input']>[0];

/** `$schema` says the dialect that MCP has by default, at 17 tokens a schema. */
function withoutDialect(schema: Record<string, unknown>): Record<string, unknown> {
  const { $schema: _, ...rest } = schema;
  return rest;
}

/** The schema as the SDK wants it, without what costs tokens and says nothing. */
export function toLeanSchema(schema: z.ZodObject): StandardSchemaWithJSON {
  const standard = schema['~standard'];
  return {
    '~standard': {
      version: 1,
      vendor: standard.vendor,
      validate: (value) => standard.validate(value),
      jsonSchema: {
        input: (options: JsonOptions) => withoutDialect(standard.jsonSchema.input(options)),
        output: (options: JsonOptions) => withoutDialect(standard.jsonSchema.output(options)),
      },
    },
  };
}
