import path from 'node:path';
import { PimError } from '../../domain/errors.ts';
import type { Client } from '../client-config.ts';

/** What decides where AI clients keep their configuration. */
export interface Machine {
  /** As Node names it: `win32`, `darwin`, `linux`. */
  readonly platform: string;
  readonly home: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Paths = typeof path.posix;

function pathsOf({ platform }: Machine): Paths {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** Where desktop programs keep their settings: `%APPDATA%`, `~/Library/Application Support`, `~/.config`. */
function settingsFolder(machine: Machine): string {
  const { platform, home, env } = machine;
  const paths = pathsOf(machine);
  if (platform === 'win32') return env['APPDATA'] || paths.join(home, 'AppData', 'Roaming');
  if (platform === 'darwin') return paths.join(home, 'Library', 'Application Support');
  const chosen = env['XDG_CONFIG_HOME'] ?? '';
  return paths.isAbsolute(chosen) ? chosen : paths.join(home, '.config');
}

interface ClientFile {
  readonly title: string;
  /** Under which key its JSON has servers; `toml` for Codex. */
  readonly format: 'mcpServers' | 'servers' | 'toml';
  /** The user's own file, from its folder on; the folder is there when the client is. */
  readonly user: (machine: Machine, paths: Paths) => string;
  /** Its file in a project; `null` where it has none. */
  readonly project: readonly string[] | null;
  /** What to do for the client to see it. */
  readonly next: string;
}

export const CLIENT_FILES = {
  'claude-desktop': {
    title: 'Claude Desktop',
    format: 'mcpServers',
    user: (machine, paths) =>
      paths.join(settingsFolder(machine), 'Claude', 'claude_desktop_config.json'),
    project: null,
    next: 'Quit Claude Desktop altogether and start it again.',
  },
  vscode: {
    title: 'VS Code',
    format: 'servers',
    user: (machine, paths) => paths.join(settingsFolder(machine), 'Code', 'User', 'mcp.json'),
    project: ['.vscode', 'mcp.json'],
    next: 'Open the file in VS Code and choose Start above the entry, or run "MCP: List Servers".',
  },
  'claude-code': {
    title: 'Claude Code',
    format: 'mcpServers',
    user: ({ env, home }, paths) => paths.join(env['CLAUDE_CONFIG_DIR'] || home, '.claude.json'),
    project: ['.mcp.json'],
    next: 'Start a new session of Claude Code; /mcp shows the server.',
  },
  cursor: {
    title: 'Cursor',
    format: 'mcpServers',
    user: ({ home }, paths) => paths.join(home, '.cursor', 'mcp.json'),
    project: ['.cursor', 'mcp.json'],
    next: 'Turn the server on in the settings of Cursor, under MCP.',
  },
  codex: {
    title: 'Codex',
    format: 'toml',
    user: ({ env, home }, paths) =>
      paths.join(env['CODEX_HOME'] || paths.join(home, '.codex'), 'config.toml'),
    project: null,
    next: 'Start a new session of Codex; /mcp shows the server.',
  },
} as const satisfies Record<Client, ClientFile>;

export function userFile(client: Client, machine: Machine): string {
  return CLIENT_FILES[client].user(machine, pathsOf(machine));
}

/** A folder or file that is there when somebody has used the client on this machine. */
export function traceOf(client: Client, machine: Machine): string {
  const file = userFile(client, machine);
  // Claude Code's file lies in the home folder, which is always there.
  return client === 'claude-code' ? file : pathsOf(machine).dirname(file);
}

/** @throws PimError `configuration` for a client that has no file in a project */
export function projectFile(client: Client, machine: Machine): string {
  const { title, project } = CLIENT_FILES[client];
  if (project === null)
    throw new PimError('configuration', `${title} has no configuration in a project.`, {
      fix: 'Leave --project out.',
    });
  return pathsOf(machine).join(machine.folder, ...project);
}
