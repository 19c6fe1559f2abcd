import { describe, expect, it } from 'vitest';
import { PimError } from '../../src/domain/errors.ts';
import type { ErrorCode } from '../../src/domain/explanation.ts';
import type { SignIn } from '../../src/domain/ports.ts';
import type { DirectoryTarget } from '../../src/domain/target.ts';
import { IN_UNIT, MEMBER } from './support/order.ts';
import {
  fault,
  GROUP,
  GROUP_ACTIVE,
  groupAssignment,
  OTHER_GROUP,
  ROLE,
  ROLE_ACTIVE,
  roleAssignment,
} from './support/samples.ts';
import { json, rows, tenant, type Tenant } from './support/tenant.ts';

const CHECK = 'POST /v1.0/me/checkMemberGroups';
const TENANT_WIDE: DirectoryTarget = { ...IN_UNIT, directoryScopeId: '/' };

function withWids(...wids: readonly string[]) {
  return { claims: { wids, groups: null } };
}

function withGroups(...groups: readonly string[]) {
  return { claims: { wids: null, groups } };
}

function listRole({ on }: Tenant, isBuiltIn?: boolean): void {
  const roleDefinition = { displayName: 'User Administrator', isBuiltIn };
  on(ROLE_ACTIVE, rows(roleAssignment({ directoryScopeId: '/', roleDefinition })));
}

function proveRole({ surface }: Tenant) {
  return surface('directory').proof(TENANT_WIDE, {});
}

function listGroup({ on }: Tenant, accessId = 'member'): void {
  on(GROUP_ACTIVE, rows(groupAssignment({ accessId })));
}

function proveMember({ surface }: Tenant) {
  return surface('group').proof(MEMBER, {});
}

/** A sign-in that gives no fresh token. */
function refusing(code: ErrorCode): Tenant {
  const { signIn } = tenant();
  const token: SignIn['token'] = (wish) =>
    wish?.isFresh === true ? Promise.reject(new PimError(code, 'No token.')) : signIn.token(wish);
  return tenant({ signIn: { ...signIn, token } });
}

describe('proof that a role works', () => {
  it('is a fresh token that carries it', async () => {
    const world = tenant(withWids(OTHER_GROUP, ROLE.toUpperCase()));
    listRole(world);
    expect(await proveRole(world)).toEqual({
      kind: 'effective',
      how: 'A fresh token carries the role.',
    });
    expect(world.signIn.wishes.filter(({ isFresh }) => isFresh)).toHaveLength(1);
  });

  it.each([
    ['is not listed', []],
    ['is listed at another place', [roleAssignment()]],
    [
      'was listed until now',
      [roleAssignment({ directoryScopeId: '/', endDateTime: '2026-11-23T08:30:00Z' })],
    ],
  ])('is not given while it %s, whatever an older token says', async (_, active) => {
    const world = tenant(withWids(ROLE));
    world.on(ROLE_ACTIVE, rows(...active));
    expect(await proveRole(world)).toEqual({
      kind: 'not-yet',
      how: 'It is not listed as active yet.',
    });
    expect(world.signIn.wishes.some(({ isFresh }) => isFresh)).toBe(false);
  });

  it.each([
    [true, 'not-yet'],
    [undefined, 'not-yet'],
    [false, 'unknown'],
  ])('where the token lacks it, and "built-in" is %s, is %s', async (isBuiltIn, kind) => {
    const world = tenant(withWids(OTHER_GROUP));
    listRole(world, isBuiltIn);
    expect(await proveRole(world)).toMatchObject({ kind });
  });

  it('trap 16: is no part of an id', async () => {
    const world = tenant(withWids(`${ROLE}0`, ROLE.slice(1)));
    listRole(world, true);
    expect(await proveRole(world)).toMatchObject({ kind: 'not-yet' });
  });

  it('is unknown where tokens say nothing of roles', async () => {
    const world = tenant();
    listRole(world, true);
    expect(await proveRole(world)).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    ['an administrative unit', IN_UNIT],
    ['an app', { ...IN_UNIT, directoryScopeId: null, appScopeId: '/app1' }],
  ])('is unknown for a role at %s', async (_, target) => {
    const { on, surface } = tenant(withWids(ROLE));
    const { directoryScopeId, appScopeId } = target;
    on(ROLE_ACTIVE, rows(roleAssignment({ directoryScopeId, appScopeId })));
    expect(await surface('directory').proof(target, {})).toEqual({
      kind: 'unknown',
      how: 'Tokens do not tell about roles that hold in a part of the tenant only.',
    });
  });

  it('is unknown where the list fails, with the reason', async () => {
    const { on, surface } = tenant();
    on(ROLE_ACTIVE, json(400, fault('AadPremiumLicenseRequired', 'P2 needed.')));
    expect(await surface('directory').proof(TENANT_WIDE, {})).toEqual({
      kind: 'unknown',
      how: expect.stringMatching(/^It could not be checked\. The tenant has no /u),
    });
  });

  it('is unknown where no fresh token is to be had', async () => {
    const world = refusing('sign-in-required');
    listRole(world);
    expect(await proveRole(world)).toEqual({
      kind: 'unknown',
      how: 'It could not be checked. No token.',
    });
  });

  it('is nothing where the call was cancelled', async () => {
    const world = refusing('cancelled');
    listRole(world);
    await expect(proveRole(world)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('proof that a membership works', () => {
  it('is a fresh token that carries the group, and nothing more is asked', async () => {
    const world = tenant({ ...withGroups(GROUP.toUpperCase()), scopes: ['User.Read'] });
    listGroup(world);
    expect(await proveMember(world)).toEqual({
      kind: 'effective',
      how: 'A fresh token carries the group.',
    });
  });

  it.each([
    [[GROUP.toUpperCase()], 'effective'],
    [[], 'not-yet'],
    [[OTHER_GROUP, `${GROUP}0`], 'not-yet'],
  ])('is what Microsoft checks where it may be asked: %j is %s', async (value, kind) => {
    const world = tenant({ scopes: ['user.read'] });
    listGroup(world);
    world.on(CHECK, json(200, { value }));
    expect(await proveMember(world)).toMatchObject({ kind });
    expect(world.sent.at(-1)?.body).toBe(JSON.stringify({ groupIds: [GROUP] }));
  });

  it.each([
    ['is refused', json(403, fault('Authorization_RequestDenied', 'No.'))],
    ['is no list', json(200, { value: null })],
  ])('is unknown where the check %s', async (_, reply) => {
    const world = tenant({ scopes: ['GroupMember.Read.All'] });
    listGroup(world);
    world.on(CHECK, reply);
    expect(await proveMember(world)).toMatchObject({ kind: 'unknown' });
  });

  it('is unknown where nothing can be asked', async () => {
    const world = tenant();
    listGroup(world);
    expect(await proveMember(world)).toEqual({
      kind: 'unknown',
      how: 'The tokens of this app do not tell of groups, and it may not check memberships.',
    });
  });

  it('is not given while the token tells of other groups', async () => {
    const world = tenant(withGroups(OTHER_GROUP));
    listGroup(world);
    expect(await proveMember(world)).toMatchObject({ kind: 'not-yet' });
  });

  it('trap 2: is not given by ownership, of which nothing tells', async () => {
    const world = tenant(withGroups(GROUP));
    listGroup(world, 'owner');
    expect(await proveMember(world)).toMatchObject({ kind: 'not-yet' });
    const other = tenant(withGroups(GROUP));
    listGroup(other, 'owner');
    const owner = { ...MEMBER, accessId: 'owner' } as const;
    expect(await other.surface('group').proof(owner, {})).toMatchObject({ kind: 'unknown' });
  });
});
