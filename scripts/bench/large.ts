import path from 'node:path';
import { createInterface } from 'node:readline';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import * as z from 'zod';
import type { LineClient } from '../../test/support/line-client.ts';
import { median, type Figure } from './statistics.ts';
import {
  openServer,
  peakMegabytes,
  signInOnce,
  startTenant,
  type Bench,
  type Tenant,
} from './surroundings.ts';

const ROWS = 10_000;
const LISTS = 5;
const WARM_UP_LISTS = 2;
/** The scenario's own app registration: it may ask for Azure as well. */
const OWN_APP = 'bbeeb636-1d33-4c6d-96f0-da847a2a3b87';
/** Long enough for requests sent together to be in flight together. */
const SLOW_MS = 60;

const REQUESTS_BUDGET = 104;
const PEAK_BUDGET = 256;
const GROWTH_BUDGET = 1;
const TEXT_BUDGET = 2000;
const LONG_TEXT_BUDGET = 8000;

const listed = z.object({
  isError: z.boolean().optional(),
  content: z.tuple([z.object({ text: z.string() })]),
  structuredContent: z.looseObject({ total: z.number() }).optional(),
});

/** The text of one `list_eligible`, which must be whole. */
async function list(server: LineClient, args: object = {}): Promise<string> {
  const result = await server.request('tools/call', { name: 'list_eligible', arguments: args });
  const { content, structuredContent } = listed.parse(result);
  if (structuredContent?.total !== ROWS) throw new Error(content[0].text);
  return content[0].text;
}

const selfReport = z.object({ cpuSeconds: z.number(), heapUsed: z.number() });

type SelfReport = z.output<typeof selfReport>;

/** A server that tells its processor time and its heap when it is asked. */
async function openTalkative(env: Bench['env']) {
  const preload = path.join(import.meta.dirname, 'self-report.cjs');
  const server = await openServer(env, ['--expose-gc', '--require', preload]);
  const lines = createInterface({ input: server.stderr });
  const ask = (): Promise<SelfReport> =>
    new Promise((resolve) => {
      const take = (line: string): void => {
        if (!line.startsWith('{')) return;
        lines.off('line', take);
        resolve(selfReport.parse(JSON.parse(line)));
      };
      lines.on('line', take);
      process.kill(server.pid, 'SIGUSR2');
    });
  return { server, ask };
}

/** Time, processor time and what stays on the heap, list after list. */
async function workFigures(env: Bench['env']): Promise<Figure[]> {
  const { server, ask } = await openTalkative(env);
  const times: number[] = [];
  const cpu: number[] = [];
  const heap: number[] = [];
  for (let round = -WARM_UP_LISTS; round < LISTS; round += 1) {
    const before = await ask();
    const begin = performance.now();
    await list(server);
    times.push((performance.now() - begin) / 1000);
    const after = await ask();
    cpu.push(after.cpuSeconds - before.cpuSeconds);
    heap.push(after.heapUsed / 1e6);
  }
  await server.close();
  const [first = Number.NaN] = times;
  const settled = heap[WARM_UP_LISTS - 1] ?? Number.NaN;
  const last = heap.at(-1) ?? Number.NaN;
  const per = 1000 / ROWS;
  const warm = (all: readonly number[]): number => median(all.slice(WARM_UP_LISTS));
  return [
    { what: 'first list', value: first, unit: 's' },
    { what: 'per 1,000 rows, simulator included, p50', value: warm(times) * per, unit: 's' },
    {
      what: 'per 1,000 rows, processor time of the server, p50',
      value: warm(cpu) * per,
      unit: 's',
    },
    { what: 'left on the heap after a list', value: last, unit: 'MB' },
    {
      what: `growth of that over ${LISTS} more lists, for each`,
      value: (last - settled) / LISTS,
      unit: 'MB',
      budget: GROWTH_BUDGET,
    },
  ];
}

/** Memory of a server that nobody asks to tidy up, and what a model receives from it. */
async function answerFigures(tenant: Tenant, env: Bench['env']): Promise<Figure[]> {
  const server = await openServer(env);
  const atStart = peakMegabytes(server.pid);
  const text = await list(server);
  const long = await list(server, { limit: ROWS });
  await tenant.slow(SLOW_MS);
  const { requests, sequentialRounds } = await tenant.count(() => list(server));
  await tenant.slow(0);
  for (let round = 3; round < LISTS; round += 1) await list(server);
  const peak = peakMegabytes(server.pid);
  await server.close();
  return [
    { what: 'requests', value: requests.length, unit: 'GETs', budget: REQUESTS_BUDGET },
    { what: 'longest chain of them, each a page of 100', value: sequentialRounds, unit: 'GETs' },
    { what: 'peak memory before the first call', value: atStart, unit: 'MB' },
    { what: `peak memory after ${LISTS} lists`, value: peak, unit: 'MB', budget: PEAK_BUDGET },
    { what: 'text, 50 rows', value: countTokens(text), unit: 'tokens', budget: TEXT_BUDGET },
    {
      what: 'text, all rows asked for (200 shown)',
      value: countTokens(long),
      unit: 'tokens',
      budget: LONG_TEXT_BUDGET,
    },
  ];
}

/** One `list_eligible` of somebody who may turn on very much. */
export async function largeFigures(bench: Bench): Promise<Figure[]> {
  const tenant = await startTenant(bench.env, ['--eligibilities', String(ROWS)]);
  const env = { ...tenant.env, AZURE_CLIENT_ID: OWN_APP };
  await signInOnce(env);
  const figures = [...(await workFigures(env)), ...(await answerFigures(tenant, env))];
  await tenant.stop();
  return figures;
}
