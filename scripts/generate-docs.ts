/**
 * Writes what the documentation says about tools, commands, permissions and errors from the code that
 * does it. `--check` writes nothing and fails when a page is out of date; so does
 * test/architecture/generated.test.ts.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Argument, Command } from 'commander';
import * as z from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { CLIENTS, configFor, type Client, type Launch } from '../src/cli/client-config.ts';
import { configCommand } from '../src/cli/config-command.ts';
import { demoCommand } from '../src/cli/demo-command.ts';
import { exitCodeOf, exitCodeOfFault } from '../src/cli/exit.ts';
import { buildProgram } from '../src/cli/run.ts';
import { setupCommand } from '../src/cli/setup/setup-command.ts';
import { mcpCommand, simulatorCommand } from '../src/compose.ts';
import { PimError } from '../src/domain/errors.ts';
import { ERROR_CODES } from '../src/domain/explanation.ts';
import { EXPLANATIONS, KNOWN_REASONS } from '../src/domain/reasons.ts';
import { PROBLEM_CODES } from '../src/domain/refusal.ts';
import { toLeanSchema } from '../src/mcp/schema.ts';
import { describeFault } from '../src/operations/fault.ts';
import { OPERATIONS } from '../src/operations/index.ts';
import type { Operation } from '../src/operations/operation.ts';
import { allCommands, pathTo } from './command-tree.ts';
import { code, table } from './markdown.ts';
import { permissionBlock } from './permission-table.ts';

const TARGET = { target: 'draft-2020-12' } as const;
const LAUNCH: Launch = { version: packageJson.version, env: {} };
/** What the configuration looks like with an app registration of one's own. */
const LAUNCH_WITH_APP: Launch = {
  version: packageJson.version,
  env: { AZURE_TENANT_ID: 'YOUR-TENANT-ID', AZURE_CLIENT_ID: 'YOUR-CLIENT-ID' },
};

function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

// Tools

const propertySchema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
});
const inputSchema = z.looseObject({
  properties: z.record(z.string(), propertySchema),
  required: z.array(z.string()).optional(),
});

function tools(): Operation[] {
  return OPERATIONS.filter(({ isTool }) => isTool);
}

function typeText({ type, enum: choices }: z.infer<typeof propertySchema>): string {
  if (choices) return choices.map(code).join(' or ');
  return type === undefined ? '' : [type].flat().join(' or ');
}

function parameterTable(operation: Operation): string {
  const schema = toLeanSchema(operation.input)['~standard'].jsonSchema.input(TARGET);
  const { properties, required = [] } = inputSchema.parse(schema);
  const rows = Object.entries(properties).map(([name, property]) => [
    code(name),
    typeText(property),
    required.includes(name) ? 'yes' : '',
    property.description ?? '',
  ]);
  return rows.length === 0 ? 'No parameters.' : table(['parameter', 'type', 'required', ''], rows);
}

function toolSection(operation: Operation, level: string): string {
  const { name, description } = operation;
  return [`${level} ${code(name)}`, description, parameterTable(operation)].join('\n\n');
}

function toolBlock(): string {
  return tools()
    .map((operation) => toolSection(operation, '###'))
    .join('\n\n');
}

function toolPage(): string {
  const sections = tools().map((operation) => {
    const input = toLeanSchema(operation.input)['~standard'].jsonSchema.input(TARGET);
    const output = toLeanSchema(operation.output)['~standard'].jsonSchema.output(TARGET);
    return [
      toolSection(operation, '##'),
      `Effect: ${operation.effect}.`,
      '### Input schema',
      fenced('json', JSON.stringify(input, null, 2)),
      '### Output schema (`structuredContent`)',
      fenced('json', JSON.stringify(output, null, 2)),
    ].join('\n\n');
  });
  return ['# Tools', 'What an MCP client sees. Every tool also answers with compact text.']
    .concat(sections)
    .join('\n\n');
}

// Commands

function open(): Promise<never> {
  return Promise.reject(new Error('documentation runs no command'));
}

function silence(): void {}

/** The real command line, which is never run here. */
function program(): Command {
  const signal = new AbortController().signal;
  return buildProgram(
    {
      version: packageJson.version,
      operations: OPERATIONS,
      io: { out: silence, err: silence, columns: null, command: 'entra-pim' },
      signal,
      open,
      specials: [
        mcpCommand(),
        demoCommand({ operations: OPERATIONS, signal, open }),
        simulatorCommand(signal),
        configCommand(() => Promise.resolve(LAUNCH)),
        setupCommand(open),
      ],
    },
    { code: 0 },
  );
}

function argumentText(argument: Argument): string {
  return argument.required ? ` <${argument.name()}>` : ` [${argument.name()}]`;
}

function usage(command: Command): string {
  return `${pathTo(command)}${command.registeredArguments.map(argumentText).join('')}`;
}

function commandBlock(): string {
  return table(
    ['command', 'what it does'],
    allCommands(program()).map((command) => [code(usage(command)), command.description()]),
  );
}

function flagTable(command: Command): string {
  const rows = [
    ...command.registeredArguments.map((argument) => [
      code(argumentText(argument).trim()),
      argument.description,
    ]),
    ...command.options.map(({ flags, description }) => [code(flags), description]),
  ];
  return rows.length === 0 ? 'No flags.' : table(['argument or flag', ''], rows);
}

function commandPage(): string {
  const sections = allCommands(program()).map((command) =>
    [`## ${code(usage(command))}`, `${command.description()}.`, flagTable(command)].join('\n\n'),
  );
  return ['# Commands', 'Also: `entra-pim --version`, `entra-pim help <command>`.']
    .concat(sections)
    .join('\n\n');
}

// Clients

function placesText(client: Client): string {
  const { places } = configFor(client, LAUNCH);
  return places.map(([system, file]) => `- ${system}: ${code(file)}`).join('\n');
}

function clientSection(client: Client): string {
  const { title, content, command } = configFor(client, LAUNCH);
  return [
    `### ${title}`,
    placesText(client),
    fenced(client === 'codex' ? 'toml' : 'json', content),
    ...(command === null ? [] : [`Or run: ${code(command)}`]),
  ].join('\n\n');
}

function clientBlock(): string {
  return [
    ...CLIENTS.map(clientSection),
    '### With your own app registration',
    'The same for every client, here for Claude Desktop:',
    fenced('json', configFor('claude-desktop', LAUNCH_WITH_APP).content),
  ].join('\n\n');
}

// Errors

function reasonBlock(): string {
  return table(
    ['code', 'what it means', 'what to do', 'exit'],
    KNOWN_REASONS.map((reason) => {
      const { cause, fix, code: kind } = EXPLANATIONS[reason];
      return [code(reason), cause, fix, String(exitCodeOfFault(kind))];
    }),
  );
}

function kindBlock(): string {
  return table(
    ['`error.code`', 'what to do, unless the error says something better', 'exit'],
    ERROR_CODES.map((kind) => [
      code(kind),
      describeFault(new PimError(kind, '')).fixes.join(' '),
      String(exitCodeOfFault(kind)),
    ]),
  );
}

function problemExit(problem: (typeof PROBLEM_CODES)[number]): string {
  const problems = [{ code: problem, message: '', fix: '' }];
  return String(
    exitCodeOf({ kind: 'refusal', problems, candidates: [], row: null, requirements: [] }),
  );
}

function problemBlock(): string {
  return table(
    ['`refusal.problems[].code`', 'exit'],
    PROBLEM_CODES.map((problem) => [code(problem), problemExit(problem)]),
  );
}

// Pages

const BLOCKS: Readonly<Record<string, () => string>> = {
  clients: clientBlock,
  tools: toolBlock,
  commands: commandBlock,
  permissions: permissionBlock,
  reasons: reasonBlock,
  kinds: kindBlock,
  problems: problemBlock,
  'tools-page': toolPage,
  'commands-page': commandPage,
};

/** Pages with generated blocks; the last two hold nothing else. */
export const PAGES = ['README.md', 'docs/troubleshooting.md', 'docs/tools.md', 'docs/commands.md'];

const BLOCK = /<!-- generated:([\w-]+) -->\n[\s\S]*?<!-- \/generated:\1 -->/gu;

/** Prettier would lay out the product's own output anew. */
function wrapped(name: string, text: string): string {
  return [
    `<!-- generated:${name} -->`,
    '<!-- prettier-ignore-start -->',
    '',
    text,
    '',
    '<!-- prettier-ignore-end -->',
    `<!-- /generated:${name} -->`,
  ].join('\n');
}

/** The page with every generated block made anew. @throws Error for a block that nobody makes. */
export function withBlocks(page: string): string {
  return page.replaceAll(BLOCK, (_, name: string) => {
    const render = BLOCKS[name];
    if (!render) throw new Error(`no such generated block: ${name}`);
    return wrapped(name, render());
  });
}

export function blockNamesIn(page: string): string[] {
  return [...page.matchAll(BLOCK)].flatMap((match) => match[1] ?? []);
}

/** The first line that differs, for people. `null` when the page is up to date. */
export function firstDifference(page: string): string | null {
  const fresh = withBlocks(page).split('\n');
  const old = page.split('\n');
  const at = fresh.findIndex((line, index) => line !== old[index]);
  if (at === -1 && fresh.length === old.length) return null;
  const line = at === -1 ? fresh.length : at;
  return `line ${line + 1}\n- ${old[line] ?? '(end)'}\n+ ${fresh[line] ?? '(end)'}`;
}

async function main(isCheck: boolean): Promise<void> {
  const root = path.resolve(import.meta.dirname, '..');
  for (const name of PAGES) {
    const file = path.join(root, name);
    const page = await readFile(file, 'utf8');
    const difference = firstDifference(page);
    if (difference === null) continue;
    console.error(`${name}: out of date, ${difference}`);
    if (isCheck) process.exitCode = 1;
    else await writeFile(file, withBlocks(page));
  }
  if (process.exitCode === 1) console.error('Run: npm run docs');
}

if (process.argv[1] === import.meta.filename) await main(process.argv.includes('--check'));
