import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import * as z from 'zod';
import { runOperation } from '../../src/cli/run-operation.ts';
import { createServer } from '../../src/mcp/server.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import type { Operation } from '../../src/operations/operation.ts';
import { fakeClock } from './fake-clock.ts';
import type { Stack } from './stack.ts';

type Input = Readonly<Record<string, unknown>>;

/** What no text may hold: claims, and tokens of any kind. */
export const SECRET = /claims=|%7B|access_token|acrs|eyJ|Bearer/u;

export const NO_TOOL = '(no tool: a command only)';

/** What came of one run, word for word, as each front end gives it to its reader. */
export interface Said {
  /** `null`: the operation is no tool. */
  readonly mcp: string | null;
  readonly cli: string;
}

type Run = Awaited<ReturnType<Operation['run']>>;

function operationNamed(name: string): Operation {
  const found = OPERATIONS.find((each) => each.name === name);
  if (!found) throw new TypeError(`no operation ${name}`);
  return found;
}

/** An operation that says again what came of it, without doing it again. */
function replayOf(operation: Operation, result: () => Run): Operation {
  const { name } = operation;
  const run = () => Promise.resolve().then(result);
  return { ...operation, input: z.strictObject({}), command: { name, flags: {} }, run };
}

async function onCommandLine(operation: Operation, stack: Stack): Promise<string> {
  const lines: string[] = [];
  const say = (text: string): void => {
    lines.push(text.trimEnd());
  };
  const clock = fakeClock(stack.clock.now());
  const code = await runOperation(
    operation,
    {},
    {
      io: { out: say, err: say, columns: null, command: 'entra-pim' },
      isJson: false,
      isDemo: false,
      signal: new AbortController().signal,
      open: () => Promise.resolve({ ...stack.context, clock }),
    },
  );
  return [...lines, `(exit ${code})`].join('\n');
}

const called = z.object({
  content: z.array(z.object({ type: z.literal('text'), text: z.string() })),
  isError: z.boolean().optional(),
});

async function overMcp(operation: Operation, stack: Stack): Promise<string | null> {
  if (!operation.isTool) return null;
  const server = createServer({
    version: '0.0.0',
    operations: [operation],
    isDemo: false,
    open: () => Promise.resolve(stack.context),
    ending: new AbortController().signal,
  });
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(ours);
  await client.connect(theirs);
  const result = called.parse(await client.callTool({ name: operation.name, arguments: {} }));
  await client.close();
  const texts = result.content.map(({ text }) => text);
  return [...texts, ...(result.isError === true ? ['(isError)'] : [])].join('\n');
}

/** Runs it once, over real HTTP, and has both front ends say what came of it. */
export async function saidAfter(stack: Stack, name: string, input: Input): Promise<Said> {
  const operation = operationNamed(name);
  const result = await operation.run(input, stack.context).then(
    (run) => () => run,
    (error: unknown) => () => {
      throw error;
    },
  );
  const replay = replayOf(operation, result);
  return { mcp: await overMcp(replay, stack), cli: await onCommandLine(replay, stack) };
}

const GUID = /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/giu;

/** Without what is another one each time. */
function steady(text: string): string {
  return text.replace(GUID, '<id>').replaceAll(/\bq-[\da-z]+\b/gu, 'q-<id>');
}

/** What a recorded page of texts looks like: what happened, then what is read. */
export function pageOf(texts: ReadonlyMap<string, string>): string {
  return [...texts].map(([title, text]) => `### ${title}\n${steady(text)}\n`).join('\n');
}
