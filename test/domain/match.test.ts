import { describe, expect, it } from 'vitest';
import { match } from '../../src/domain/match.ts';
import { eligibleRow, groupTarget, roleTarget } from '../support/rows.ts';

const member = eligibleRow({ name: 'SG-Ops' });
const owner = eligibleRow({ name: 'SG-Ops', target: groupTarget({ accessId: 'owner' }) });
const berlin = eligibleRow({
  target: roleTarget({ directoryScopeId: '/administrativeUnits/berlin' }),
});
const oslo = eligibleRow({ target: roleTarget({ directoryScopeId: '/administrativeUnits/oslo' }) });
const reader = eligibleRow({
  name: 'Global Reader',
  target: roleTarget({ roleDefinitionId: 'f2ef992c-3afb-46b9-b7cf-a126ee74c451' }),
});
const rows = [member, owner, berlin, oslo, reader];

describe('finding what is meant', () => {
  it.each([
    'Global Reader',
    'global  reader',
    reader.handle.toUpperCase(),
    'F2EF992C-3afb-46b9-b7cf-a126ee74c451',
  ])('knows it as %s', (name) => {
    expect(match(rows, { name })).toEqual({ kind: 'one', row: reader });
  });

  it('trap 15: member and owner of one group are candidates, none is picked', () => {
    expect(match(rows, { name: 'sg-ops' })).toEqual({
      kind: 'several',
      candidates: [member, owner],
    });
  });

  it('trap 15: one role in two administrative units are candidates, none is picked', () => {
    expect(match(rows, { name: 'User Administrator' })).toEqual({
      kind: 'several',
      candidates: [berlin, oslo],
    });
  });

  it('trap 15: a group and a role of one name are candidates, none is picked', () => {
    const group = eligibleRow({ name: 'Global Reader' });
    expect(match([group, reader], { name: 'Global Reader' }).kind).toBe('several');
  });

  it('access_id and directory_scope_id narrow', () => {
    expect(match(rows, { name: 'SG-Ops', accessId: 'owner' })).toEqual({ kind: 'one', row: owner });
    const scope = '/administrativeUnits/OSLO';
    expect(match(rows, { name: 'User Administrator', scope })).toEqual({
      kind: 'one',
      row: oslo,
    });
  });

  it('says so when narrowing leaves nothing, instead of widening', () => {
    const scope = '/';
    expect(match(rows, { name: 'User Administrator', scope })).toEqual({
      kind: 'narrowed-away',
      candidates: [berlin, oslo],
    });
  });

  it('trap 16: a part of a name or id is no match, only a suggestion', () => {
    expect(match(rows, { name: 'Reader' })).toEqual({ kind: 'none', nearest: [reader] });
    expect(match(rows, { name: 'f2ef992c' }).kind).toBe('none');
  });

  it('suggests what is spelt alike', () => {
    expect(match(rows, { name: 'Globl Raeder' })).toEqual({ kind: 'none', nearest: [reader] });
  });
});
