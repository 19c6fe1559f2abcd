import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { introduce, startLines, type Era, type Result } from '../../test/support/line-client.ts';
import { median, type Figure } from './statistics.ts';
import { type Bench, peakMegabytes, SERVER } from './surroundings.ts';

interface Start {
  readonly milliseconds: number;
  /** Peak resident memory; `null` where the system has no /proc. */
  readonly megabytes: number | null;
}

interface Timed extends Start {
  readonly answers: { readonly first: Result; readonly tools: Result };
}

const TIME_BUDGET = 3.2;
const MEMORY_BUDGET = 1.6;
const WARM_UP_ROUNDS = 2;

async function start(script: string, env: Bench['env'], era: Era): Promise<Timed> {
  const before = performance.now();
  const client = startLines([script], env, era);
  const answers = await introduce(client, era);
  const milliseconds = performance.now() - before;
  const megabytes = peakMegabytes(client.pid);
  await client.close();
  return { milliseconds, megabytes, answers };
}

/** A script without any library that knows the server's answers by heart. */
function floorScript(answers: Readonly<Record<string, Result>>): string {
  return `'use strict';
const answers = ${JSON.stringify(answers)};
let rest = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  const lines = (rest + text).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    const { id, method } = JSON.parse(line);
    if (id === undefined) continue;
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method] }) + '\\n');
  }
});
`;
}

async function writeFloor(bench: Bench, era: Era): Promise<string> {
  const { first, tools } = (await start(SERVER, bench.env, era)).answers;
  const file = path.join(bench.folder, `floor-${era}.cjs`);
  const method = era === 'modern' ? 'server/discover' : 'initialize';
  await writeFile(file, floorScript({ [method]: first, 'tools/list': tools }));
  return file;
}

async function rounds(bench: Bench, era: Era): Promise<{ server: Start; floor: Start }[]> {
  const floorFile = await writeFloor(bench, era);
  const measured: { server: Start; floor: Start }[] = [];
  for (let round = -WARM_UP_ROUNDS; round < bench.runs; round += 1) {
    const order = round % 2 === 0 ? [SERVER, floorFile] : [floorFile, SERVER];
    const starts = new Map<string, Start>();
    for (const script of order) starts.set(script, await start(script, bench.env, era));
    const server = starts.get(SERVER);
    const floor = starts.get(floorFile);
    if (round >= 0 && server && floor) measured.push({ server, floor });
  }
  return measured;
}

function memoryRatio({ server, floor }: { server: Start; floor: Start }): number[] {
  if (server.megabytes === null || floor.megabytes === null) return [];
  return [server.megabytes / floor.megabytes];
}

function medianOrNull(numbers: readonly number[]): number | null {
  return numbers.length === 0 ? null : median(numbers);
}

/** Spawn to `tools/list` answered, and peak memory then, against the floor of the same round. */
export async function startUpFigures(bench: Bench, era: Era): Promise<Figure[]> {
  const all = await rounds(bench, era);
  const memory = all.flatMap(memoryRatio);
  const megabytes = all.flatMap(({ server }) => server.megabytes ?? []);
  return [
    {
      what: 'time / floor',
      value: median(all.map(({ server, floor }) => server.milliseconds / floor.milliseconds)),
      unit: 'x',
      budget: TIME_BUDGET,
    },
    { what: 'peak memory / floor', value: medianOrNull(memory), unit: 'x', budget: MEMORY_BUDGET },
    { what: 'time', value: median(all.map(({ server }) => server.milliseconds)), unit: 'ms' },
    { what: 'floor', value: median(all.map(({ floor }) => floor.milliseconds)), unit: 'ms' },
    { what: 'peak memory', value: medianOrNull(megabytes), unit: 'MB' },
  ];
}
