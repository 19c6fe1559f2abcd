import { isBuiltIn } from '../../domain/admin-consent.ts';
import { isPimError } from '../../domain/errors.ts';
import { CLIENTS, type Client } from '../client-config.ts';
import type { ExitCode } from '../exit.ts';
import type { Io } from '../io.ts';
import { drawTable, tabbed } from '../table.ts';
import { mergeFor } from './client-command.ts';
import { CLIENT_FILES, traceOf, userFile } from './client-files.ts';
import { entryFor, type Start } from './entry.ts';
import type { Merged } from './merge.ts';
import type { SetupWorld } from './world.ts';

function entryState({ was, text }: Merged, before: string): string {
  if (was === 'python') return 'has the Python server';
  if (was !== 'ours') return 'no entry yet';
  return text === before ? 'set up' : 'set up, with other settings or another version';
}

async function stateOf(client: Client, start: Start, world: SetupWorld): Promise<string> {
  const { machine, files } = world;
  if (!(await files.exists(traceOf(client, machine)))) return 'not found';
  try {
    const { text } = await files.read(userFile(client, machine));
    if (text === null) return 'no entry yet';
    return entryState(mergeFor(client, text, { entry: entryFor(client, start), name: null }), text);
  } catch (error) {
    if (!isPimError(error)) throw error;
    return error.message;
  }
}

function appState(world: SetupWorld): string {
  const settings = world.settings();
  const { clientId, tenant } = settings;
  const app = isBuiltIn(settings)
    ? 'the built-in app, Microsoft Graph Command Line Tools (Azure resource roles with that of the Azure CLI)'
    : `client id ${clientId.value} (${clientId.source})`;
  return `App: ${app}. Tenant: ${tenant === null ? 'of whoever signs in' : `${tenant.value} (${tenant.source})`}.`;
}

/** What is set up, and what to run. Opens no connection and writes nothing. */
export async function showOverview(io: Io, world: SetupWorld): Promise<ExitCode> {
  const start = await world.start();
  const rows = await Promise.all(
    CLIENTS.map(async (client) => [
      CLIENT_FILES[client].title,
      await stateOf(client, start, world),
      userFile(client, world.machine),
    ]),
  );
  const table = { columns: ['AI client', 'state', 'file'], rows };
  io.out(`${appState(world)}\n\n`);
  io.out(`${io.columns === null ? tabbed(table) : drawTable(table, io.columns)}\n`);
  const next = [
    'Next:',
    `  ${io.command} setup app             how to register an app (with --apply: does it)`,
    `  ${io.command} setup consent         the address for the administrator`,
    `  ${io.command} setup client all      shows what changes in AI clients (with --write: changes it)`,
  ];
  for (const line of next) io.err(`${line}\n`);
  return 0;
}
