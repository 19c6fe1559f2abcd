import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type * as z from 'zod';

type JsonOptions = Parameters<StandardSchemaWithJSON['~standard']['jsonSchema']['input']>[0];

/** `$schema` says the dialect that MCP has by default, at 17 tokens a schema. */
const SUPERFLUOUS = ['$schema'];

/** Results may grow: a client with an older copy of the schema must not reject a new field. */
const CLOSING = [...SUPERFLUOUS, 'additionalProperties'];

function without(keys: readonly string[], value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => without(keys, item));
  if (typeof value !== 'object' || value === null) return value;
  return pruned(keys, value);
}

function pruned(keys: readonly string[], schema: object): Record<string, unknown> {
  const kept = Object.entries(schema).filter(([key]) => !keys.includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, without(keys, value)]));
}

/** The schema as the SDK wants it, without what costs tokens or forbids growth. */
export function toLeanSchema(schema: z.ZodObject): StandardSchemaWithJSON {
  const standard = schema['~standard'];
  return {
    '~standard': {
      version: 1,
      vendor: standard.vendor,
      validate: (value) => standard.validate(value),
      jsonSchema: {
        input: (options: JsonOptions) => pruned(SUPERFLUOUS, standard.jsonSchema.input(options)),
        output: (options: JsonOptions) => pruned(CLOSING, standard.jsonSchema.output(options)),
      },
    },
  };
}
