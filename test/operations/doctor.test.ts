/** What `entra-pim doctor` finds on the machine, in the sign-in and the tenant; its report. */
import { chmod, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PimError } from '../../src/domain/errors.ts';
import type { Keyring } from '../../src/domain/ports.ts';
import { faulty } from '../../src/operations/doctor-check.ts';
import { redacted } from '../../src/operations/doctor-report.ts';
import { contosoScenario } from '../../src/simulator/scenario.ts';
import { examine, namesOf, signedIn, WITH_OWN_APP } from '../support/examine.ts';
import { openStack, OWN_APP, type Stack } from '../support/stack.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const GROUPS_ONLY = '68e58909-ccb2-4416-925a-56c9a30f4300';
const REQUEST_ID = '0c3ad2ab-5bd6-44a8-a4a5-0f5b1fd23e51';
const ADA = 'ada.lindgren@contoso.example';

function authorizations(stack: Stack): number {
  return stack.simulator.requests.all().filter(({ path: asked }) => asked.includes('/authorize'))
    .length;
}

describe('where all is well', () => {
  it('says so about everything, and counts what it could read', async () => {
    const { checks, named, verdict, view } = await examine(await signedIn());
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(verdict).toBe('done');
    expect(named('reading of group').what).toMatch(
      /^Groups: can be read: \d+ eligible, \d+ active/u,
    );
    expect(view?.headline).toBe(
      `Nothing failed: ${checks.length} of ${checks.length} checks are ok.`,
    );
  });

  it('with nobody signed in: what depends on it is left out, and no browser opens', async () => {
    const stack = await openStack({ env: WITH_OWN_APP });
    const { checks, verdict, view, isSignedIn } = await examine(stack);
    expect(namesOf(checks, 'unknown')).toEqual(['sign-in']);
    expect(checks.at(-1)?.fixes).toEqual(['Run `entra-pim login`, then this again.']);
    expect([verdict, isSignedIn, view?.next]).toEqual(['done', false, 'sign-in']);
    expect(await stack.signIn.remembered()).toBeNull();
    // The question about the app, which needs nobody.
    expect(authorizations(stack)).toBe(1);
  });

  it("Microsoft's own app, which cannot have Azure, is no failure", async () => {
    const { checks, verdict, named } = await examine(await signedIn({ env: {} }));
    expect(verdict).toBe('done');
    expect(namesOf(checks, 'warning')).toEqual(['token for arm']);
    expect(named('token for arm').fixes.join()).toContain('AZURE_CLIENT_ID');
  });

  it('names the settings in use, and no value of a variable', async () => {
    const env = {
      ...WITH_OWN_APP,
      HTTPS_PROXY: 'http://ada:geheim@proxy.example:8080',
      OTHER: 'secret',
    };
    const { named, text } = await examine(await openStack({ env }));
    expect(named('settings').what).toContain('Set: AZURE_CLIENT_ID, HTTPS_PROXY.');
    expect(text).not.toMatch(/geheim|OTHER|secret/u);
  });
});

describe('app, permissions, licence', () => {
  it('an app that does not exist is found before anybody signs in', async () => {
    const env = { AZURE_CLIENT_ID: '99999999-9999-4999-8999-999999999999' };
    const { named, verdict } = await examine(await openStack({ env }));
    expect(named('app')).toMatchObject({ state: 'failed', upstreamCode: 'AADSTS700016' });
    expect(verdict).toBe('failed');
  });

  it('the app for Azure is looked at where it is another; without it the rest works', async () => {
    const none = '99999999-9999-4999-8999-999999999999';
    const { named, checks } = await examine(await openStack({ env: {} }));
    expect(namesOf(checks, 'ok')).toEqual(expect.arrayContaining(['app', 'app for azure']));
    expect(named('app for azure').what).toContain('04b07795');
    const env = { ENTRA_PIM_AZURE_CLIENT_ID: none };
    const other = await examine(await openStack({ env }));
    expect(other.named('app').state).toBe('ok');
    expect(other.named('app for azure')).toMatchObject({
      state: 'warning',
      upstreamCode: 'AADSTS700016',
    });
  });

  it('missing consents are named one by one, with who can give them', async () => {
    const stack = await signedIn({ env: { AZURE_CLIENT_ID: GROUPS_ONLY } });
    const { named, checks, verdict } = await examine(stack);
    expect(verdict).toBe('failed');
    expect(namesOf(checks, 'failed')).toEqual(['permissions of directory']);
    const { what, fixes } = named('permissions of directory');
    expect(what).toContain('RoleEligibilitySchedule.Read.Directory');
    expect(fixes.join()).toMatch(
      /^Have an administrator consent to .*\/adminconsent\?client_id=68e58909/u,
    );
    expect(named('reading of group').state).toBe('ok');
  });

  it('a tenant without the licence is named for each surface', async () => {
    const scenario = contosoScenario();
    const tenant = { ...scenario.tenant, hasPremiumLicence: false };
    const stack = await signedIn({ simulator: { scenario: { ...scenario, tenant } } });
    const { named } = await examine(stack);
    expect(named('reading of group')).toMatchObject({
      state: 'failed',
      code: 'licence-missing',
      upstreamCode: 'AadPremiumLicenseRequired',
    });
    expect(named('reading of group').fixes).not.toEqual([]);
    expect(named('licence')).toMatchObject({
      state: 'failed',
      code: 'licence-missing',
      what: expect.stringContaining('Microsoft Entra ID P2 or ID Governance licence'),
      fixes: [expect.stringContaining('administrator')],
    });
  });

  it('a licence that is there is said, once a list could be read', async () => {
    expect((await examine(await signedIn())).named('licence')).toMatchObject({ state: 'ok' });
    const stack = await openStack({ env: WITH_OWN_APP });
    expect((await examine(stack)).checks.map(({ name }) => name)).not.toContain('licence');
  });

  it('a sign-in that Microsoft no longer takes is a failure, and opens no browser', async () => {
    const stack = await signedIn({ simulator: { identity: { accessTokenSeconds: 60 } } });
    stack.simulator.revoke(ADA);
    const before = authorizations(stack);
    const { named } = await examine(await openStack({ beside: stack, env: WITH_OWN_APP }));
    expect(named('token for graph')).toMatchObject({ state: 'failed', code: 'sign-in-required' });
    expect(authorizations(stack)).toBe(before + 1);
  });

  it('a refused token with nothing to renew it from opens no browser either', async () => {
    const stack = await signedIn();
    stack.simulator.revoke(ADA);
    stack.simulator.faults.add({
      match: { surface: 'group' },
      times: 9,
      action: { kind: 'error', status: 401, code: 'InvalidAuthenticationToken', message: 'No.' },
    });
    const before = authorizations(stack);
    const { named } = await examine(stack);
    expect(named('reading of group')).toMatchObject({ code: 'sign-in-required' });
    expect(authorizations(stack)).toBe(before + 1);
  });
});

describe('the folder of the sign-in', () => {
  it('files that others may read are named, though the next use repairs them', async () => {
    const stack = await signedIn();
    await chmod(path.join(stack.folder, 'tokens.file.bin'), 0o644);
    expect((await examine(stack)).named('storage')).toMatchObject({
      state: 'warning',
      what: expect.stringContaining('tokens.file.bin (0644)'),
    });
  });

  it('a folder that is a link is a failure', async () => {
    const place = await temporaryFolder();
    const folder = path.join(place, 'link');
    await symlink(await temporaryFolder(), folder);
    const { named, verdict } = await examine(await openStack({ folder }));
    expect(named('storage')).toMatchObject({ state: 'failed', code: 'configuration' });
    expect(verdict).toBe('failed');
  });

  it('one that is not there yet is not created', async () => {
    const place = await temporaryFolder();
    const stack = await openStack({ folder: path.join(place, 'later') });
    expect((await examine(stack)).named('storage').what).toContain('Nothing is kept yet');
    expect(await readdir(place)).toEqual([]);
  });
});

describe('where the sign-in is kept', () => {
  const memory = new Map<string, string>();
  const keyring: Keyring = {
    read: async (account) => memory.get(account) ?? null,
    write: async (account, secret) => {
      memory.set(account, secret);
    },
    remove: async (account) => {
      memory.delete(account);
    },
  };

  it.each([
    ['file', undefined, 'ok', 'its key lies beside it'],
    ['memory', undefined, 'ok', 'memory only'],
    ['auto', keyring, 'ok', 'The keyring of this system can be used.'],
    ['keyring', keyring, 'ok', 'The keyring of this system can be used.'],
    [
      'auto',
      undefined,
      'warning',
      'cannot be used: a test. Where the sign-in is kept: an encrypted',
    ],
    ['keyring', undefined, 'failed', 'cannot be used: a test.'],
  ] as const)('in %s', async (store, usable, state, words) => {
    const env = { ...WITH_OWN_APP, ENTRA_PIM_TOKEN_STORE: store };
    const stack = await openStack({ env, ...(usable && { keyring: usable }) });
    const check = (await examine(stack)).named('token store');
    expect(check).toMatchObject({ state, what: expect.stringContaining(words) });
    expect(check.fixes).toEqual(state === 'ok' ? [] : ['Unlock it.']);
  });

  it('is said of the store that holds it, after somebody signed in', async () => {
    const env = { ...WITH_OWN_APP, ENTRA_PIM_TOKEN_STORE: 'auto' };
    const stack = await openStack({ env });
    await stack.signIn.signIn();
    const other = await openStack({ beside: stack, env });
    expect((await examine(other)).named('token store').what).toContain('its key lies beside it');
  });
});

describe('the report for support', () => {
  it('names nobody, no folder and nothing that was issued', async () => {
    const stack = await signedIn();
    const { text, checks } = await examine(stack, { report: true });
    const { tenantId } = stack.simulator;
    const issued = stack.simulator.issuedSecrets();
    const account = await stack.signIn.remembered();
    const hidden = [ADA, 'Ada Lindgren', tenantId, account?.objectId ?? '-', stack.folder];
    expect(issued.length).toBeGreaterThan(2);
    expect([...hidden, ...issued].filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).toContain(OWN_APP);
    expect(text).toContain('127.0.0.1:');
    expect(checks.find(({ name }) => name === 'sign-in')?.what).toMatch(
      /^Signed in as "account-\w{8}" in tenant tenant-\w{8}\.$/u,
    );
  });

  it('keeps codes and request ids of refusals, and drops the sentences', async () => {
    const stack = await signedIn();
    stack.simulator.faults.add({
      match: { surface: 'directory' },
      times: 9,
      action: {
        kind: 'error',
        status: 403,
        code: 'Odd',
        message: `Not for ${ADA}, ever.`,
        headers: { 'request-id': REQUEST_ID },
      },
    });
    const plain = await examine(stack);
    expect(plain.text).toContain('Not for');
    const { text, named } = await examine(stack, { report: true });
    expect(text).not.toMatch(/Not for|ada\.lindgren/u);
    expect(named('reading of directory')).toMatchObject({
      state: 'failed',
      upstreamCode: 'Odd',
      upstream: null,
      requestId: REQUEST_ID,
    });
  });

  it('drops what an error quotes, whoever said it', async () => {
    const { context } = await openStack({ env: WITH_OWN_APP });
    const said = new PimError('sign-in-failed', 'Microsoft refused: "Ada Lindgren has left."');
    const [check] = redacted([faulty('sign-in', said)], context, null);
    expect(check).toMatchObject({ what: 'Microsoft refused: "…"', code: 'sign-in-failed' });
  });

  it('calls the same account the same each time', async () => {
    const stack = await signedIn();
    const one = (await examine(stack, { report: true })).named('sign-in');
    expect((await examine(stack, { report: true })).named('sign-in')).toEqual(one);
  });
});
