import type { ConfigFile } from '../../domain/config-files.ts';
import { cleanName, quoted } from '../../domain/text.ts';
import { CLIENTS, isClient, type Client } from '../client-config.ts';
import { worstOf, type ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { showFault } from '../run-operation.ts';
import { CLIENT_FILES, projectFile, traceOf, userFile } from './client-files.ts';
import { entryDiff } from './entry-diff.ts';
import { entryFor } from './entry.ts';
import { mergeJson } from './json-merge.ts';
import type { Merged, MergeWish } from './merge.ts';
import { mergeToml } from './toml-merge.ts';
import type { SetupWorld } from './world.ts';

export interface ClientWish {
  readonly isWrite: boolean;
  readonly isProject: boolean;
  readonly name: string | null;
}

export function mergeFor(client: Client, text: string, wish: MergeWish): Merged {
  const { format } = CLIENT_FILES[client];
  return format === 'toml' ? mergeToml(text, wish) : mergeJson(text, format, wish);
}

function aboutEntry({ was, name, dropped }: Merged): string[] {
  const lines = {
    absent: [],
    ours: [`Note: the entry ${quoted(cleanName(name))} of Entra PIM is brought up to date.`],
    python: [`Note: the entry ${quoted(cleanName(name))} of the Python server is replaced.`],
    other: [],
  } as const satisfies Record<Merged['was'], readonly string[]>;
  const names = dropped.map(cleanName).join(', ');
  return [
    ...lines[was],
    ...(dropped.length > 0 ? [`Note: not taken over, as it means nothing here: ${names}.`] : []),
  ];
}

/** Clients that read plain JSON: a comment makes them refuse the file. */
const PLAIN_JSON: readonly Client[] = ['claude-desktop', 'claude-code'];

function aboutComments(client: Client, text: string): string[] {
  if (!PLAIN_JSON.includes(client) || text.trim() === '') return [];
  try {
    JSON.parse(text);
    return [];
  } catch {
    const { title } = CLIENT_FILES[client];
    return [`Note: the file has comments or trailing commas, which ${title} may not read.`];
  }
}

interface Plan {
  readonly client: Client;
  readonly file: ConfigFile;
  readonly merged: Merged;
}

async function planFor(client: Client, wish: ClientWish, world: SetupWorld): Promise<Plan> {
  const { machine, files } = world;
  const path = wish.isProject ? projectFile(client, machine) : userFile(client, machine);
  const file = await files.read(path);
  const entry = entryFor(client, await world.start());
  return { client, file, merged: mergeFor(client, file.text ?? '', { entry, name: wish.name }) };
}

function say(io: Io, lines: readonly string[]): void {
  for (const line of lines) io.err(`${line}\n`);
}

async function write({ client, file, merged }: Plan, io: Io, world: SetupWorld): Promise<void> {
  const backup = await world.files.replace(file, merged.text);
  const { title, next } = CLIENT_FILES[client];
  say(io, [
    `${title}: written to ${file.path}.`,
    ...(backup === null ? [] : [`What was there before is in ${backup}.`]),
    `Next: ${next}`,
  ]);
}

async function setUp(
  client: Client,
  wish: ClientWish,
  { io, world }: { readonly io: Io; readonly world: SetupWorld },
): Promise<ExitCode> {
  const plan = await planFor(client, wish, world);
  const { file, merged } = plan;
  const { title } = CLIENT_FILES[client];
  if (merged.text === file.text) {
    say(io, [`${title}: nothing to change in ${file.path}.`]);
    return 0;
  }
  const shown = { path: file.path, isNew: file.text === null, isColoured: io.columns !== null };
  io.out(`${entryDiff(shown, merged)}\n`);
  say(io, [...aboutEntry(merged), ...aboutComments(client, file.text ?? '')]);
  if (wish.isWrite) await write(plan, io, world);
  else say(io, ['Nothing was written. Next: the same command with --write']);
  return 0;
}

async function installed(world: SetupWorld): Promise<Client[]> {
  const found = await Promise.all(
    CLIENTS.map((client) => world.files.exists(traceOf(client, world.machine))),
  );
  return CLIENTS.filter((_client, index) => found[index]);
}

/** One client after the other: one that fails does not stop the rest. */
async function setUpAll(
  wish: ClientWish,
  given: { readonly io: Io; readonly world: SetupWorld },
): Promise<ExitCode> {
  const clients = await installed(given.world);
  if (clients.length === 0) {
    say(given.io, ['None of the known AI clients was found on this machine.']);
    return 1;
  }
  const codes: ExitCode[] = [];
  for (const client of clients) {
    try {
      codes.push(await setUp(client, wish, given));
    } catch (error) {
      given.io.err(`${CLIENT_FILES[client].title}:\n`);
      codes.push(showFault(error, { io: given.io, isJson: false }));
    }
  }
  return worstOf(codes);
}

/** Shows what would change in an AI client's configuration, and writes it where asked to. */
export async function runClientSetup(
  argument: string,
  wish: ClientWish,
  given: { readonly io: Io; readonly world: SetupWorld },
): Promise<ExitCode> {
  const client = argument.toLowerCase();
  if (isClient(client)) return setUp(client, wish, given);
  if (client === 'all' && !wish.isProject) return setUpAll(wish, given);
  const known = `${CLIENTS.join(', ')}, or all (without --project)`;
  say(given.io, [`Error: no such client. Known: ${known}.`]);
  return 2;
}
