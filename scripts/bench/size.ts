import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import * as z from 'zod';
import { introduce, startLines } from '../../test/support/line-client.ts';
import { listText } from './calls.ts';
import type { Figure } from './statistics.ts';
import { DIST, ROOT, SERVER, type Bench } from './surroundings.ts';

const record = z.object({ modules: z.array(z.string()) });
const packed = z.tuple([z.object({ size: z.number(), unpackedSize: z.number() })]);
const toolList = z.array(
  z.object({ name: z.string(), description: z.string(), inputSchema: z.unknown() }),
);

function kilobytes(files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0) / 1000;
}

async function packageSize(): Promise<z.output<typeof packed>[0]> {
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await promisify(execFile)('npm', pack, { cwd: ROOT });
  return packed.parse(JSON.parse(stdout))[0];
}

/** What is loaded before the first call, and what is shipped. */
export async function sizeFigures(bench: Bench): Promise<Figure[]> {
  const report = path.join(bench.folder, 'record.json');
  const preload = path.join(ROOT, 'test/support/record-start.cjs');
  const env = { ...bench.env, START_RECORD: report };
  const client = startLines(['--require', preload, SERVER], env);
  await introduce(client);
  await client.close();
  const { modules } = record.parse(JSON.parse(await readFile(report, 'utf8')));
  const all = readdirSync(DIST).map((name) => path.join(DIST, name));
  const { size, unpackedSize } = await packageSize();
  return [
    { what: 'files loaded before the first call', value: modules.length, unit: 'files' },
    { what: 'bytes loaded before the first call', value: kilobytes(modules), unit: 'kB' },
    { what: 'dist', value: kilobytes(all), unit: 'kB' },
    { what: 'package, packed', value: size / 1000, unit: 'kB' },
    { what: 'package, unpacked', value: unpackedSize / 1000, unit: 'kB' },
  ];
}

/** What a model reads (o200k_base; other models count a little differently). */
export async function tokenFigures(bench: Bench): Promise<Figure[]> {
  const client = startLines([SERVER], bench.env);
  const { first, tools } = await introduce(client);
  await client.close();
  const whole = z.array(z.unknown()).parse(tools['tools']);
  const read = toolList.parse(whole);
  const rows = (await listText(bench)).split('\n').filter((line) => /^[gr]-\w{8}\t/u.test(line));
  return [
    { what: 'instructions', value: countTokens(String(first['instructions'])), unit: 'tokens' },
    {
      what: 'names, descriptions, input schemas',
      value: countTokens(JSON.stringify(read)),
      unit: 'tokens',
    },
    { what: 'tools/list as it is sent', value: countTokens(JSON.stringify(whole)), unit: 'tokens' },
    {
      what: `a listed row (mean of ${rows.length}), text`,
      value: countTokens(rows.join('\n')) / rows.length,
      unit: 'tokens',
    },
  ];
}
