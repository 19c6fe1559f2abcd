import { describe, expect, it } from 'vitest';
import type { ActionNeed } from '../../src/domain/action-need.ts';
import type { RoleDefinition, RolePermission } from '../../src/domain/role-definition.ts';
import { breadthOf, grantOf, settleKind } from '../../src/domain/role-reach.ts';

const START = 'Microsoft.Compute/virtualMachines/start/action';
const BLOB = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read';

function role(...blocks: Partial<RolePermission>[]): RoleDefinition {
  const none = { actions: [], notActions: [], dataActions: [], notDataActions: [] };
  return { permissions: blocks.map((block) => ({ ...none, ...block })) };
}

function needOf(action: string, isDataAction: boolean | null = null): ActionNeed {
  return { action, isDataAction, scope: null, others: 0 };
}

describe('a role allows an action', () => {
  it('that one of its lines covers, and the narrowest of them is named', () => {
    const operator = role({ actions: ['*', 'Microsoft.Compute/virtualMachines/*', START] });
    expect(grantOf(operator, needOf(START.toUpperCase()), 'azure')).toEqual({
      pattern: START,
      through: 'actions',
    });
    expect(grantOf(role({ actions: ['*/read'] }), needOf(START), 'azure')).toBeNull();
  });

  it('that no exclusion of the same block takes away', () => {
    const notActions = ['Microsoft.Compute/*/action'];
    expect(grantOf(role({ actions: ['*'], notActions }), needOf(START), 'azure')).toBeNull();
  });

  it('that one block excludes and another allows', () => {
    const both = role({ actions: ['*'], notActions: [START] }, { actions: [START] });
    expect(grantOf(both, needOf(START), 'azure')).toEqual({ pattern: START, through: 'actions' });
  });

  it('on data through its data actions only', () => {
    const owner = role({ actions: ['*'] });
    const reader = role({ actions: ['Microsoft.Storage/*/read'], dataActions: [BLOB] });
    expect(grantOf(owner, needOf(BLOB, true), 'azure')).toBeNull();
    expect(grantOf(reader, needOf(BLOB, true), 'azure')).toEqual({
      pattern: BLOB,
      through: 'dataActions',
    });
    expect(grantOf(reader, needOf(BLOB, false), 'azure')?.through).toBe('actions');
  });

  it('on data, unless its data exclusions take it away', () => {
    const all = role({ dataActions: ['*'], notDataActions: ['Microsoft.Storage/*'] });
    expect(grantOf(all, needOf(BLOB, true), 'azure')).toBeNull();
  });
});

describe('a role of Entra', () => {
  const password = needOf('microsoft.directory/users/password/update');
  it.each([
    ['microsoft.directory/users/password/update', true],
    ['microsoft.directory/users/allProperties/allTasks', true],
    ['microsoft.directory/users/allProperties/update', true],
    ['microsoft.directory/users/allProperties/read', false],
    ['microsoft.directory/users/basic/update', false],
    ['microsoft.directory/allEntities/allTasks', true],
    ['microsoft.directory/groups/allProperties/allTasks', false],
  ])('with %s: may reset a password: %s', (pattern, expected) => {
    const granted = grantOf(role({ actions: [pattern] }), password, 'directory');
    expect(granted?.pattern).toBe(expected ? pattern : undefined);
  });

  it('with all tasks on users may create one, which has no properties in its name', () => {
    const administrator = role({ actions: ['microsoft.directory/users/allProperties/allTasks'] });
    const create = needOf('microsoft.directory/users/create');
    expect(grantOf(administrator, create, 'directory')).not.toBeNull();
    expect(grantOf(administrator, create, 'azure')).toBeNull();
  });
});

describe('how much a role allows', () => {
  const reader = role({ actions: ['*/read'] });
  const machines = role({
    actions: ['Microsoft.Compute/virtualMachines/*', 'Microsoft.Network/*/read', START],
  });
  const contributor = role({ actions: ['*'], notActions: ['Microsoft.Authorization/*/Write'] });
  const owner = role({ actions: ['*'] });
  const start = role({ actions: [START] });

  it('puts familiar roles in the order in which people would', () => {
    const sizes = [start, machines, reader, contributor, owner].map((one) =>
      breadthOf(one, 'azure'),
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(new Set(sizes).size).toBe(5);
  });

  it('knows the wildcards of Entra', () => {
    const all = role({ actions: ['microsoft.directory/users/allProperties/allTasks'] });
    const one = role({ actions: ['microsoft.directory/users/password/update'] });
    expect(breadthOf(all, 'directory')).toBeGreaterThan(breadthOf(one, 'directory'));
  });

  it('is never less than nothing, whatever is excluded', () => {
    expect(breadthOf(role({ actions: [START], notActions: ['*'] }), 'azure')).toBe(1);
    expect(breadthOf(role({}), 'azure')).toBe(0);
  });
});

describe('whether an action is one on data', () => {
  it('is settled by a role that names it in full', () => {
    expect(settleKind(needOf(BLOB), [role({ dataActions: [BLOB.toLowerCase()] })])).toEqual(
      needOf(BLOB, true),
    );
    expect(settleKind(needOf(START), [role({ notActions: [START] })])).toEqual(
      needOf(START, false),
    );
  });

  it('stays open where nobody names it, or where they disagree', () => {
    const disagreeing = [role({ actions: [BLOB] }), role({ dataActions: [BLOB] })];
    expect(settleKind(needOf(BLOB), disagreeing)).toEqual(needOf(BLOB));
    expect(settleKind(needOf(BLOB), [role({ actions: ['*'] })])).toEqual(needOf(BLOB));
  });

  it('is what the message said, if it said so', () => {
    const said = needOf(BLOB, false);
    expect(settleKind(said, [role({ dataActions: [BLOB] })])).toBe(said);
  });
});
