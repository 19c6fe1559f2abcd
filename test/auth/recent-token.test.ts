import { expect, it } from 'vitest';
import { createRecentToken } from '../../src/auth/recent-token.ts';
import type { AccessToken } from '../../src/domain/ports.ts';
import { fakeClock } from '../support/fake-clock.ts';

function tokenOf(username: string): AccessToken {
  const account = { objectId: 'o', tenantId: 't', username, displayName: null };
  return { value: `token of ${username}`, account, scopes: [] };
}

const ADA = tokenOf('ada');
const MARCUS = tokenOf('marcus');

it('hands out what a look found for a minute, but not to whom it was refused', () => {
  const clock = fakeClock();
  const recent = createRecentToken(clock);
  expect(recent.lookingUp()(ADA)).toBe(ADA);
  clock.advance(59_999);
  expect(recent.get(undefined)).toBe(ADA);
  expect(recent.get(ADA.value)).toBeNull();
  clock.advance(1);
  expect(recent.get(undefined)).toBeNull();
});

it('does not let a slow look at the cache bring back the person before', () => {
  const recent = createRecentToken(fakeClock());
  const keep = recent.lookingUp();
  recent.keep(MARCUS);
  expect(keep(ADA)).toBe(ADA);
  expect(recent.get(undefined)).toBe(MARCUS);
});

it('does not let a slow look at the cache bring back somebody who signed out', () => {
  const recent = createRecentToken(fakeClock());
  const keep = recent.lookingUp();
  recent.forget();
  keep(ADA);
  expect(recent.get(undefined)).toBeNull();
});
