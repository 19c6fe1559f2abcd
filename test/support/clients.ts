import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { Stream } from 'node:stream';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { SERVER, signInFrom, type World } from './child.ts';

const callResult = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string() })),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().optional(),
});

type Called = z.output<typeof callResult>;

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: { message?: string | undefined }) => void;
}

/** What every client can do, whatever its generation. */
export interface AnyClient {
  readonly instructions: string | undefined;
  readonly tools: () => Promise<readonly { readonly name: string }[]>;
  call(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<Called>;
  close(): Promise<void>;
  readonly stderr: () => string;
}

function parameters(world: World, args: readonly string[]) {
  const env = { ...world.env };
  const stderr = 'pipe' as const;
  return { command: process.execPath, args: [SERVER, ...args], env, stderr };
}

function watch(stderr: unknown): () => string {
  if (!(stderr instanceof Stream.Readable)) throw new TypeError('stderr is not piped');
  return signInFrom(stderr).text;
}

/**
 * Does what it is told where no browser could be opened: lets the person (see `signInFrom`) sign in at
 * the address, and calls again.
 */
async function patiently(call: () => Promise<Called>): Promise<Called> {
  const first = await call();
  const isWaiting = first.content.some(({ text }) => text.includes('Sign in at the address given'));
  return isWaiting ? call() : first;
}

/** The SDK's second generation, in either era of the protocol. */
export async function connectV2(
  world: World,
  mode: 'legacy' | 'auto',
  args: readonly string[] = [],
): Promise<AnyClient & { readonly era: string | undefined; readonly pid: number }> {
  const client = new ClientV2(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: mode === 'auto' ? 'auto' : 'legacy' } },
  );
  const transport = new StdioV2(parameters(world, args));
  const stderr = watch(transport.stderr);
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    era: client.getProtocolEra(),
    pid: transport.pid ?? 0,
    instructions: client.getInstructions(),
    tools: async () => (await client.listTools()).tools,
    call: (name, args_, options = {}) =>
      patiently(async () =>
        callResult.parse(await client.callTool({ name, arguments: args_ }, options)),
      ),
    close: () => client.close(),
    stderr,
  };
}

/** The SDK's first generation, which most clients still run. */
export async function connectV1(world: World): Promise<AnyClient> {
  const client = new ClientV1({ name: 'test', version: '1' });
  const transport = new StdioV1(parameters(world, []));
  const stderr = watch(transport.stderr);
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    instructions: client.getInstructions(),
    tools: async () => (await client.listTools()).tools,
    call: (name, args, options = {}) =>
      patiently(async () =>
        callResult.parse(await client.callTool({ name, arguments: args }, undefined, options)),
      ),
    close: () => client.close(),
    stderr,
  };
}
