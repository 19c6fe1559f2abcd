import path from 'node:path';
import * as z from 'zod';
import { createSignIn } from '../../src/auth/sign-in.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { readSettings } from '../../src/platform/environment.ts';
import { createHttp } from '../../src/platform/http.ts';
import { openStateDirectory } from '../../src/platform/state-directory.ts';
import { browse } from '../../test/support/browser.ts';
import type { LineClient } from '../../test/support/line-client.ts';
import { median, quantile, type Figure } from './statistics.ts';
import { openServer, signInOnce, startTenant, type Bench, type Tenant } from './surroundings.ts';

const CALLS = 200;
const WARM_UP_CALLS = 20;
/** Long enough for requests sent together to be in flight together. */
const SLOW_MS = 60;

const called = z.object({
  isError: z.boolean().optional(),
  content: z.tuple([z.object({ text: z.string() })]),
  structuredContent: z.looseObject({ status: z.string().optional() }).optional(),
});

async function call(server: LineClient, name: string, args: object = {}) {
  return called.parse(await server.request('tools/call', { name, arguments: args }));
}

async function list(server: LineClient): Promise<string> {
  const first = await call(server, 'list_eligible');
  // The person signs in at the address that the server named; the next call finds it done.
  const isPending = first.content[0].text.includes('Sign in at the address given');
  const { isError, content } = isPending ? await call(server, 'list_eligible') : first;
  if (isError) throw new Error(content[0].text);
  return content[0].text;
}

async function activate(server: LineClient, name: string): Promise<void> {
  const args = { name, justification: 'Benchmark', duration: 0.5 };
  const { structuredContent, content } = await call(server, 'activate', args);
  if (structuredContent?.status !== 'active') throw new Error(content[0].text);
}

/** The product's own transport with a token: what a call costs without server and protocol. */
async function bareClient(tenant: Tenant, folder: string) {
  const http = createHttp({ env: {} });
  const signIn = createSignIn({
    settings: readSettings(tenant.env),
    http,
    clock: systemClock,
    state: openStateDirectory(path.join(folder, 'bare')),
    openBrowser: async (url) => {
      await browse(url);
    },
    notify: () => undefined,
  });
  const { value } = await signIn.token();
  const headers = { authorization: `Bearer ${value}` };
  const get = async (url: string): Promise<void> => {
    const response = await http(url, { method: 'GET', headers });
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    await response.text();
  };
  return { get, close: () => http.close() };
}

const logged = z.array(z.object({ method: z.string(), path: z.string(), query: z.string() }));

/** The addresses that one `list_eligible` asks for. */
async function addressesOf(tenant: Tenant, server: LineClient): Promise<string[]> {
  const { requests } = await tenant.count(() => list(server));
  const origin = tenant.env['ENTRA_PIM_GRAPH_URL'] ?? '';
  return logged.parse(requests).map((request) => `${origin}${request.path}?${request.query}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** `list_eligible` through the server, and the same requests bare, in turn. */
export async function overheadFigures(bench: Bench): Promise<Figure[]> {
  const tenant = await startTenant(bench.env);
  await signInOnce(tenant.env);
  const server = await openServer(tenant.env);
  await list(server);
  const addresses = await addressesOf(tenant, server);
  const bare = await bareClient(tenant, bench.folder);
  const through: number[] = [];
  const without: number[] = [];
  for (let round = -WARM_UP_CALLS; round < CALLS; round += 1) {
    const bareTime = await timed(() => Promise.all(addresses.map(bare.get)));
    const time = await timed(() => list(server));
    if (round < 0) continue;
    through.push(time);
    without.push(bareTime);
  }
  await Promise.all([bare.close(), server.close()]);
  await tenant.stop();
  const overheads = through.map((time, index) => time - (without[index] ?? 0));
  return [
    { what: `the same ${addresses.length} requests bare, p50`, value: median(without), unit: 'ms' },
    { what: 'list_eligible through the server, p50', value: median(through), unit: 'ms' },
    { what: 'overhead p50', value: median(overheads), unit: 'ms' },
    { what: 'overhead p95', value: quantile(overheads, 0.95), unit: 'ms' },
  ];
}

type Step = (server: LineClient) => Promise<unknown>;

interface Journey {
  readonly what: string;
  readonly budget: number;
  /** Work before that is not counted. */
  readonly before?: Step;
  readonly counted: Step;
}

/** Names and ids of the simulator's Contoso company; each is activated once. */
const JOURNEYS: readonly Journey[] = [
  { what: 'list_eligible, signed in', budget: 1, counted: list },
  {
    what: 'activate by name, nothing read before',
    budget: 3,
    counted: (server) => activate(server, 'Production Support'),
  },
  {
    what: 'activate by id, nothing read before',
    budget: 2,
    counted: (server) => activate(server, '5d6b6bb7-de71-4623-b4af-96380a352509'),
  },
  {
    what: 'activate by name, list and policy read before',
    budget: 1,
    // Refused for its length: the policy is read, and nothing is sent.
    before: (server) =>
      call(server, 'activate', { name: 'Global Reader', justification: 'x', duration: 999 }),
    counted: (server) => activate(server, 'Global Reader'),
  },
];

const AT_ONCE = { provisioningDelaySeconds: { group: 0, directory: 0 } };

/** Longest chain of requests of which each waited for the one before, each in a process of its own. */
export async function roundTripFigures(bench: Bench): Promise<Figure[]> {
  const tenant = await startTenant(bench.env);
  // Waiting until a group is provisioned is a look more, however it was asked for.
  await tenant.control('behaviour', { graph: AT_ONCE });
  await signInOnce(tenant.env);
  const figures: Figure[] = [];
  for (const { what, budget, before, counted } of JOURNEYS) {
    const server = await openServer(tenant.env);
    await before?.(server);
    await tenant.slow(SLOW_MS);
    const { sequentialRounds, requests } = await tenant.count(() => counted(server));
    await tenant.slow(0);
    await server.close();
    const unit = `of ${requests.length}`;
    figures.push({ what, value: sequentialRounds, unit, budget });
  }
  await tenant.stop();
  return figures;
}

/** Tokens of a text that lists rows, for each of them. */
export async function listText(bench: Bench): Promise<string> {
  const tenant = await startTenant(bench.env);
  await signInOnce(tenant.env);
  const server = await openServer(tenant.env);
  const text = await list(server);
  await server.close();
  await tenant.stop();
  return text;
}
