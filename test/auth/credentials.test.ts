import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { withCredentials } from '../../src/auth/credentials.ts';
import type { Resource, SignIn } from '../../src/domain/ports.ts';
import { azureCliToken } from '../../src/platform/azure-cli.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { readSettings } from '../../src/platform/environment.ts';
import type { RunningSimulator } from '../../src/simulator/index.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { APPS, failureOf, person, tenant } from './fixture.ts';

const ADA = 'ada.lindgren@contoso.example';
const OWN = { AZURE_CLIENT_ID: APPS.own };

/** A token as somebody else's program gets it. */
async function madeElsewhere(
  simulator: RunningSimulator,
  resource: Resource,
  as: string | null = null,
): Promise<string> {
  simulator.behaviour.patch({ identity: { signInAs: as } });
  const { signIn } = await person(simulator.environment, { env: OWN });
  const { value } = await signIn.token({ resource });
  simulator.behaviour.patch({ identity: { signInAs: null } });
  return value;
}

interface Given {
  readonly given?: Partial<Record<Resource, string>>;
  readonly azureCli?: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: Date;
}

async function somebody(simulator: RunningSimulator, options: Given = {}) {
  const { given = {}, azureCli = null, env = {} } = options;
  const inner = await person(simulator.environment, { env });
  const asked: string[] = [];
  const signIn: SignIn = withCredentials(inner.signIn, {
    settings: readSettings({ ...simulator.environment, ...env }),
    clock: options.now === undefined ? systemClock : fakeClock(options.now),
    given,
    azureCli: async (tenantId) => {
      asked.push(tenantId);
      return azureCli;
    },
  });
  return { ...inner, signIn, asked };
}

describe('a token of the environment', () => {
  it('is used as it is, without a sign-in', async () => {
    const simulator = await tenant();
    const graph = await madeElsewhere(simulator, 'graph');
    const { signIn, browser, state } = await somebody(simulator, { given: { graph } });
    const token = await signIn.token();
    expect(token.value).toBe(graph);
    expect(token.account.username).toBe(ADA);
    expect(token.scopes).toContain('RoleEligibilitySchedule.Read.Directory');
    expect(await signIn.remembered()).toEqual(token.account);
    expect(signIn.storage).toContain('ENTRA_PIM_GRAPH_TOKEN');
    expect(signIn.tokensFrom).toEqual(['ENTRA_PIM_GRAPH_TOKEN']);
    expect(browser.urls).toEqual([]);
    expect(await state.read('sign-ins.json')).toBeNull();
  });

  it('for Azure goes beside a sign-in for Graph', async () => {
    const simulator = await tenant();
    const arm = await madeElsewhere(simulator, 'arm');
    const { signIn } = await somebody(simulator, { given: { arm } });
    expect((await signIn.token({ resource: 'arm' })).value).toBe(arm);
    expect((await signIn.token()).value).not.toBe(arm);
  });

  it('of the wrong API is refused before it is sent anywhere', async () => {
    const simulator = await tenant();
    const arm = await madeElsewhere(simulator, 'arm');
    const { signIn } = await somebody(simulator, { given: { graph: arm } });
    const failure = await failureOf(signIn.token());
    expect(failure).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(
        'ENTRA_PIM_GRAPH_TOKEN is for "https://management.azure.com',
      ),
    });
    expect(String(failure)).not.toContain(arm.slice(0, 20));
  });

  it.each([
    ['is none', 'not-a-token', 'is no access token of a person'],
    [
      'names nobody',
      `a.${Buffer.from('{"aud":"x"}').toString('base64url')}.c`,
      'is no access token',
    ],
  ])('that %s is refused', async (_what, graph, why) => {
    const simulator = await tenant();
    const { signIn } = await somebody(simulator, { given: { graph } });
    expect(await failureOf(signIn.token())).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining(why),
    });
  });

  it('of another tenant than the one that is set is refused', async () => {
    const simulator = await tenant();
    const graph = await madeElsewhere(simulator, 'graph');
    const env = { AZURE_TENANT_ID: '99999999-9999-4999-8999-999999999999' };
    const { signIn } = await somebody(simulator, { given: { graph }, env });
    expect(await failureOf(signIn.token())).toMatchObject({
      message: expect.stringContaining('another tenant'),
      details: { fix: expect.stringContaining('AZURE_TENANT_ID') },
    });
  });

  it('of another account than the one that is named is refused', async () => {
    const simulator = await tenant();
    const graph = await madeElsewhere(simulator, 'graph');
    const asked = async (name: string) => {
      const env = { ENTRA_PIM_ACCOUNT: name };
      return (await somebody(simulator, { given: { graph }, env })).signIn.token();
    };
    expect(await failureOf(asked('marcus.okafor@contoso.example'))).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('another account'),
      details: { fix: expect.stringContaining('ENTRA_PIM_ACCOUNT') },
    });
    expect((await asked('Ada.Lindgren@contoso.example')).value).toBe(graph);
  });

  it('acts in place of whoever is signed in, and none of those is said to act', async () => {
    const simulator = await tenant();
    const given: { graph?: string } = {};
    const { signIn } = await somebody(simulator, { given });
    await signIn.signIn();
    expect((await signIn.accounts()).map(({ isCurrent }) => isCurrent)).toEqual([true]);
    given.graph = await madeElsewhere(simulator, 'graph');
    expect((await signIn.accounts()).map(({ isCurrent }) => isCurrent)).toEqual([false]);
  });

  it('for Azure of somebody else than whose call it is, is refused as that', async () => {
    const simulator = await tenant();
    const arm = await madeElsewhere(simulator, 'arm', 'marcus.okafor@contoso.example');
    const { signIn } = await somebody(simulator, { given: { arm } });
    const { account } = await signIn.token();
    expect(await failureOf(signIn.token({ resource: 'arm', account }))).toMatchObject({
      code: 'sign-in-required',
      message: 'The token in ENTRA_PIM_ARM_TOKEN is of somebody else.',
    });
  });

  it('for Azure that is none is said before anybody signs in; an old one keeps nobody out', async () => {
    const simulator = await tenant();
    const wrong = await somebody(simulator, { given: { arm: 'not-a-token' } });
    expect(await failureOf(wrong.signIn.signIn())).toMatchObject({
      code: 'configuration',
      message: expect.stringContaining('ENTRA_PIM_ARM_TOKEN'),
    });
    expect(wrong.browser.urls).toEqual([]);
    const arm = await madeElsewhere(simulator, 'arm');
    const now = new Date(Date.now() + 2 * 3_600_000);
    const late = await somebody(simulator, { given: { arm }, now });
    expect((await late.signIn.signIn()).account.username).toBe(ADA);
  });

  it('that expired, that Microsoft refused, or that lacks something is no reason for a window', async () => {
    const simulator = await tenant();
    const graph = await madeElsewhere(simulator, 'graph');
    const given = { graph };
    const { signIn, browser } = await somebody(simulator, { given });
    expect(await failureOf(signIn.token({ refused: graph }))).toMatchObject({
      code: 'sign-in-required',
      details: { fix: expect.stringContaining('Put a new token into ENTRA_PIM_GRAPH_TOKEN') },
    });
    expect(await failureOf(signIn.token({ isFresh: true }))).toMatchObject({
      code: 'sign-in-required',
    });
    expect(await failureOf(signIn.signIn())).toMatchObject({ code: 'configuration' });
    const now = new Date(Date.now() + 2 * 3_600_000);
    const late = await somebody(simulator, { given, now });
    expect(await failureOf(late.signIn.token())).toMatchObject({
      code: 'sign-in-required',
      message: 'The token in ENTRA_PIM_GRAPH_TOKEN has expired.',
    });
    expect([...browser.urls, ...late.browser.urls]).toEqual([]);
  });
});

describe("the Azure CLI's login", () => {
  it('is not asked where the sign-in has Azure itself', async () => {
    const simulator = await tenant();
    const azureCli = await madeElsewhere(simulator, 'arm');
    const { signIn, asked } = await somebody(simulator, { azureCli, env: OWN });
    expect((await signIn.token({ resource: 'arm' })).value).not.toBe(azureCli);
    expect(asked).toEqual([]);
  });

  it('serves where the app has no Azure, for the same person, and once', async () => {
    const simulator = await tenant();
    const azureCli = await madeElsewhere(simulator, 'arm');
    const env = { AZURE_CLIENT_ID: APPS.oneTenant };
    const { signIn, asked } = await somebody(simulator, { azureCli, env });
    expect((await signIn.token({ resource: 'arm' })).value).toBe(azureCli);
    expect((await signIn.token({ resource: 'arm' })).value).toBe(azureCli);
    expect(asked).toEqual([simulator.tenantId]);
    expect(signIn.storage).toContain("the Azure CLI's login is used");
    // What Azure refused is not handed out again.
    expect(await failureOf(signIn.token({ resource: 'arm', refused: azureCli }))).toMatchObject({
      code: 'consent-missing',
    });
  });

  it.each([
    ['of somebody else', 'marcus.okafor@contoso.example'],
    ['of nobody', null],
  ])('%s is of no use', async (_what, as) => {
    const simulator = await tenant();
    const azureCli = as === null ? null : await madeElsewhere(simulator, 'arm', as);
    const env = { AZURE_CLIENT_ID: APPS.oneTenant };
    const { signIn } = await somebody(simulator, { azureCli, env });
    expect(await failureOf(signIn.token({ resource: 'arm' }))).toMatchObject({
      code: 'consent-missing',
    });
  });
});

async function withProgram(program: string): Promise<Record<string, string>> {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'az');
  await writeFile(file, `#!${process.execPath}\n${program}\n`);
  await chmod(file, 0o755);
  return { PATH: folder, ENTRA_PIM_GRAPH_TOKEN: 'secret' };
}

describe('asking the Azure CLI', () => {
  const TENANT = '11111111-1111-4111-8111-111111111111';
  const RESOURCE = 'https://management.azure.com';

  it.skipIf(process.platform === 'win32')(
    'names resource and tenant, and hands on no token',
    async () => {
      const env = await withProgram(
        `console.log(JSON.stringify({ accessToken: [...process.argv.slice(2), Object.keys(process.env).filter((n) => /TOKEN/u.test(n))].join(' ') }))`,
      );
      expect((await azureCliToken(RESOURCE, TENANT, env))?.trim()).toBe(
        `account get-access-token --resource ${RESOURCE} --tenant ${TENANT} --output json`,
      );
    },
  );

  it.skipIf(process.platform === 'win32').each([
    ['fails', 'console.error("Please run az login"); process.exit(1)'],
    ['answers something else', 'console.log("WARNING: hello")'],
    ['has no token', 'console.log("{}")'],
  ])('gives none where it %s', async (_what, program) => {
    expect(await azureCliToken(RESOURCE, TENANT, await withProgram(program))).toBeNull();
  });

  it('gives none where it is not installed, is switched off, or the tenant is no id', async () => {
    const there = await withProgram('console.log(JSON.stringify({ accessToken: "x" }))');
    expect(await azureCliToken(RESOURCE, TENANT, { PATH: await temporaryFolder() })).toBeNull();
    const off = { ...there, ENTRA_PIM_AZURE_CLI: 'off' };
    expect(await azureCliToken(RESOURCE, TENANT, off)).toBeNull();
    expect(await azureCliToken(RESOURCE, '& calc', there)).toBeNull();
  });
});
