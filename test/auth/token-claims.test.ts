import { expect, it } from 'vitest';
import { claimsIn } from '../../src/auth/token-claims.ts';

const ROLE = '62e90394-69f5-4237-9190-012177145e10';
const GROUP = 'bc67ba94-637d-4efa-a09e-467ada679f81';

const NOTHING = { wids: null, groups: null };

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function token(payload: unknown): string {
  return `${part({ alg: 'none' })}.${part(payload)}.signature`;
}

it('reads roles and groups out of the token', () => {
  const claims = { wids: [ROLE], groups: [GROUP] };
  expect(claimsIn(token({ ...claims, oid: GROUP }))).toEqual(claims);
});

it('tells no roles at all from nothing said of roles', () => {
  expect(claimsIn(token({ wids: [] }))).toEqual({ wids: [], groups: null });
  expect(claimsIn(token({ oid: GROUP }))).toEqual(NOTHING);
});

it.each([
  ['the token points elsewhere for them', { _claim_names: { groups: 'src1' } }],
  ['the token just says that there are some', { hasgroups: true }],
  ['the token says so in letters', { hasgroups: 'true' }],
])('says nothing of groups where %s', (_what, overage) => {
  const payload = { wids: [ROLE], groups: [GROUP], ...overage };
  expect(claimsIn(token(payload))).toEqual({ wids: [ROLE], groups: null });
});

it('believes in groups when only other claims are elsewhere', () => {
  const payload = { groups: [GROUP], _claim_names: { photo: 'src1' }, hasgroups: false };
  expect(claimsIn(token(payload))).toEqual({ wids: null, groups: [GROUP] });
});

it.each([
  ['names instead of ids', { wids: ['Global Administrator'], groups: [GROUP] }],
  ['no list', { wids: ROLE, groups: [GROUP] }],
  ['a list of other things', { wids: [[ROLE]], groups: [GROUP] }],
])('takes %s for nothing said, and reads the rest', (_what, payload) => {
  expect(claimsIn(token(payload))).toEqual({ wids: null, groups: [GROUP] });
});

it.each([
  ['an opaque token', 'EwBwA8l6BAAU'],
  ['an encrypted token', `${part({ enc: 'A256GCM' })}.key.iv.text.tag`],
  ['garbage between dots', 'a.%%%.c'],
  ['a payload that is no object', token([ROLE])],
  ['a payload that is nothing', token(null)],
  ['an unfinished token', `${part({})}.${part({ wids: [ROLE] })}`],
  ['nothing', ''],
])('reads nothing out of %s', (_what, text) => {
  expect(claimsIn(text)).toEqual(NOTHING);
});
