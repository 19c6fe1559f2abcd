import { getStaticTOMLValue, ParseError, parseTOML, type AST } from 'toml-eslint-parser';
import { broken, byHand } from './merge.ts';
import { spliced } from './text-edit.ts';

export type Table = AST.TOMLTable;
export type Setting = AST.TOMLKeyValue;

/** @throws PimError `configuration` with the place of the first fault */
export function tomlRoot(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: '1.0' });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { message, lineNumber, column } = error;
    throw broken('TOML', `${message} at line ${lineNumber}, column ${column + 1}`);
  }
}

export function tomlValue(node: AST.TOMLContentNode): unknown {
  return getStaticTOMLValue(node);
}

function isAt(table: Table, path: readonly string[]): boolean {
  const { kind, resolvedKey } = table;
  return kind === 'standard' && JSON.stringify(resolvedKey) === JSON.stringify(path);
}

export function tableAt(text: string, path: readonly string[]): Table | null {
  const [top] = tomlRoot(text).body;
  const tables = top.body.filter((each) => each.type === 'TOMLTable');
  return tables.find((table) => isAt(table, path)) ?? null;
}

function nameOf(key: AST.TOMLKey): string | null {
  const [only, second] = key.keys;
  if (only === undefined || second !== undefined) return null;
  return only.type === 'TOMLBare' ? only.name : only.value;
}

/** A setting of one plain name; `null` where there is none. */
export function settingOf(table: Table, name: string): Setting | null {
  return table.body.find(({ key }) => nameOf(key) === name) ?? null;
}

export function namesIn(table: Table): string[] {
  return table.body.flatMap(({ key }) => nameOf(key) ?? []);
}

const SERVERS = 'mcp_servers';

export function serverPath(name: string): readonly string[] {
  return [SERVERS, name];
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Everything that the file says, in place of how it says it. */
function contentOf(text: string): Readonly<Record<string, unknown>> {
  const content: unknown = getStaticTOMLValue(tomlRoot(text));
  return isTable(content) ? content : {};
}

export function serversOf(text: string): Readonly<Record<string, unknown>> {
  const servers = contentOf(text)[SERVERS];
  return isTable(servers) ? servers : {};
}

export function fieldOf(server: unknown, name: string): unknown {
  return isTable(server) ? server[name] : undefined;
}

/** Everything but one server, to compare. */
export function restOfToml(text: string, name: string): string {
  const { [SERVERS]: _servers, ...rest } = contentOf(text);
  const { [name]: _own, ...others } = serversOf(text);
  return JSON.stringify([rest, others], (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}` : value,
  );
}

/** @throws PimError `configuration` when it is not written as a table of its own */
export function demandTable(text: string, path: readonly string[]): Table {
  const table = tableAt(text, path);
  if (table === null) throw byHand();
  return table;
}

export function replacedValue(text: string, { value }: Setting, literal: string): string {
  return spliced(text, value.range, literal);
}
