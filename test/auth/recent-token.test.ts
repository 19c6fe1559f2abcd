import { expect, it } from 'vitest';
import { createRecentTokens } from '../../src/auth/recent-token.ts';
import type { AccessToken } from '../../src/domain/ports.ts';
import { fakeClock } from '../support/fake-clock.ts';

function tokenOf(username: string): AccessToken {
  const account = { objectId: 'o', tenantId: 't', username, displayName: null };
  const claims = { wids: null, groups: null };
  return { value: `token of ${username}`, account, claims, scopes: [] };
}

const ADA = tokenOf('ada');
const NEWER = { ...ADA, value: 'newer token of ada' };
const AZURE = { ...ADA, value: 'token of ada for Azure' };
const MARCUS = tokenOf('marcus');

it('hands out what a look found for a minute, but not to whom it was refused', () => {
  const clock = fakeClock();
  const recent = createRecentTokens(clock);
  expect(recent.lookingUp('graph', {})(ADA)).toBe(ADA);
  clock.advance(59_999);
  expect(recent.get('graph', {})).toBe(ADA);
  expect(recent.get('graph', { refused: ADA.value })).toBeNull();
  expect(recent.get('graph', { isFresh: true })).toBeNull();
  clock.advance(1);
  expect(recent.get('graph', {})).toBeNull();
});

it('keeps the tokens of the two APIs apart', () => {
  const recent = createRecentTokens(fakeClock());
  recent.lookingUp('arm', {})(AZURE);
  expect(recent.get('graph', {})).toBeNull();
  recent.lookingUp('graph', {})(ADA);
  expect(recent.get('arm', {})).toBe(AZURE);
  expect(recent.get('graph', {})).toBe(ADA);
});

it.each(['graph', 'arm'] as const)(
  'does not let a slow look at the cache bring back the person before: %s',
  (resource) => {
    const recent = createRecentTokens(fakeClock());
    recent.lookingUp('arm', {})(AZURE);
    const keep = recent.lookingUp(resource, {});
    recent.signedIn(MARCUS);
    expect(keep(ADA)).toBe(ADA);
    expect(recent.get('graph', {})).toBe(MARCUS);
    expect(recent.get('arm', {})).toBeNull();
  },
);

it('does not let a slow look at the cache bring back somebody who signed out', () => {
  const recent = createRecentTokens(fakeClock());
  const keep = recent.lookingUp('graph', {});
  recent.forget();
  keep(ADA);
  expect(recent.get('graph', {})).toBeNull();
});

it.each([
  ['a fresh one', { isFresh: true }],
  ['another than the refused one', { refused: 'older' }],
])('lets the look for %s win over one that just reads, whichever ends first', (_what, wish) => {
  const recent = createRecentTokens(fakeClock());
  const reading = recent.lookingUp('graph', {});
  const renewing = recent.lookingUp('graph', wish);
  reading(ADA);
  renewing(NEWER);
  expect(recent.get('graph', {})).toBe(NEWER);
  const slow = recent.lookingUp('graph', {});
  recent.lookingUp('graph', wish)(NEWER);
  slow(ADA);
  expect(recent.get('graph', {})).toBe(NEWER);
});
