import { Command, CommanderError, Option } from 'commander';
import type { CommandShape, Flag, Operation } from '../operations/operation.ts';
import type { ExitCode } from './exit.ts';
import { UsageError, type Typed } from './input.ts';
import type { Io } from './io.ts';
import { runOperation, showFault, type RunOptions, type Services } from './run-operation.ts';

/** A command that is no operation: `mcp`, `demo`, `simulator`, `config`, `setup`. */
export interface SpecialCommand {
  readonly name: string;
  readonly summary: string;
  readonly argument?: { readonly name: string; readonly choices: readonly string[] };
  readonly flags?: readonly { readonly flags: string; readonly summary: string }[];
  /** Commands below it: `setup client`. */
  readonly commands?: readonly SpecialCommand[];
  run(given: {
    readonly argument: string | undefined;
    readonly flags: Readonly<Record<string, unknown>>;
    readonly io: Io;
  }): Promise<ExitCode>;
}

/** What a command says of the services it runs on. */
export interface OpenOptions {
  readonly isDemo: boolean;
  /** Settings given as flags, under the flag's name: they win over the environment. */
  readonly given?: Readonly<Record<string, string>>;
}

/** Settings that every command takes as a flag. */
const SETTING_FLAGS = [
  { long: 'account', value: 'name', summary: 'whose sign-in: user name or object id' },
  { long: 'tenant', value: 'tenant', summary: 'which tenant: id or domain' },
  { long: 'auth', value: 'way', summary: 'how to sign in: browser, device-code or paste' },
] as const;

/** The made-up tenant has its own account and its own way in: whoever names others means another one. */
function demandNone(given: Readonly<Record<string, string>>, isDemo: boolean): void {
  const [flag] = Object.keys(given);
  if (isDemo && flag !== undefined)
    throw new UsageError(`${flag}: --demo has its own. Leave it out.`);
}

function givenSettings(flags: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    SETTING_FLAGS.flatMap(({ long }) => {
      const value = flags[long];
      if (typeof value !== 'string') return [];
      // A variable of the shell that is not set would have somebody else act.
      if (value.trim() === '') throw new UsageError(`--${long}: nothing is given.`);
      return [[`--${long}`, value]];
    }),
  );
}

export interface CliOptions {
  readonly version: string;
  readonly operations: readonly Operation[];
  readonly specials: readonly SpecialCommand[];
  readonly io: Io;
  readonly signal: AbortSignal;
  open(options: OpenOptions): Promise<Services>;
  readonly openGroundwork?: NonNullable<RunOptions['openGroundwork']>;
}

interface Exit {
  code: ExitCode;
}

function textOrSwitch(value: unknown): string | true | undefined {
  if (value === true) return true;
  return typeof value === 'string' ? value : undefined;
}

/** One argument is the field's; several are the field's that takes several. */
function argumentOf({ argument }: CommandShape, given: readonly string[]): Typed {
  const [first, ...others] = given;
  if (!argument || first === undefined) return {};
  const isSeveral = others.length > 0 && argument.several !== undefined;
  return isSeveral ? { [argument.several ?? '']: given } : { [argument.field]: first };
}

/** commander keeps `--ticket-system` as `ticketSystem`. */
function camel(long: string): string {
  return long.replaceAll(/-(\w)/gu, (_, letter: string) => letter.toUpperCase());
}

/** What a flag takes, as the help shows it. */
const VALUES = {
  text: 'text',
  number: 'number',
  duration: '45m|2h|"until 17:00"',
  instant: '17:00|ISO 8601',
  switch: null,
} as const satisfies Record<Flag['kind'], string | null>;

function addFlags(command: Command, shape: CommandShape): void {
  for (const { long, short, kind, summary } of Object.values(shape.flags)) {
    const head = short === undefined ? '' : `-${short}, `;
    const value = VALUES[kind] === null ? '' : ` <${VALUES[kind]}>`;
    command.addOption(new Option(`${head}--${long}${value}`, summary));
  }
  for (const { long, value, summary } of SETTING_FLAGS)
    command.option(`--${long} <${value}>`, summary);
  command.option('--json', 'print the result as JSON');
  command.option('--demo', 'use the built-in made-up tenant');
}

function typedBy(
  shape: CommandShape,
  given: readonly string[],
  flags: Readonly<Record<string, unknown>>,
): Typed {
  const typed = Object.entries(shape.flags).map(
    ([field, { long }]) => [field, textOrSwitch(flags[camel(long)])] as const,
  );
  return { ...Object.fromEntries(typed), ...argumentOf(shape, given) };
}

function placeholder({
  field,
  isRequired,
  several,
}: NonNullable<CommandShape['argument']>): string {
  const name = several === undefined ? field : `${field}...`;
  return isRequired ? `<${name}>` : `[${name}]`;
}

function addOperation(
  program: Command,
  operation: Operation,
  options: CliOptions,
  exit: Exit,
): void {
  const { command: shape } = operation;
  if (!shape) return;
  const command = program.command(shape.name).description(operation.title);
  if (shape.argument) command.argument(placeholder(shape.argument), shape.argument.summary);
  addFlags(command, shape);
  command.action(async () => {
    const flags: Record<string, unknown> = command.opts();
    const isDemo = flags['demo'] === true;
    exit.code = await runOperation(operation, typedBy(shape, command.args, flags), {
      io: options.io,
      signal: options.signal,
      isJson: flags['json'] === true,
      isDemo,
      open: () => {
        const given = givenSettings(flags);
        demandNone(given, isDemo);
        return options.open({ isDemo, given });
      },
      ...(options.openGroundwork && { openGroundwork: options.openGroundwork }),
    });
  });
}

function addSpecial(
  program: Command,
  special: SpecialCommand,
  options: CliOptions,
  exit: Exit,
): void {
  const command = program.command(special.name).description(special.summary);
  if (special.argument)
    command.argument(`<${special.argument.name}>`, special.argument.choices.join(', '));
  for (const { flags, summary } of special.flags ?? []) command.option(flags, summary);
  command.action(async () => {
    const flags: Record<string, unknown> = command.opts();
    try {
      exit.code = await special.run({ argument: command.args[0], flags, io: options.io });
    } catch (error) {
      exit.code = showFault(error, { io: options.io, isJson: false });
    }
  });
  for (const below of special.commands ?? []) addSpecial(command, below, options, exit);
}

export function buildProgram(options: CliOptions, exit: Exit): Command {
  const program = new Command('entra-pim')
    .description('Just-in-time privilege in Microsoft Entra PIM.')
    .version(options.version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        options.io.out(text);
      },
      writeErr: (text) => {
        options.io.err(text);
      },
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 error, 2 wrong usage or cancelled, 4 sign-in or step-up needed, 8 accepted but not active yet.',
    );
  for (const operation of options.operations) addOperation(program, operation, options, exit);
  for (const special of options.specials) addSpecial(program, special, options, exit);
  return program;
}

/** Runs one command line; the answer is the exit code. */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<ExitCode> {
  const exit: Exit = { code: 0 };
  const program = buildProgram(options, exit);
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exit.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}
