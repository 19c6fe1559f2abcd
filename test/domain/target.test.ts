import { describe, expect, it } from 'vitest';
import { allPermissions, missingPermissions } from '../../src/domain/permissions.ts';
import { handleOf, policyKeyOf } from '../../src/domain/target.ts';
import { groupTarget, roleTarget } from '../support/rows.ts';

describe('handles', () => {
  it('are the same everywhere and always', () => {
    expect(handleOf(groupTarget())).toBe('g-eaz5jcm7');
    expect(handleOf(roleTarget())).toBe('r-s20da1r0');
  });

  it('differ for member and owner, and for every scope', () => {
    const targets = [
      groupTarget(),
      groupTarget({ accessId: 'owner' }),
      roleTarget(),
      roleTarget({ directoryScopeId: '/administrativeUnits/a' }),
      roleTarget({ directoryScopeId: null, appScopeId: '/' }),
    ];
    expect(new Set(targets.map(handleOf)).size).toBe(targets.length);
  });

  it('do not collide over ten thousand targets', () => {
    const handles = Array.from({ length: 10_000 }, (_, index) =>
      handleOf(
        groupTarget({ groupId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` }),
      ),
    );
    expect(new Set(handles).size).toBe(handles.length);
  });
});

describe('the policy of a target', () => {
  it('trap 5: is the role’s, whatever the administrative unit', () => {
    const scoped = roleTarget({ directoryScopeId: '/administrativeUnits/a' });
    expect(policyKeyOf(scoped)).toBe(policyKeyOf(roleTarget()));
  });

  it('trap 2: is another one for owners', () => {
    expect(policyKeyOf(groupTarget({ accessId: 'owner' }))).not.toBe(policyKeyOf(groupTarget()));
  });
});

describe('permissions', () => {
  it('the eight scopes of the Python server are enough', () => {
    const eight = [
      'User.Read',
      'Group.Read.All',
      'PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup',
      'PrivilegedEligibilitySchedule.Read.AzureADGroup',
      'RoleManagementPolicy.Read.AzureADGroup',
      'RoleEligibilitySchedule.Read.Directory',
      'RoleAssignmentSchedule.ReadWrite.Directory',
      'RoleManagementPolicy.Read.Directory',
    ];
    for (const surface of ['group', 'directory'] as const)
      for (const need of ['list', 'policy', 'requests', 'activate'] as const)
        expect(missingPermissions(surface, need, eight)).toEqual([]);
    expect(eight).toEqual(expect.arrayContaining(allPermissions('graph')));
  });

  it('a consented ReadWrite serves where Read is asked', () => {
    const granted = [
      'PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup',
      'privilegedassignmentschedule.readwrite.azureadgroup',
    ];
    expect(missingPermissions('group', 'list', granted)).toEqual([]);
    expect(missingPermissions('directory', 'list', granted)).toEqual([
      'RoleEligibilitySchedule.Read.Directory',
      'RoleAssignmentSchedule.Read.Directory',
    ]);
  });
});
