import * as z from 'zod';
import { cleanName, quoted } from '../domain/text.ts';
import type { CommandShape, Flag, Operation } from '../operations/operation.ts';
import { parseInstant, parseSpan } from './instant.ts';

/** Wrong words on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What the shell gave: one text per field, several where a field takes several; `true` for a switch. */
export type Typed = Readonly<Record<string, string | readonly string[] | true | undefined>>;

function choicesOf(operation: Operation, field: string): readonly string[] {
  const schema: unknown = operation.input.shape[field];
  const inner: unknown = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return inner instanceof z.ZodEnum ? inner.options.map(String) : [];
}

/** `role` is enough for `EntraRole`: case does not count, and its last word will do. */
function lastWord(choice: string): string {
  return (choice.split(/(?=[A-Z])/u).at(-1) ?? choice).toLowerCase();
}

function toChoice(text: string, choices: readonly string[], flag: string): string {
  const wanted = text.trim().toLowerCase();
  const fits = choices.filter((choice) => lastWord(choice) === wanted);
  const exact = choices.find((choice) => choice.toLowerCase() === wanted);
  const found = exact ?? (fits.length === 1 ? fits[0] : undefined);
  if (found === undefined || wanted === '')
    throw new UsageError(
      `--${flag}: ${quoted(cleanName(text))} is not one of ${choices.join(', ')}.`,
    );
  return found;
}

function toNumber(text: string, flag: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value))
    throw new UsageError(`--${flag}: ${quoted(cleanName(text))} is not a number.`);
  return value;
}

function toHours(text: string, flag: string, from: Date): number {
  const duration = parseSpan(text, from);
  if (duration === undefined)
    throw new UsageError(
      `--${flag}: ${quoted(cleanName(text))} is no duration. Write 45m, 2h, 1h30m, PT2H or "until 17:00".`,
    );
  return duration.seconds / 3600;
}

function toIso(text: string, flag: string, now: Date): string {
  const instant = parseInstant(text, now);
  if (instant === undefined)
    throw new UsageError(
      `--${flag}: ${quoted(cleanName(text))} is no time. Write 17:00 or 2026-11-24T07:00Z.`,
    );
  return instant.toISOString();
}

function convert(text: string, flag: Flag, choices: readonly string[], from: Date): unknown {
  switch (flag.kind) {
    case 'switch':
    case 'text':
      return choices.length === 0 ? text : toChoice(text, choices, flag.long);
    case 'number':
      return toNumber(text, flag.long);
    case 'duration':
      return toHours(text, flag.long, from);
    case 'instant':
      return toIso(text, flag.long, from);
  }
}

/** A duration "until" counts from the start, where one is given. */
function startOf(shape: CommandShape, typed: Typed, now: Date): Date {
  const [field] = Object.entries(shape.flags).find(([, { kind }]) => kind === 'instant') ?? [];
  const text = field === undefined ? undefined : typed[field];
  return typeof text === 'string' ? (parseInstant(text, now) ?? now) : now;
}

/**
 * Text from the shell -> the operation's input.
 * @throws UsageError naming the flag and what it accepts.
 */
export function toInput(
  operation: Operation,
  shape: CommandShape,
  typed: Typed,
  now: Date,
): Record<string, unknown> {
  const start = startOf(shape, typed, now);
  const input: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(typed)) {
    if (value === undefined) continue;
    const flag = shape.flags[key] ?? { long: key, kind: 'text', summary: '' };
    const field = flag.sets?.field ?? key;
    if (field in input) throw new UsageError(`--${flag.long} contradicts another flag.`);
    const from = flag.kind === 'duration' ? start : now;
    input[field] =
      typeof value === 'string'
        ? convert(value, flag, choicesOf(operation, field), from)
        : (flag.sets?.value ?? value);
  }
  return check(operation, shape, input);
}

function check(
  operation: Operation,
  shape: CommandShape,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const parsed = operation.input.safeParse(input);
  if (parsed.success) return input;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? 'input');
  const flag = shape.flags[field];
  throw new UsageError(`${flag ? `--${flag.long}` : field}: ${issue?.message ?? 'not accepted'}.`);
}
