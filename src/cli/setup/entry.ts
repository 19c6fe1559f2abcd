import type { Client } from '../client-config.ts';

/** How an AI client is to start the server. */
export interface Entry {
  readonly type: 'stdio' | null;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What decides about an entry. */
export interface Start {
  readonly version: string;
  readonly env: Readonly<Record<string, string>>;
  /** The built server of a checkout, as a full path; `null` for the published package. */
  readonly checkout: string | null;
  /** As Node names it: `win32`. */
  readonly platform: string;
}

const TYPED: readonly Client[] = ['vscode', 'claude-code'];

function launchOf({ version, checkout, platform }: Start): Pick<Entry, 'command' | 'args'> {
  if (checkout !== null) return { command: 'node', args: [checkout] };
  const args = ['-y', `entra-pim-mcp-server@${version}`];
  // npx is a batch file there, which most clients cannot start by itself.
  if (platform === 'win32') return { command: 'cmd', args: ['/c', 'npx', ...args] };
  return { command: 'npx', args };
}

export function entryFor(client: Client, start: Start): Entry {
  const type = TYPED.includes(client) ? 'stdio' : null;
  return { type, ...launchOf(start), env: start.env };
}
