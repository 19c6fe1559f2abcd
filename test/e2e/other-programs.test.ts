/**
 * `entra-pim simulator --tls` as other people's programs see it: Microsoft's own client libraries on
 * their default settings, in a process that has none of our code in it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import path from 'node:path';
import { json, text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { contosoScenario } from '../../src/simulator/scenario.ts';
import { COMMAND } from '../support/child.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SUPPORT = path.resolve(import.meta.dirname, '../support');
const PRELOAD = path.join(SUPPORT, 'names-here.cjs');
const PROGRAM = path.join(SUPPORT, 'other-program.ts');

const CLIENT = 'bbeeb636-1d33-4c6d-96f0-da847a2a3b87';
const PRODUCTION_SUPPORT = 'bc67ba94-637d-4efa-a09e-467ada679f81';
const CONTRIBUTOR = 'b24988ac-6180-42a0-ab88-20f7382dd24c';
const company = contosoScenario();
const ADA = company.users.find(({ isDefault }) => isDefault)?.id;
const GRID_TEST = company.azure.scopes.find(({ displayName }) => displayName === 'Grid Test')?.id;
const AZURE_SCOPES = company.azure.eligibilities.flatMap(({ principalId, scope }) =>
  principalId === ADA ? scope : [],
);
const GROUPS = company.eligibilities.flatMap((row) =>
  'groupId' in row && row.principalId === ADA ? row.groupId : [],
);
/** Few enough that every list has several pages. */
const PAGE_SIZE = 2;

const seenSchema = z.object({
  user: z.string(),
  azure: z.object({ eligible: z.array(z.string()), status: z.string(), role: z.string() }),
  groups: z.object({
    eligible: z.array(z.string()),
    context: z.string(),
    nextLink: z.string().optional(),
    status: z.string(),
  }),
});

const logSchema = z.object({
  requests: z.array(z.looseObject({ method: z.string(), path: z.string(), status: z.number() })),
});

const environmentSchema = z.object({
  AZURE_TENANT_ID: z.string(),
  NODE_EXTRA_CA_CERTS: z.string(),
  SIMULATOR_URL: z.string(),
});

type Environment = z.infer<typeof environmentSchema>;

/** Starts the command and reads what it prints, as a shell would. */
async function serve(): Promise<Environment> {
  const folder = await temporaryFolder();
  const args = [COMMAND, 'simulator', '--tls', '--port', 'any', '--sign-in', 'automatic'];
  const env = { HOME: folder, ENTRA_PIM_STATE_DIR: path.join(folder, 'state') };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill());
  const [said]: unknown[] = await once(child.stdout.setEncoding('utf8'), 'data');
  const lines = String(said).matchAll(/^export (\w+)=(.*)$/gmu);
  return environmentSchema.parse(
    Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value])),
  );
}

/** Asks the simulator about itself, or steers it. */
async function control(served: Environment, name: string, body?: unknown): Promise<unknown> {
  const sent = request(`${served.SIMULATOR_URL}/simulator/${name}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ca: await readFile(served.NODE_EXTRA_CA_CERTS),
    agent: false,
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(sent, 'response');
  return json(response);
}

/** What the other program wrote. All it has of the simulator is the authority, and where names lead. */
async function runProgram(served: Environment, authority: string) {
  const child = spawn(process.execPath, ['--require', PRELOAD, '--import', 'tsx', PROGRAM], {
    env: {
      NAMES_LEAD_TO: new URL(served.SIMULATOR_URL).port,
      NODE_EXTRA_CA_CERTS: served.NODE_EXTRA_CA_CERTS,
      AUTHORITY: authority,
      CLIENT,
      AZURE_ROLE: CONTRIBUTOR,
      AZURE_SCOPE: GRID_TEST,
      GROUP: PRODUCTION_SUPPORT,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill());
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(stderr).toBe('');
  return seenSchema.parse(JSON.parse(stdout));
}

async function requestsAt(served: Environment) {
  const { requests } = logSchema.parse(await control(served, 'requests'));
  return requests.map(({ method, path: at, status }) => `${method} ${at} ${status}`);
}

it('a program on the official libraries, as they come, signs in, lists and activates', async () => {
  const served = await serve();
  await control(served, 'behaviour', { graph: { pageSize: PAGE_SIZE } });
  const tenant = served.AZURE_TENANT_ID;
  const seen = await runProgram(served, `https://login.microsoftonline.com/${tenant}`);
  const groups = 'https://graph.microsoft.com/v1.0/identityGovernance/privilegedAccess/group';
  expect(seen).toEqual({
    user: 'ada.lindgren@contoso.example',
    azure: {
      eligible: expect.arrayContaining(AZURE_SCOPES),
      role: 'Contributor',
      status: 'Provisioned',
    },
    groups: {
      eligible: expect.arrayContaining(GROUPS),
      context:
        'https://graph.microsoft.com/v1.0/$metadata#Collection(privilegedAccessGroupEligibilityScheduleInstance)',
      nextLink: `${groups}/eligibilityScheduleInstances/filterByCurrentUser(on='principal')?%24skiptoken=Mg`,
      status: 'PendingProvisioning',
    },
  });
  const requests = await requestsAt(served);
  expect(requests.filter((line) => !/ 20[01]$/u.test(line))).toEqual([]);
  expect(requests.filter((line) => line.startsWith('PUT '))).toHaveLength(1);
  const pagesOf = (name: string) => requests.filter((line) => line.includes(`/${name}`)).length;
  const { azure, groups: ofGroups } = seen;
  expect(pagesOf('eligibilityScheduleInstances')).toBe(
    Math.ceil(ofGroups.eligible.length / PAGE_SIZE),
  );
  expect(pagesOf('roleEligibilityScheduleInstances')).toBe(
    Math.ceil(azure.eligible.length / PAGE_SIZE),
  );
});

it('an authority with a port, unknown to MSAL, is looked up by instance and OpenID discovery', async () => {
  const served = await serve();
  const tenant = served.AZURE_TENANT_ID;
  const { port } = new URL(served.SIMULATOR_URL);
  const seen = await runProgram(served, `https://login.microsoftonline.com:${port}/${tenant}`);
  expect(seen.azure.status).toBe('Provisioned');
  expect((await requestsAt(served)).slice(0, 4)).toEqual([
    'GET /common/discovery/instance 200',
    `GET /${tenant}/v2.0/.well-known/openid-configuration 200`,
    `GET /${tenant}/oauth2/v2.0/authorize 200`,
    `POST /${tenant}/oauth2/v2.0/token 200`,
  ]);
});
