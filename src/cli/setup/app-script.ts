import { APP, type AzStep } from './app-plan.ts';

const PLAIN = /^[\w./:=@-]+$/u;

interface Shell {
  readonly title: string;
  readonly quote: (word: string) => string;
  readonly id: string;
  readonly keep: (command: string) => string;
}

const SHELLS: readonly Shell[] = [
  {
    title: 'Bash',
    quote: (word) => `'${word.replaceAll("'", String.raw`'\''`)}'`,
    id: `"${APP}"`,
    keep: (command) => `${APP.slice(1)}=$(${command})`,
  },
  {
    title: 'PowerShell',
    quote: (word) => `'${word.replaceAll("'", "''")}'`,
    id: APP,
    keep: (command) => `${APP} = ${command}`,
  },
];

function lineFor({ quote, id, keep }: Shell, { args, isCreate }: AzStep): string {
  const words = args.map((word) => {
    if (word === APP) return id;
    return PLAIN.test(word) ? word : quote(word);
  });
  const command = ['az', ...words].join(' ');
  return isCreate ? keep(`${command} --query appId --output tsv`) : command;
}

/** The commands as people can paste them, for each shell. */
export function scriptOf(steps: readonly AzStep[]): string {
  return SHELLS.map((shell) =>
    [
      `# ${shell.title}`,
      ...steps.flatMap((step) => [`# ${step.does}.`, lineFor(shell, step)]),
    ].join('\n'),
  ).join('\n\n');
}
