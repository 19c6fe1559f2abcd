export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

export function isJsonObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `null` stays `null`: "not set" is said, not left out. */
export function instantOrNull(instant: Date | null): string | null {
  return instant?.toISOString() ?? null;
}
