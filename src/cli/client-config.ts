/** AI clients whose configuration we can print. */
export const CLIENTS = ['claude-desktop', 'claude-code', 'vscode', 'cursor', 'codex'] as const;

export type Client = (typeof CLIENTS)[number];

export function isClient(text: string): text is Client {
  return CLIENTS.some((client) => client === text);
}

export interface ClientConfig {
  readonly title: string;
  /** Where it goes, per system. */
  readonly places: readonly (readonly [system: string, file: string])[];
  readonly content: string;
  /** A command that does the same, where the client has one. */
  readonly command: string | null;
}

export interface Launch {
  readonly version: string;
  /** Non-empty settings to hand on: tenant and client id are no secrets. */
  readonly env: Readonly<Record<string, string>>;
}

/** A pinned version starts faster (no registry look-up) and changes only when you say so. */
function server({ version, env }: Launch) {
  return {
    command: 'npx',
    args: ['-y', `entra-pim-mcp-server@${version}`],
    ...(Object.keys(env).length > 0 && { env }),
  };
}

function json(key: string, entry: unknown): string {
  return JSON.stringify({ [key]: { 'entra-pim': entry } }, null, 2);
}

function toml(launch: Launch): string {
  const { command, args } = server(launch);
  const env = Object.entries(launch.env).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return [
    '[mcp_servers.entra-pim]',
    `command = ${JSON.stringify(command)}`,
    `args = [${args.map((arg) => JSON.stringify(arg)).join(', ')}]`,
    // A first sign-in may take its 40 seconds.
    'tool_timeout_sec = 120',
    ...(env.length > 0 ? ['', '[mcp_servers.entra-pim.env]', ...env] : []),
  ].join('\n');
}

function claudeCodeCommand({ version, env }: Launch): string {
  const flags = Object.entries(env).map(([key, value]) => `--env ${key}=${value} `);
  return `claude mcp add entra-pim ${flags.join('')}-- npx -y entra-pim-mcp-server@${version}`;
}

const BUILDERS = {
  'claude-desktop': (launch) => ({
    title: 'Claude Desktop',
    places: [
      ['macOS', '~/Library/Application Support/Claude/claude_desktop_config.json'],
      ['Windows', String.raw`%APPDATA%\Claude\claude_desktop_config.json`],
      ['Linux', '~/.config/Claude/claude_desktop_config.json'],
    ],
    content: json('mcpServers', server(launch)),
    command: null,
  }),
  'claude-code': (launch) => ({
    title: 'Claude Code',
    places: [
      ['this project', '.mcp.json'],
      ['all projects', '~/.claude.json'],
    ],
    content: json('mcpServers', { type: 'stdio', ...server(launch) }),
    command: claudeCodeCommand(launch),
  }),
  vscode: (launch) => ({
    title: 'VS Code',
    places: [
      ['this project', '.vscode/mcp.json'],
      ['macOS', '~/Library/Application Support/Code/User/mcp.json'],
      ['Windows', String.raw`%APPDATA%\Code\User\mcp.json`],
      ['Linux', '~/.config/Code/User/mcp.json'],
    ],
    content: json('servers', { type: 'stdio', ...server(launch) }),
    command: null,
  }),
  cursor: (launch) => ({
    title: 'Cursor',
    places: [
      ['this project', '.cursor/mcp.json'],
      ['macOS and Linux', '~/.cursor/mcp.json'],
      ['Windows', String.raw`%USERPROFILE%\.cursor\mcp.json`],
    ],
    content: json('mcpServers', server(launch)),
    command: null,
  }),
  codex: (launch) => ({
    title: 'Codex',
    places: [
      ['macOS and Linux', '~/.codex/config.toml'],
      ['Windows', String.raw`%USERPROFILE%\.codex\config.toml`],
    ],
    content: toml(launch),
    command: null,
  }),
} as const satisfies Record<Client, (launch: Launch) => ClientConfig>;

export function configFor(client: Client, launch: Launch): ClientConfig {
  return BUILDERS[client](launch);
}
