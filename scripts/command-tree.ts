import type { Command } from 'commander';

/** `entra-pim setup client` */
export function pathTo(command: Command): string {
  const { parent } = command;
  return parent === null ? command.name() : `${pathTo(parent)} ${command.name()}`;
}

/** Each command, with those below it. */
export function allCommands({ commands }: Pick<Command, 'commands'>): Command[] {
  return commands.flatMap((command) => [command, ...allCommands(command)]);
}
