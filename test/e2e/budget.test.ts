/**
 * What the start of the server costs, in facts that do not depend on the machine: modules, bytes,
 * tokens, input and output. `npm run bench` measures time and memory.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { SERVER } from '../support/child.ts';
import { introduce, startLines, type Era } from '../support/line-client.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const DIST = path.dirname(SERVER);
const PRELOAD = path.join(ROOT, 'test/support/record-start.cjs');
const KILOBYTE = 1000;

/** A text that only the code of that part contains. */
const LAZY_PARTS = {
  MSAL: 'msal.js.node',
  undici: 'UND_ERR_CONNECT_TIMEOUT',
  simulator: 'SimulatorFault',
  'the certificate authority': 'Entra PIM simulator: test authority',
  commander: 'commander.unknownOption',
  'the sign-in': 'code_challenge',
} as const satisfies Record<string, string>;

const record = z.object({
  modules: z.array(z.string()),
  touched: z.array(z.string()),
  connections: z.number(),
});

const toolList = z.array(
  z.looseObject({ name: z.string(), description: z.string(), inputSchema: z.unknown() }),
);

/** The life of a server that is asked for its tools and for nothing else. */
async function startAndList(era: Era) {
  const folder = await temporaryFolder();
  const report = path.join(folder, 'record.json');
  const stateDirectory = path.join(folder, 'state');
  const env = {
    PATH: '',
    HOME: folder,
    ENTRA_PIM_STATE_DIR: stateDirectory,
    START_RECORD: report,
  };
  const client = startLines(['--require', PRELOAD, SERVER], env, era);
  const { first, tools } = await introduce(client, era);
  const exitCode = await client.close();
  const seen = record.parse(JSON.parse(await readFile(report, 'utf8')));
  const instructions = z.string().parse(first['instructions']);
  return { ...seen, exitCode, instructions, tools: toolList.parse(tools['tools']), stateDirectory };
}

function filesWith(text: string): string[] {
  return readdirSync(DIST)
    .map((name) => path.join(DIST, name))
    .filter((file) => readFileSync(file, 'utf8').includes(text));
}

function sizeOf(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

describe.each(['legacy', 'modern'] as const)(
  'before the first call (%s era), the server',
  (era) => {
    it('loads its own files only, and none of what calls need', async () => {
      const { modules, exitCode } = await startAndList(era);
      expect(exitCode).toBe(0);
      expect(modules.filter((file) => path.dirname(file) !== DIST)).toEqual([]);
      const parts = Object.entries(LAZY_PARTS).map(([part, text]) => {
        const files = filesWith(text);
        const loaded = modules.filter((file) => files.includes(file));
        return { part, isInBundle: files.length > 0, loaded };
      });
      expect(parts).toEqual(
        Object.keys(LAZY_PARTS).map((part) => ({ part, isInBundle: true, loaded: [] })),
      );
    });

    it('loads few bytes', async () => {
      const { modules } = await startAndList(era);
      expect(modules).toContain(SERVER);
      expect(sizeOf(modules)).toBeLessThan(430 * KILOBYTE);
    });

    it('reads nothing but itself, writes nothing and connects to nobody', async () => {
      const { touched, connections, stateDirectory } = await startAndList(era);
      expect(touched).toContain(SERVER);
      expect(touched.filter((file) => !file.startsWith(DIST))).toEqual([]);
      expect(connections).toBe(0);
      expect(existsSync(stateDirectory)).toBe(false);
    });
  },
);

describe('what a model reads before it does anything', () => {
  it('is short', async () => {
    const { tools, instructions } = await startAndList('legacy');
    const read = tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema,
    }));
    expect(tools.length).toBeLessThanOrEqual(9);
    expect(instructions.length).toBeLessThanOrEqual(512);
    expect(countTokens(JSON.stringify(read))).toBeLessThanOrEqual(1500);
    const whole = countTokens(JSON.stringify(tools)) + countTokens(instructions);
    expect(whole).toBeLessThanOrEqual(2000);
  });

  it('does not repeat the dialect of its schemas', async () => {
    const { tools } = await startAndList('legacy');
    expect(JSON.stringify(tools)).toContain('outputSchema');
    expect(JSON.stringify(tools)).not.toContain('$schema');
  });
});

const packed = z.tuple([
  z.object({ size: z.number(), unpackedSize: z.number(), bundled: z.array(z.string()) }),
]);

describe('what npx downloads', () => {
  it('is one small package', async () => {
    const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const { stdout } = await promisify(execFile)('npm', pack, { cwd: ROOT });
    const [{ size, unpackedSize, bundled }] = packed.parse(JSON.parse(stdout));
    expect(size).toBeLessThan(620 * KILOBYTE);
    expect(unpackedSize).toBeLessThan(2100 * KILOBYTE);
    expect(bundled).toEqual([]);
    expect(Object.keys(packageJson)).not.toContain('dependencies');
  });
});
