import { describe, expect, it } from 'vitest';
import type { ActiveAssignment, Eligibility } from '../../src/domain/assignment.ts';
import { minutes } from '../../src/domain/duration.ts';
import { PimError } from '../../src/domain/errors.ts';
import type { Account, SurfaceClient } from '../../src/domain/ports.ts';
import type { RoleDefinition } from '../../src/domain/role-definition.ts';
import { PUBLIC_CLOUD } from '../../src/domain/settings.ts';
import { handleOf, idOf, type Scope, type Target } from '../../src/domain/target.ts';
import { Catalogues } from '../../src/operations/catalogue.ts';
import { findRole } from '../../src/operations/find-role.ts';
import type { Entrance } from '../../src/operations/operation.ts';
import { Writes } from '../../src/operations/writes.ts';
import { fakeClock, TEST_START } from '../support/fake-clock.ts';
import { activeAssignment, eligibility, groupTarget, roleTarget } from '../support/rows.ts';

const START = 'Microsoft.Compute/virtualMachines/start/action';
const PASSWORD = 'microsoft.directory/users/password/update';
const ROOT = '/providers/Microsoft.Management/managementGroups/root';
const SUBSCRIPTION = '/subscriptions/9c1d7e52-08fb-4b63-a4d9-e51f3c6b8a07';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-app`;
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm1`;
const FAILED = `(AuthorizationFailed) The client 'ida@contoso.com' with object id 'x' does not have authorization to perform action '${START}' over scope '${VM}' or the scope is invalid. SECRET-TAIL`;

const ACCOUNT: Account = { objectId: 'o', tenantId: 't', username: 'ida', displayName: null };

function allowing(actions: readonly string[], dataActions: readonly string[] = []): RoleDefinition {
  return { permissions: [{ actions, notActions: [], dataActions, notDataActions: [] }] };
}

/** A tenant in memory: what PIM's APIs would say, at the port. */
interface Tenant {
  readonly eligible: readonly Eligibility[];
  readonly active?: readonly ActiveAssignment[];
  readonly definitions?: Readonly<Record<string, RoleDefinition>>;
  readonly below?: readonly Scope[] | PimError;
  /** A surface whose lists cannot be read. */
  readonly closed?: SurfaceClient['surface'];
}

function unusable(): never {
  throw new TypeError('not needed here');
}

function unused(): Promise<never> {
  return Promise.reject(new TypeError('find_role only reads lists and definitions'));
}

function clientFor(
  surface: SurfaceClient['surface'],
  tenant: Tenant,
  asked: Target[],
): SurfaceClient {
  const mine = <Row extends { readonly target: Target }>(rows: readonly Row[] = []): Row[] =>
    rows.filter(({ target }) => target.kind === surface);
  return {
    surface,
    now: () => TEST_START,
    eligibilities: async () => {
      if (tenant.closed === surface) throw new PimError('consent-missing', 'No consent.');
      return mine(tenant.eligible);
    },
    active: async () => mine(tenant.active),
    definitions: async (targets) => {
      asked.push(...targets);
      const found = targets.flatMap((target) => {
        const definition = tenant.definitions?.[idOf(target)];
        return definition ? [[idOf(target).toLowerCase(), definition] as const] : [];
      });
      return new Map(found);
    },
    scopesBelow: async () => {
      if (tenant.below instanceof PimError) throw tenant.below;
      return tenant.below ?? [];
    },
    policy: unused,
    policiesById: unused,
    activate: unused,
    validate: unused,
    deactivate: unused,
    request: unused,
    requests: unused,
    cancel: unused,
    awaiting: unused,
    stages: unused,
    decide: unused,
    proof: unused,
  };
}

async function find(need: string, tenant: Tenant, changes: Partial<Entrance> = {}) {
  const clock = fakeClock();
  const asked: Target[] = [];
  let signIns = 0;
  const clients = (['group', 'directory', 'azure'] as const).map((surface) =>
    clientFor(surface, tenant, asked),
  );
  const context: Entrance = {
    catalogues: new Catalogues(clients, clock),
    signIn: {
      token: async () => {
        signIns += 1;
        const claims = { wids: null, groups: null };
        return { value: '', account: ACCOUNT, claims, scopes: [] };
      },
      remembered: unused,
      signIn: unused,
      accounts: unused,
      signOut: unused,
      declined: () => undefined,
      tokensFrom: [],
      storage: 'memory',
    },
    clock,
    settings: {
      tenant: null,
      clientId: { value: 'c', source: 'test' },
      azureClientId: { value: 'c', source: 'test' },
      endpoints: PUBLIC_CLOUD,
      defaultDuration: { value: minutes(60), source: 'test' },
      responseMode: 'form_post',
      account: null,
      tokenStore: { value: 'auto', source: 'test' },
      signInWay: { value: 'auto', source: 'test' },
      logLevel: { value: 'off', source: 'test' },
      isDemo: false,
    },
    journal: { record: async () => undefined },
    writes: new Writes(),
    diagnostics: {
      machine: unusable,
      probe: unused,
      storage: unused,
      keyring: unused,
      app: unused,
    },
    verification: { doubts: [], begin: unusable, clients: unusable },
    call: {},
    rowLimit: 1000,
    rowCap: 1000,
    ...changes,
  };
  const { outcome, view } = await findRole.run({ need }, context);
  return { outcome, view, asked, signIns };
}

function azure(name: string, scope: string, place: string | null = null): Eligibility {
  const roleDefinitionId = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${name}`;
  const target = { kind: 'azure', scope, roleDefinitionId } as const;
  return eligibility({ target, name, scope: { id: scope, name: place } });
}

function outputOf({ outcome }: Awaited<ReturnType<typeof find>>) {
  return outcome.kind === 'done' ? findRole.output.parse(outcome.output) : null;
}

const DEFINITIONS = {
  Owner: allowing(['*']),
  Operator: allowing(['Microsoft.Compute/virtualMachines/*/action', '*/read']),
  Helpdesk: allowing([PASSWORD]),
};

describe('find_role', () => {
  it('names the smallest role for a pasted refusal, and where to activate it', async () => {
    const operator = azure('Operator', SUBSCRIPTION, 'prod');
    const found = await find(FAILED, {
      eligible: [azure('Owner', ROOT, 'root'), operator, azure('Operator', '/subscriptions/other')],
      definitions: DEFINITIONS,
      below: [{ id: SUBSCRIPTION, name: 'prod' }],
    });
    expect(outputOf(found)).toMatchObject({
      need: { action: START, scope: VM, isDataAction: false },
      candidates: [
        { name: 'Operator', activateAt: GROUP, holds: 'yes', status: 'Eligible' },
        { name: 'Owner', activateAt: SUBSCRIPTION, holds: 'yes', allowedBy: '*' },
      ],
      total: 2,
      notes: [],
    });
    const handle = handleOf(operator.target);
    expect(found.view?.headline).toBe(
      `The smallest eligible role that allows "${START}" at "${VM}" is "Operator" (${handle}). 1 other below.`,
    );
    expect(found.view?.table?.rows[0]).toEqual([
      handle,
      'Operator',
      'prod',
      GROUP,
      'Eligible',
      'Microsoft.Compute/virtualMachines/*/action',
    ]);
    expect(found.view?.notes).toEqual([
      'The place under "activate at" is narrower than the eligibility, and enough: activate HANDLE with it as directory_scope_id (--scope).',
    ]);
    expect(found.view?.next).toBeUndefined();
  });

  it('keeps nothing of the message but the action and the place', async () => {
    const { outcome, view } = await find(FAILED, { eligible: [] });
    expect(JSON.stringify([outcome, view])).not.toMatch(/SECRET-TAIL|ida@contoso/u);
  });

  it('says first that an active role allows it', async () => {
    const owner = azure('Owner', SUBSCRIPTION);
    const active = [activeAssignment({ target: owner.target, endTime: null })];
    const eligible = [azure('Operator', GROUP), owner];
    const found = await find(FAILED, { eligible, active, definitions: DEFINITIONS });
    expect(found.view?.headline).toBe(
      `You already have "Owner" (${handleOf(owner.target)}) active, which allows "${START}" at "${VM}".`,
    );
    expect(found.view?.notes).toHaveLength(1);
    expect(found.view?.notes?.[0]).toContain('older than the activation');
    expect(found.view?.next).toBeUndefined();
  });

  it('keeps a role of a management group whose places cannot be listed, and marks it', async () => {
    const found = await find(FAILED, {
      eligible: [azure('Owner', ROOT, 'root')],
      definitions: DEFINITIONS,
      below: new PimError('forbidden', 'no'),
    });
    expect(found.view?.headline).toContain('role that may allow');
    expect(found.view?.table?.rows[0]?.[2]).toBe('root (may hold it)');
  });

  it('ends when the call is cancelled', async () => {
    const below = new PimError('cancelled', 'stopped');
    const work = find(FAILED, {
      eligible: [azure('Owner', ROOT)],
      definitions: DEFINITIONS,
      below,
    });
    await expect(work).rejects.toBe(below);
  });

  it('finds Entra roles for an action of Entra, and asks for no other definitions', async () => {
    const helpdesk = roleTarget({ roleDefinitionId: 'Helpdesk' });
    const found = await find(PASSWORD, {
      eligible: [azure('Owner', GROUP), eligibility({ target: helpdesk, name: 'Helpdesk' })],
      definitions: DEFINITIONS,
    });
    expect(outputOf(found)).toMatchObject({
      candidates: [{ type: 'EntraRole', activateAt: null }],
      total: 1,
    });
    expect(found.asked).toEqual([helpdesk]);
  });

  it('asks for the definition of a role once, wherever it is held', async () => {
    const eligible = ['a', 'b', 'c'].map((name) => azure('Owner', `/subscriptions/${name}`));
    const { asked } = await find(START, { eligible, definitions: DEFINITIONS });
    expect(asked).toHaveLength(1);
  });

  it('settles by the definitions whether an action is one on data, or says that it is open', async () => {
    const blob = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';
    const eligible = [azure('Owner', GROUP), azure('Data', GROUP)];
    const named = { Owner: allowing(['*']), Data: allowing([], [blob]) };
    const settled = outputOf(await find(blob, { eligible, definitions: named }));
    expect(settled).toMatchObject({
      need: { isDataAction: true },
      candidates: [{ name: 'Data', through: 'dataActions' }],
      total: 1,
    });
    const wild = { Owner: allowing(['*']), Data: allowing([], ['Microsoft.Storage/*']) };
    const { view } = await find(blob, { eligible, definitions: wild });
    expect(view?.notes?.join()).toContain('Whether this is a data action is not known');
    expect(view?.table?.rows.map((cells) => cells.at(-1))).toEqual([
      'Microsoft.Storage/* (data action)',
      '*',
    ]);
  });

  it('counts what could not be read, and names groups that may bring roles', async () => {
    const groups = ['F', 'A', 'E', 'C', 'B', 'D'].map((name) =>
      eligibility({ target: groupTarget({ groupId: name }), name: `SG-${name}` }),
    );
    const owned = groupTarget({ groupId: 'Z', accessId: 'owner' });
    const hidden = [azure('Hidden', GROUP), azure('Hidden', SUBSCRIPTION), azure('Dark', GROUP)];
    const eligible = [...groups, eligibility({ target: owned, name: 'SG-Z' }), ...hidden];
    const { view } = await find(START, { eligible });
    expect(view).toEqual({
      headline: `No eligible role is known to allow "${START}".`,
      notes: [
        'The definitions of 2 roles could not be read: they may allow it too.',
        'What groups bring cannot be read; 6 eligible groups may bring a role that allows it: "SG-A", "SG-B", "SG-C", "SG-D", "SG-E" …',
      ],
      next: 'list',
    });
  });

  it.each([
    [START, ['Azure resources could not be read: No consent. Have an administrator consent.']],
    [PASSWORD, []],
  ])('asked for %s without consent to Azure, says it where it matters', async (need, notes) => {
    const { view } = await find(need, { eligible: [], closed: 'azure' });
    expect(view?.notes).toEqual(notes);
  });

  it('shows ten at most, and fewer where fewer are wanted', async () => {
    const eligible = Array.from({ length: 15 }, (_, index) =>
      azure('Owner', `/subscriptions/${index}`),
    );
    const tenant = { eligible, definitions: DEFINITIONS };
    const found = await find(START, tenant);
    expect(outputOf(found)).toMatchObject({ total: 15 });
    expect(found.view?.table?.rows).toHaveLength(10);
    expect(found.view?.notes).toContain('5 more are not shown.');
    expect((await find(START, tenant, { rowLimit: 3 })).view?.table?.rows).toHaveLength(3);
  });

  it('refuses what names no action before anybody has to sign in', async () => {
    const denied =
      'Authorization_RequestDenied: Insufficient privileges to complete the operation.';
    const { outcome, signIns } = await find(denied, { eligible: [] });
    expect(outcome).toMatchObject({ kind: 'refusal', problems: [{ code: 'no-action-named' }] });
    expect(signIns).toBe(0);
  });

  it('reads no more than 4,000 characters', async () => {
    await expect(find('x'.repeat(4001), { eligible: [] })).rejects.toThrow('too_big');
  });
});
