import { beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { person, type Person } from '../support/person.ts';
import { openStack, OWN_APP } from '../support/stack.ts';

const found = z.looseObject({
  need: z.looseObject({ action: z.string(), scope: z.string().nullable() }),
  candidates: z.array(
    z.looseObject({
      handle: z.string(),
      type: z.string(),
      name: z.string(),
      scope: z.looseObject({ name: z.string().nullable() }),
      activateAt: z.string().nullable(),
      status: z.string(),
      holds: z.string(),
    }),
  ),
  notes: z.array(z.string()),
});

const VAULT =
  '/subscriptions/579ac6ae-e45a-4e22-98a5-8bea2101fee2/resourceGroups/rg-scada/providers/Microsoft.KeyVault/vaults/kv-scada';

let ada: Person;

beforeEach(async () => {
  ada = person(await openStack({ env: { AZURE_CLIENT_ID: OWN_APP } }));
});

async function find(need: string, stack = ada.stack) {
  const { outcome } = await stack.run('find_role', { need });
  if (outcome.kind !== 'done') throw new TypeError(JSON.stringify(outcome.problems));
  return found.parse(outcome.output);
}

describe('find_role over the whole stack', () => {
  it('names the smallest Azure role first, the all-powerful last', async () => {
    const { candidates } = await find('Microsoft.Compute/virtualMachines/start/action');
    const names = candidates.map(({ name }) => name);
    expect(names[0]).toBe('Virtual Machine Contributor');
    expect(names.indexOf('Contributor')).toBeLessThan(names.indexOf('Owner'));
    expect(names).not.toContain('Reader');
  });

  it('names the smallest Entra role, with the scope that it holds at', async () => {
    const { candidates } = await find('microsoft.directory/users/password/update');
    expect(candidates.length).toBeGreaterThan(1);
    expect(candidates.every(({ type }) => type === 'EntraRole')).toBe(true);
  });

  it('reads a pasted refusal: only what reaches that place counts, and the narrower place is named', async () => {
    const message = `{"error":{"code":"AuthorizationFailed","message":"The client 'ada' with object id 'f6fadfa7-e5c1-4b62-9362-da5cc13da58a' does not have authorization to perform action 'Microsoft.KeyVault/vaults/write' over scope '${VAULT}' or the scope is invalid."}}`;
    const { need, candidates } = await find(message);
    expect(need).toMatchObject({ action: 'Microsoft.KeyVault/vaults/write', scope: VAULT });
    expect(candidates[0]).toMatchObject({ name: 'Contributor', holds: 'yes' });
    expect(candidates[0]?.activateAt).toMatch(/resourceGroups\/rg-scada$/u);
    expect(candidates.map(({ scope }) => scope.name)).not.toContain('Finance');
  });

  it('what it names can be activated as it says', async () => {
    const message = `does not have authorization to perform action 'Microsoft.KeyVault/vaults/write' over scope '${VAULT}'`;
    const [first] = (await find(message)).candidates;
    const result = await ada.activate({
      name: first?.handle ?? '',
      directory_scope_id: first?.activateAt ?? '',
    });
    expect(result).toMatchObject({ status: 'active', scope: { id: first?.activateAt } });
  });

  it('a data action is allowed by data actions only', async () => {
    const { candidates } = await find('Microsoft.KeyVault/vaults/secrets/getSecret/action');
    const vault = candidates.find(({ name }) => name === 'Key Vault Administrator');
    expect(vault).toMatchObject({ through: 'dataActions' });
  });

  it('says that one is active already, before anything else', async () => {
    await ada.activate({ name: 'Security Reader' });
    const { outcome, view } = await ada.stack.run('find_role', {
      need: 'microsoft.directory/signInReports/allProperties/read',
    });
    expect(outcome.kind).toBe('done');
    expect(view?.headline).toMatch(/^You already have "Security Reader"/u);
  });

  it('definitions that cannot be read are unknown, and never a no', async () => {
    ada.stack.simulator.behaviour.patch({ azure: { definitionReads: 'needs-role' } });
    const { candidates, notes } = await find('Microsoft.Compute/virtualMachines/start/action');
    expect(candidates).toEqual([]);
    expect(notes.join(' ')).toMatch(/definitions of \d+ roles could not be read/u);
  });

  it('an app without Azure still answers for Entra roles, and says what is missing', async () => {
    const stack = await openStack();
    const entra = await find('microsoft.directory/users/password/update', stack);
    expect(entra.candidates.length).toBeGreaterThan(0);
    const azure = await find('Microsoft.Compute/virtualMachines/start/action', stack);
    expect(azure.candidates).toEqual([]);
    expect(azure.notes.join(' ')).toContain('AZURE_CLIENT_ID');
  });

  it('a message without an action is refused with what to give instead', async () => {
    const { problems } = await ada.refusal('find_role', {
      need: 'Authorization_RequestDenied: Insufficient privileges to complete the operation.',
    });
    expect(problems.map(({ code }) => code)).toEqual(['no-action-named']);
  });
});
