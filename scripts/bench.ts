/**
 * Measures what docs/decisions/0004 promises, in one run, and says how. `--runs N` sets the number
 * of start-up rounds. Ends with 1 when something is over its budget.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { overheadFigures, roundTripFigures } from './bench/calls.ts';
import { largeFigures } from './bench/large.ts';
import { sizeFigures, tokenFigures } from './bench/size.ts';
import { startUpFigures } from './bench/start-up.ts';
import { figureLine, isOver, type Figure } from './bench/statistics.ts';
import type { Bench } from './bench/surroundings.ts';

interface Chapter {
  readonly title: string;
  readonly method: string;
  readonly measure: (bench: Bench) => Promise<Figure[]>;
}

const START_METHOD =
  'Spawn to the answered tools/list, then VmHWM. Floor: a bare CommonJS script that answers the\n' +
  '  same lines from memory. Both in every round, in turn; medians of the ratios of each round.';

const CHAPTERS: readonly Chapter[] = [
  {
    title: 'Start, 2025 protocol (initialize, tools/list)',
    method: START_METHOD,
    measure: (bench) => startUpFigures(bench, 'legacy'),
  },
  {
    title: 'Start, 2026-07-28 protocol (server/discover, tools/list)',
    method: START_METHOD,
    measure: (bench) => startUpFigures(bench, 'modern'),
  },
  {
    title: 'Overhead of a call',
    method:
      'list_eligible over stdio against the simulator (a process of its own, no delay), minus the\n' +
      '  same GETs sent together by the same HTTP client without server; pairs, 200 of them.',
    measure: overheadFigures,
  },
  {
    title: 'Sequential round trips',
    method:
      'Longest chain of requests of which each was sent after the one before was answered, counted\n' +
      '  by the simulator, every answer delayed. Signed in; a new process for each line.',
    measure: roundTripFigures,
  },
  {
    title: 'Large tenant',
    method:
      'list_eligible over stdio, 10,000 rows over all surfaces, the simulator a process of its own\n' +
      '  (no delay). Processor time and heap after a collection: the server, by itself, after each of\n' +
      '  7 lists. Peak (VmHWM): another server, no forced collection. Requests: counted by the simulator.',
    measure: largeFigures,
  },
  {
    title: 'Size',
    method: 'Modules in the cache of a server that answered tools/list; npm pack --dry-run.',
    measure: sizeFigures,
  },
  { title: 'Tokens', method: 'gpt-tokenizer, o200k_base.', measure: tokenFigures },
];

function runsAsked(): number {
  const { values } = parseArgs({ options: { runs: { type: 'string', default: '15' } } });
  const runs = Number(values.runs);
  if (Number.isInteger(runs) && runs > 0) return runs;
  throw new Error('--runs takes a positive number');
}

async function report(bench: Bench): Promise<Figure[]> {
  const all: Figure[] = [];
  for (const { title, method, measure } of CHAPTERS) {
    console.log(`\n${title}\n  ${method}`);
    const figures = await measure(bench);
    for (const figure of figures) console.log(figureLine(figure));
    all.push(...figures);
  }
  return all;
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'entra-pim-bench-'));
const env = {
  PATH: '',
  HOME: folder,
  ENTRA_PIM_STATE_DIR: path.join(folder, 'state'),
  ENTRA_PIM_TOKEN_STORE: 'file',
  ENTRA_PIM_AUTH: 'browser',
};
try {
  const runs = runsAsked();
  console.log(
    `Node ${process.version}, ${process.platform}, ${os.cpus().length} processors, ` +
      `${runs} rounds, load ${os.loadavg()[0]?.toFixed(2)}. Children inherit no environment ` +
      '(NODE_EXTRA_CA_CERTS unset).',
  );
  const over = (await report({ runs, folder, env })).filter(isOver);
  console.log(over.length === 0 ? '\nAll within budget.' : `\n${over.length} over budget.`);
  process.exitCode = over.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
