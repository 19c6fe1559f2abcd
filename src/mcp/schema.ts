import type { StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import * as z from 'zod';

type JsonOptions = Parameters<StandardSchemaWithJSON['~standard']['jsonSchema']['input']>[0];

/**
 * `$schema` says the dialect that MCP has by default, at 17 tokens a schema. Limits are checked when
 * a call comes, and no model needs to know them before.
 */
const SUPERFLUOUS: ReadonlySet<string> = new Set([
  '$schema',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
]);

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  return typeof value === 'object' && value !== null ? pruned(value) : value;
}

function pruned(schema: object): Record<string, unknown> {
  const kept = Object.entries(schema).filter(([key]) => !SUPERFLUOUS.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, without(value)]));
}

const KINDS = [
  [z.ZodString, 'string'],
  [z.ZodEnum, 'string'],
  [z.ZodNumber, 'number'],
  [z.ZodBoolean, 'boolean'],
  [z.ZodArray, 'array'],
  [z.ZodObject, 'object'],
] as const;

/** What is known of a field at a glance; nothing where it may be of several kinds. */
function kindOf(field: unknown): { readonly type?: string } {
  const [, type] = KINDS.find(([Kind]) => field instanceof Kind) ?? [];
  return type === undefined ? {} : { type };
}

/**
 * What is always there, and of which kind; no more. The whole would cost more tokens than all the
 * rest, results are read and not predicted, and they may grow without breaking a client that keeps
 * an older copy. Read off the schema itself: converting all of it takes milliseconds of the start.
 */
function outlined({ shape }: z.ZodObject): Record<string, unknown> {
  const required = Object.entries(shape).filter(([, field]) => !(field instanceof z.ZodOptional));
  return {
    type: 'object',
    properties: Object.fromEntries(required.map(([name, field]) => [name, kindOf(field)])),
    required: required.map(([name]) => name),
  };
}

/** The schema as the SDK wants it, as short as it can be said. */
export function toLeanSchema(schema: z.ZodObject): StandardSchemaWithJSON {
  const standard = schema['~standard'];
  return {
    '~standard': {
      version: 1,
      vendor: standard.vendor,
      validate: (value) => standard.validate(value),
      jsonSchema: {
        input: (options: JsonOptions) => pruned(standard.jsonSchema.input(options)),
        output: () => outlined(schema),
      },
    },
  };
}
