import { CLIENTS, configFor, isClient, type Launch } from './client-config.ts';
import type { SpecialCommand } from './run.ts';

/** Prints the configuration for an AI client: content on stdout, where it goes on stderr. */
export function configCommand(open: () => Promise<Launch>): SpecialCommand {
  return {
    name: 'config',
    summary: 'Print the configuration for an AI client',
    argument: { name: 'client', choices: CLIENTS },
    async run({ argument, io }) {
      const client = argument?.toLowerCase() ?? '';
      if (!isClient(client)) {
        io.err(`Error: no such client. Known: ${CLIENTS.join(', ')}.\n`);
        return 2;
      }
      const launch = await open();
      const { title, places, content, command } = configFor(client, launch);
      io.err(`${title} reads this from:\n`);
      for (const [system, file] of places) io.err(`  ${system}: ${file}\n`);
      if (command !== null) io.err(`or run: ${command}\n`);
      if (io.command.startsWith('node '))
        io.err(
          'From a checkout: "command": "node", "args": [the full path of dist/entra-pim-mcp-server.js].\n',
        );
      if (launch.env['AZURE_AUTHORITY_HOST']?.startsWith('http:'))
        io.err('Note: this shell points at a simulator, and so does this configuration.\n');
      io.out(`${content}\n`);
      return 0;
    },
  };
}
