import * as z from 'zod';
import type { Entry } from './entry.ts';
import { byHand, type Merged, type MergeWish } from './merge.ts';
import { chooseEntry, recognise, stillApplies, type Known } from './recognise.ts';
import { cut } from './text-edit.ts';
import { shownToml } from './toml-shown.ts';
import {
  demandTable,
  fieldOf,
  namesIn,
  replacedValue,
  restOfToml,
  serverPath,
  serversOf,
  settingOf,
  tableAt,
  tomlValue,
  type Setting,
} from './toml-tree.ts';
import { appended, headerText, literal, settingText, withLines } from './toml-write.ts';

const variablesShape = z.record(z.string(), z.string());
type Variables = Readonly<z.infer<typeof variablesShape>>;

/** A first sign-in may take its 40 seconds; Codex gives a tool 60 unless it is told. */
const PATIENCE = ['tool_timeout_sec', 120] as const;

function serversIn(text: string): Known[] {
  return Object.entries(serversOf(text)).map(([name, server]) =>
    recognise(name, fieldOf(server, 'command'), fieldOf(server, 'args')),
  );
}

function environmentLines(name: string, env: Variables): string[] {
  if (Object.keys(env).length === 0) return [];
  return ['', headerText([...serverPath(name), 'env']), ...Object.entries(env).map(settingText)];
}

function added(text: string, name: string, { command, args, env }: Entry): string {
  const settings = [['command', command] as const, ['args', args] as const, PATIENCE];
  const lines = [headerText(serverPath(name)), ...settings.map(settingText)];
  return appended(text, [...lines, ...environmentLines(name, env)]);
}

function withSetting(
  text: string,
  path: readonly string[],
  [name, value]: readonly [string, unknown],
): string {
  const table = demandTable(text, path);
  const old = settingOf(table, name);
  if (old === null) return withLines(text, table, [settingText([name, value])]);
  const isSame = JSON.stringify(tomlValue(old.value)) === JSON.stringify(value);
  return isSame ? text : replacedValue(text, old, literal(value));
}

function without(text: string, path: readonly string[], name: string): string {
  const table = demandTable(text, path);
  const setting = settingOf(table, name);
  return setting === null ? text : cut(text, setting.range);
}

/** @throws PimError `configuration` for values that are no strings: we could not write them again */
function variablesIn({ value }: Setting): Variables {
  const parsed = variablesShape.safeParse(tomlValue(value));
  if (parsed.success) return parsed.data;
  throw byHand();
}

/** `env` as a table of its own, or on one line: in each case only what differs changes. */
function withVariables(text: string, name: string, env: Variables): string {
  const path = serverPath(name);
  const own = [...path, 'env'];
  if (tableAt(text, own) !== null)
    return Object.entries(env).reduce((before, each) => withSetting(before, own, each), text);
  const table = demandTable(text, path);
  const inline = settingOf(table, 'env');
  if (inline === null) return withLines(text, table, environmentLines(name, env));
  const old = variablesIn(inline);
  const isSame = Object.entries(env).every(([variable, value]) => fieldOf(old, variable) === value);
  if (isSame) return text;
  return replacedValue(text, inline, literal({ ...old, ...env }));
}

function updated(text: string, name: string, { command, args, env }: Entry): string {
  const path = serverPath(name);
  const started = withSetting(withSetting(text, path, ['command', command]), path, ['args', args]);
  return withVariables(started, name, env);
}

function withoutVariables(text: string, name: string, variables: readonly string[]): string {
  const path = serverPath(name);
  const own = [...path, 'env'];
  if (variables.length === 0) return text;
  if (tableAt(text, own) !== null)
    return variables.reduce((before, each) => without(before, own, each), text);
  const inline = settingOf(demandTable(text, path), 'env');
  if (inline === null) throw byHand();
  const kept = Object.entries(variablesIn(inline)).filter(([each]) => !variables.includes(each));
  return replacedValue(text, inline, literal(Object.fromEntries(kept)));
}

function droppedFrom(text: string, name: string): { text: string; dropped: string[] } {
  const path = serverPath(name);
  const env = Object.keys(fieldOf(serversOf(text)[name], 'env') ?? {});
  const variables = env.filter((each) => !stillApplies(each));
  const fields = namesIn(demandTable(text, path)).filter((each) => each === 'cwd');
  const bare = fields.reduce((before, each) => without(before, path, each), text);
  return { text: withoutVariables(bare, name, variables), dropped: [...fields, ...variables] };
}

function starts(text: string, name: string, { command, args }: Entry): boolean {
  const server = serversOf(text)[name];
  const found = [fieldOf(server, 'command'), fieldOf(server, 'args')];
  return JSON.stringify(found) === JSON.stringify([command, args]);
}

const MARK = '\uFEFF';

/**
 * Merges the entry into Codex's TOML file. Only our own tables change; every other byte stays.
 * @throws PimError `configuration` where that is not possible without guessing
 */
export function mergeToml(given: string, { entry, name: wish }: MergeWish): Merged {
  const mark = given.startsWith(MARK) ? MARK : '';
  const before = given.slice(mark.length);
  const { name, known } = chooseEntry(serversIn(before), wish);
  const isPython = known?.kind === 'python';
  const bare = isPython ? droppedFrom(before, name) : { text: before, dropped: [] };
  const wanted = { ...entry, args: [...entry.args, ...(known?.extras ?? [])] };
  const after = known ? updated(bare.text, name, wanted) : added(before, name, wanted);
  if (!isSound(before, after, name) || !starts(after, name, wanted)) throw byHand();
  return {
    text: mark + after,
    name,
    was: known?.kind ?? 'absent',
    dropped: bare.dropped,
    shown: { before: shownToml(before, name), after: shownToml(after, name) },
  };
}

/** Whether the new text is TOML that says the same of everything else. */
function isSound(before: string, after: string, name: string): boolean {
  try {
    return restOfToml(before, name) === restOfToml(after, name);
  } catch {
    // A table that may not be added to a table on one line, for example.
    return false;
  }
}
