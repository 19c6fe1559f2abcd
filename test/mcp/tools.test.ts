import path from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { INSTRUCTIONS } from '../../src/mcp/instructions.ts';
import { OPERATIONS } from '../../src/operations/index.ts';
import { TOOLS } from '../../src/operations/tools.ts';
import { openWorld } from '../support/child.ts';
import { connectV2 } from '../support/clients.ts';

async function listedTools(): Promise<Record<string, unknown>[]> {
  const client = await connectV2(await openWorld(), 'legacy');
  return (await client.tools()).map((tool) => ({ ...tool }));
}

describe('the catalogue of tools', () => {
  it('is as recorded, tool by tool', async () => {
    for (const tool of await listedTools()) {
      const file = path.resolve(import.meta.dirname, `../__tools__/${String(tool['name'])}.json`);
      await expect(`${JSON.stringify(tool, null, 2)}\n`).toMatchFileSnapshot(file);
    }
  });

  it('is what the table of operations calls a tool, and no more', () => {
    expect(TOOLS).toEqual(OPERATIONS.filter(({ isTool }) => isTool));
    expect(TOOLS.length).toBeGreaterThan(5);
  });

  it('gives every hint honestly: nothing reads and destroys, writes say so', async () => {
    const hints = Object.fromEntries(
      (await listedTools()).map((tool) => [tool['name'], tool['annotations']]),
    );
    const read = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
    const write = { readOnlyHint: false, destructiveHint: true, idempotentHint: false };
    expect(hints).toEqual({
      list_eligible: { ...read, openWorldHint: true },
      activate: { ...write, openWorldHint: true },
      list_active: { ...read, openWorldHint: true },
      deactivate: { ...write, openWorldHint: true },
      list_requests: { ...read, openWorldHint: true },
      cancel_request: { ...write, openWorldHint: true },
      find_role: { ...read, openWorldHint: true },
      whoami: { ...read, openWorldHint: true },
    });
  });

  it('has input schemas without unions or dialects, which some clients refuse or pay for', async () => {
    for (const { inputSchema } of await listedTools())
      expect(JSON.stringify(inputSchema)).not.toMatch(/anyOf|oneOf|allOf|\$schema/u);
  });

  it('stays within its budget of tokens', async () => {
    const shown = (await listedTools()).map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema,
    }));
    expect(encode(JSON.stringify(shown)).length).toBeLessThanOrEqual(1500);
  });

  it('has instructions that every client reads whole', () => {
    expect(INSTRUCTIONS.length).toBeLessThanOrEqual(512);
  });
});
