import { describe, expect, it } from 'vitest';
import { runAppSetup } from '../../../src/cli/setup/app-command.ts';
import { isPimError } from '../../../src/domain/errors.ts';
import { installAz, openSetup, TENANT } from '../../support/setup-world.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const GRAPH = '00000003-0000-0000-c000-000000000000';
const ARM = '797f4846-ba00-4fd7-ba43-dac1f8f63013';
const APP = 'aaaaaaaa-0000-4000-8000-000000000000';
const YES = { apply: true, yes: true };
const WRITES = /^ad (?:app (?:create|update|permission)|sp create)/u;

async function open(
  changes: Readonly<Record<string, unknown>> = {},
  options: { env?: Readonly<Record<string, string>>; answer?: string } = {},
) {
  const az = await installAz(await temporaryFolder(), changes);
  const env = { ...az.env, ...options.env };
  const setup = await openSetup({ ...options, env });
  const run = (flags: Readonly<Record<string, unknown>>) => runAppSetup(flags, setup);
  const writes = async () => (await az.state()).runs.filter((line) => WRITES.test(line));
  return { ...setup, az, run, writes };
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!isPimError(error)) throw new Error('expected a PimError', { cause: error });
  return `${error.message} ${error.details.fix ?? ''}`;
}

describe('setup app --apply', () => {
  it('registers a public client with exactly what is needed, and grants nothing', async () => {
    const { run, az, said } = await open();
    expect(await run({ ...YES, azure: true })).toBe(0);
    const { apps, principals, runs } = await az.state();
    expect(apps).toMatchObject([
      {
        displayName: 'Entra PIM',
        signInAudience: 'AzureADMyOrg',
        isFallbackPublicClient: true,
        publicClient: { redirectUris: ['http://localhost'] },
        requiredResourceAccess: [
          { resourceAppId: GRAPH, resourceAccess: expect.toSatisfy((list) => list.length === 6) },
          { resourceAppId: ARM, resourceAccess: [{ type: 'Scope' }] },
        ],
      },
    ]);
    expect(principals).toEqual([{ appId: APP }]);
    expect(runs.join('\n')).not.toContain('admin-consent');
    expect(said().out).toBe(`AZURE_CLIENT_ID=${APP}\nAZURE_TENANT_ID=${TENANT}\n`);
    expect(said().err).toContain(
      `https://login.microsoftonline.com/${TENANT}/adminconsent?client_id=${APP}`,
    );
  });

  it('changes nothing the second time', async () => {
    const { run, az, writes } = await open();
    await run(YES);
    const before = await writes();
    const state = await az.state();
    expect(await run(YES)).toBe(0);
    expect(await writes()).toEqual(before);
    expect((await az.state()).apps).toEqual(state.apps);
  });

  it('adds with --update what an app of that name lacks, and takes nothing away', async () => {
    const other = { id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', type: 'Scope' };
    const app = {
      appId: APP,
      displayName: 'Entra PIM',
      isFallbackPublicClient: null,
      publicClient: { redirectUris: ['http://localhost:8400'] },
      web: { redirectUris: ['http://localhost'] },
      requiredResourceAccess: [{ resourceAppId: GRAPH, resourceAccess: [other] }],
    };
    const { run, az, writes, said } = await open({ apps: [app], principals: [{ appId: APP }] });
    expect(await failure(run(YES))).toMatch(/already .*lacks something.*--update/u);
    expect(await writes()).toEqual([]);
    expect(await run({ ...YES, update: true, for: 'read' })).toBe(0);
    const { apps } = await az.state();
    expect(apps).toMatchObject([
      {
        isFallbackPublicClient: true,
        publicClient: { redirectUris: ['http://localhost:8400', 'http://localhost'] },
        requiredResourceAccess: [{ resourceAccess: expect.arrayContaining([other]) }],
      },
    ]);
    expect(said().err).toContain('under "Web" as well');
    const done = await writes();
    expect(await run({ ...YES, for: 'read' })).toBe(0);
    expect(await writes()).toEqual(done);
  });

  it('grants consent only when told to', async () => {
    const { run, az, said } = await open();
    await run({ ...YES, grantConsent: true });
    expect((await az.state()).apps).toMatchObject([{ isGranted: true }]);
    expect(said().err).toContain('GRANTS ADMIN CONSENT');
  });

  it('registers agents apart', async () => {
    const { run, az, said } = await open();
    await run(YES);
    await run({ ...YES, agents: true, for: 'read' });
    expect((await az.state()).apps.map(({ displayName }) => displayName)).toEqual([
      'Entra PIM',
      'Entra PIM (agents)',
    ]);
    expect(said().err).toContain('Assignment required');
    expect(said().err).toContain('In a new shell set AZURE_CLIENT_ID=');
  });

  it.each([undefined, 'no'])('runs nothing without a yes: %s', async (answer) => {
    const { run, writes, said } = await open({}, answer === undefined ? {} : { answer });
    expect(await failure(run({ apply: true }))).toMatch(/--yes/u);
    expect(said().err).toContain('az ad app create');
    expect(await writes()).toEqual([]);
  });

  it('runs after a typed yes', async () => {
    const { run, writes } = await open({}, { answer: 'yes' });
    expect(await run({ apply: true })).toBe(0);
    expect(await writes()).toHaveLength(3);
  });
});

it('takes any domain of the tenant for the tenant', async () => {
  const { run, writes } = await open({}, { env: { AZURE_TENANT_ID: 'Contoso.example' } });
  expect(await run(YES)).toBe(0);
  expect(await writes()).toHaveLength(3);
});

describe('what stands in the way', () => {
  it('az is not installed', async () => {
    const { world, io } = await openSetup({ env: { PATH: '/nowhere' } });
    expect(await failure(runAppSetup(YES, { world, io }))).toContain('not installed');
  });

  it('az is not signed in', async () => {
    const { run } = await open({ account: null });
    expect(await failure(run(YES))).toMatch(/not signed in.*az login/u);
  });

  it('az is at home in another tenant', async () => {
    const other = '11111111-2222-4333-8444-555555555555';
    const { run, writes } = await open({}, { env: { AZURE_TENANT_ID: other } });
    expect(await failure(run(YES))).toContain(`signed in to tenant ${TENANT}`);
    expect(await writes()).toEqual([]);
  });

  it('az is at home in a tenant that has no such domain', async () => {
    const { run, writes } = await open({}, { env: { AZURE_TENANT_ID: 'other.example' } });
    expect(await failure(run(YES))).toContain(`signed in to tenant ${TENANT}`);
    expect(await writes()).toEqual([]);
  });

  it('nobody can tell whether the domain is of this tenant', async () => {
    const refuse = { 'rest --method get': 'Insufficient privileges to complete the operation.' };
    const { run, writes } = await open({ refuse }, { env: { AZURE_TENANT_ID: 'contoso.example' } });
    expect(await failure(run(YES))).toContain('Insufficient privileges');
    expect(await writes()).toEqual([]);
  });

  it('az is at home in another cloud', async () => {
    const account = { tenantId: TENANT, environmentName: 'AzureUSGovernment' };
    expect(await failure((await open({ account })).run(YES))).toContain('az cloud set');
  });

  it('the account may not register apps', async () => {
    const refuse = { 'ad app create': 'Insufficient privileges to complete the operation.' };
    expect(await failure((await open({ refuse })).run(YES))).toContain('Application Developer');
  });

  it('several apps have the name', async () => {
    const apps = [1, 2].map((n) => ({ appId: `${APP}${n}`, displayName: 'Entra PIM' }));
    const { run, writes } = await open({ apps });
    expect(await failure(run({ ...YES, update: true }))).toContain('Several apps are called');
    expect(await writes()).toEqual([]);
  });

  it('half of it fails: says what exists, and --update goes on', async () => {
    const refuse = { 'ad app permission add': 'Something went wrong.' };
    const { run, az, writes } = await open({ refuse });
    const text = await failure(run(YES));
    expect(text).toMatch(/The app exists \(aaaaaaaa.*Done so far: Registers.*--update/u);
    await az.change({ refuse: {} });
    expect(await run({ ...YES, update: true })).toBe(0);
    expect((await writes()).filter((line) => line.startsWith('ad app create'))).toHaveLength(1);
    expect((await az.state()).principals).toEqual([{ appId: APP }]);
  });

  it('a name that could mean something to a shell', async () => {
    const { run, said, writes } = await open();
    expect(await run({ ...YES, name: 'a" & calc' })).toBe(2);
    expect(said().err).toContain('--name');
    expect(await writes()).toEqual([]);
  });

  it('a new app that not all servers know yet is waited for', async () => {
    const { run, az } = await open({ lagging: 2 });
    expect(await run(YES)).toBe(0);
    expect((await az.state()).principals).toEqual([{ appId: APP }]);
  });
});

describe('setup app', () => {
  it('prints commands for both shells, and runs nothing', async () => {
    const { run, said, az } = await open();
    expect(await run({ azure: true, name: "Ada's PIM" })).toBe(0);
    const { out, err } = said();
    expect(out).toContain(String.raw`APP_ID=$(az ad app create --display-name 'Ada'\''s PIM'`);
    expect(out).toContain("$APP_ID = az ad app create --display-name 'Ada''s PIM'");
    expect(out).toContain(
      `--api ${ARM} --api-permissions 41094075-9dad-400e-a0bd-54e686782033=Scope`,
    );
    expect(err).toContain('/adminconsent?client_id=');
    expect((await az.state()).runs).toEqual([]);
  });

  it('refuses a purpose that it does not know', async () => {
    const { run, said } = await open();
    expect(await run({ for: 'everything' })).toBe(2);
    expect(said().err).toContain('read, activate, approve');
  });
});
