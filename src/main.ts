/** What the commands do without arguments: the server's name serves, the other shows its help. */
export type Front = 'server' | 'command-line';

function isServer(front: Front, argv: readonly string[]): boolean {
  const [first, ...others] = argv.filter((arg) => arg !== '--demo');
  if (first === 'mcp') return others.length === 0;
  return front === 'server' && first === undefined;
}

/** The lazy entry of both commands. The server does not even load the command line's parser. */
export async function main(front: Front): Promise<void> {
  const argv = process.argv.slice(2);
  const { serveMcp, runCommandLine } = await import('./compose.ts');
  if (isServer(front, argv)) await serveMcp({ isDemo: argv.includes('--demo') });
  else await runCommandLine();
}

/** The helper that talks to the system's keyring for another process of ours. */
export async function keyringHelper(): Promise<void> {
  const { serveKeyring } = await import('./platform/keyring-helper.ts');
  await serveKeyring();
}
