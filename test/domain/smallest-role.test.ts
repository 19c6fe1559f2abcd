import { describe, expect, it } from 'vitest';
import type { ActionNeed } from '../../src/domain/action-need.ts';
import type { EligibleRow } from '../../src/domain/assignment.ts';
import type { RoleDefinition } from '../../src/domain/role-definition.ts';
import {
  countUnknown,
  holds,
  placeToActivate,
  rowsInQuestion,
  smallestRoles,
  surfacesFor,
  unclearPlaces,
  type Definitions,
} from '../../src/domain/smallest-role.ts';
import type { Scope } from '../../src/domain/target.ts';
import { eligibleRow, groupTarget, roleTarget } from '../support/rows.ts';

const START = 'Microsoft.Compute/virtualMachines/start/action';
const PASSWORD = 'microsoft.directory/users/password/update';
const ROOT = '/providers/Microsoft.Management/managementGroups/root';
const OTHER = '/providers/Microsoft.Management/managementGroups/other';
const SUBSCRIPTION = '/subscriptions/9c1d7e52-08fb-4b63-a4d9-e51f3c6b8a07';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-app`;
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm1`;

function needOf(action: string, scope: string | null = null): ActionNeed {
  return { action, isDataAction: null, scope, others: 0 };
}

function allowing(...actions: string[]): RoleDefinition {
  return { permissions: [{ actions, notActions: [], dataActions: [], notDataActions: [] }] };
}

function azureRow(name: string, scope: string, fields: Partial<EligibleRow> = {}): EligibleRow {
  const roleDefinitionId = `${SUBSCRIPTION}/providers/x/roleDefinitions/${name}`;
  return eligibleRow({ target: { kind: 'azure', scope, roleDefinitionId }, name, ...fields });
}

function entraRow(name: string, directoryScopeId = '/'): EligibleRow {
  return eligibleRow({ target: roleTarget({ roleDefinitionId: name, directoryScopeId }), name });
}

const AZURE = new Map([
  ['owner', allowing('*')],
  ['starter', allowing(START)],
  ['machines', allowing('Microsoft.Compute/virtualMachines/*')],
  ['reader', allowing('*/read')],
]);
const DIRECTORY = new Map([
  ['helpdesk', allowing(PASSWORD)],
  ['global', allowing('microsoft.directory/users/allProperties/allTasks')],
]);
const DEFINITIONS: Definitions = { azure: AZURE, directory: DIRECTORY };

function find(
  rows: readonly EligibleRow[],
  need: ActionNeed,
  below: ReadonlyMap<string, readonly Scope[]> = new Map(),
) {
  return smallestRoles(rows, { need, definitions: DEFINITIONS, below });
}

function namesOf(found: ReturnType<typeof find>): string[] {
  return found.map(({ row }) => row.name);
}

describe('the smallest role', () => {
  it('is first: by what it allows, then by where, then by name', () => {
    const rows = [
      azureRow('owner', GROUP),
      azureRow('machines', SUBSCRIPTION),
      azureRow('reader', GROUP),
      azureRow('starter', ROOT),
      azureRow('machines', GROUP),
    ];
    const found = find(rows, needOf(START));
    expect(namesOf(found)).toEqual(['starter', 'machines', 'machines', 'owner']);
    expect(found.map(({ row }) => row.target)).toMatchObject([
      { scope: ROOT },
      { scope: GROUP },
      { scope: SUBSCRIPTION },
      { scope: GROUP },
    ]);
  });

  it('comes in the same order, however the rows were read', () => {
    const rows = ['/administrativeUnits/b', '/', '/administrativeUnits/a'].flatMap((place) => [
      entraRow('global', place),
      entraRow('helpdesk', place),
    ]);
    const found = find(rows, needOf(PASSWORD));
    expect(find(rows.toReversed(), needOf(PASSWORD))).toEqual(found);
    expect(namesOf(found).slice(0, 3)).toEqual(['helpdesk', 'helpdesk', 'helpdesk']);
    expect(found[2]?.row.target).toMatchObject({ directoryScopeId: '/' });
  });

  it('is preceded by one that is active already, activated or assigned', () => {
    const on = { until: null };
    const rows = [azureRow('starter', GROUP), azureRow('owner', GROUP, { activation: on })];
    expect(namesOf(find(rows, needOf(START)))).toEqual(['owner', 'starter']);
    const assigned = [azureRow('starter', GROUP), azureRow('machines', GROUP, { standing: on })];
    expect(namesOf(find(assigned, needOf(START)))).toEqual(['machines', 'starter']);
  });

  it('is found by its id without case', () => {
    expect(namesOf(find([azureRow('STARTER', GROUP)], needOf(START)))).toEqual(['STARTER']);
  });

  it('is none of which nothing is known', () => {
    const rows = [azureRow('secret', GROUP), azureRow('secret', SUBSCRIPTION), entraRow('dark')];
    expect(find(rows, needOf(START))).toEqual([]);
    expect(countUnknown(rows, DEFINITIONS)).toBe(2);
  });

  it('of Entra is not an owner in Azure, whose wildcard says nothing of Entra', () => {
    const rows = [azureRow('owner', GROUP), entraRow('helpdesk')];
    expect(namesOf(find(rows, needOf(PASSWORD)))).toEqual(['helpdesk']);
    const odd = 'microsoft.intune/allEntities/read';
    const directory = new Map([['intune', allowing('microsoft.intune/allEntities/allTasks')]]);
    const definitions = { azure: AZURE, directory };
    const search = { need: needOf(odd), definitions, below: new Map() };
    expect(namesOf(smallestRoles([...rows, entraRow('intune')], search))).toEqual(['intune']);
  });
});

describe('where it has to hold', () => {
  const found = (rows: readonly EligibleRow[], below?: ReadonlyMap<string, readonly Scope[]>) =>
    find(rows, needOf(START, VM), below).map(({ row, activateAt, holds: how }) => ({
      scope: row.scope.id,
      activateAt,
      how,
    }));

  it('at the place or above, proposed as narrow as is worth it', () => {
    const places = ['/', SUBSCRIPTION.toUpperCase(), GROUP, VM, `${GROUP}-2`, '/subscriptions/x'];
    expect(found(places.map((place) => azureRow('starter', place)))).toEqual([
      { scope: VM, activateAt: null, how: 'yes' },
      { scope: GROUP, activateAt: null, how: 'yes' },
      { scope: SUBSCRIPTION.toUpperCase(), activateAt: GROUP, how: 'yes' },
      { scope: '/', activateAt: SUBSCRIPTION, how: 'yes' },
    ]);
  });

  it('in a management group that lists it; one that does not may hold it still, and comes last', () => {
    const listed = new Map([[ROOT.toLowerCase(), [{ id: SUBSCRIPTION, name: 'prod' }]]]);
    const rows = [azureRow('starter', OTHER), azureRow('owner', ROOT)];
    expect(found(rows, listed)).toEqual([
      { scope: ROOT, activateAt: SUBSCRIPTION, how: 'yes' },
      { scope: OTHER, activateAt: SUBSCRIPTION, how: 'maybe' },
    ]);
  });

  it('is not led by an active role that only may hold', () => {
    const activation = { until: null };
    const rows = [azureRow('starter', OTHER, { activation }), azureRow('owner', GROUP)];
    expect(namesOf(find(rows, needOf(START, VM)))).toEqual(['owner', 'starter']);
  });

  it.each([
    [SUBSCRIPTION, SUBSCRIPTION, 'yes', null],
    [SUBSCRIPTION, `${SUBSCRIPTION}/providers/a.b/c/d`, 'yes', null],
    [SUBSCRIPTION, GROUP.toLowerCase(), 'yes', GROUP.toLowerCase()],
    [VM, GROUP, 'no', null],
    [GROUP, SUBSCRIPTION, 'no', null],
    [ROOT, OTHER, 'maybe', null],
    [ROOT, ROOT.toLowerCase(), 'yes', null],
    [ROOT, null, 'yes', null],
  ] as const)('held at %s, wanted at %s: %s', (place, wanted, how, proposed) => {
    expect(holds(place, wanted, [])).toBe(how);
    expect(placeToActivate(place, wanted)).toBe(proposed);
  });
});

describe('what has to be read', () => {
  const rows = [
    azureRow('owner', ROOT),
    azureRow('reader', ROOT.toUpperCase()),
    azureRow('owner', GROUP),
    azureRow('owner', '/subscriptions/x'),
    entraRow('helpdesk'),
    eligibleRow({ target: groupTarget() }),
  ];

  it('is what may bear on the need, and nothing else', () => {
    expect(surfacesFor(needOf(START))).toEqual(['directory', 'azure']);
    expect(rowsInQuestion(rows, needOf(START))).toHaveLength(5);
    expect(rowsInQuestion(rows, needOf(START, VM))).toEqual(rows.slice(0, 3));
    expect(rowsInQuestion(rows, needOf(PASSWORD))).toEqual([rows[4]]);
  });

  it('is each management group once, where a place is named', () => {
    expect(unclearPlaces(rowsInQuestion(rows, needOf(START, VM)), needOf(START, VM))).toHaveLength(
      1,
    );
    expect(unclearPlaces(rows, needOf(START))).toEqual([]);
  });
});
