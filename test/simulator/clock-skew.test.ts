import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { running, signedIn } from './simulator-support.ts';

describe('a clock that is wrong', () => {
  it.each([
    ['ahead', 420, '2026-01-15T09:07:00.000Z'],
    ['behind', -420, '2026-01-15T08:53:00.000Z'],
  ])('is %s in every answer and in tokens, and goes on from there', async (_, skewSeconds, now) => {
    const simulator = await running({ skewSeconds });
    expect(simulator.clock).toMatchObject({ skewSeconds });
    const seconds = Date.parse(now) / 1000;
    const state = await fetch(`${simulator.origin}/simulator/state`);
    expect(state.headers.get('date')).toBe(new Date(now).toUTCString());
    expect(await state.json()).toMatchObject({ now, skewSeconds });
    const { access_token: token } = await signedIn(simulator);
    const times = { iat: seconds, nbf: seconds, exp: seconds + 3600 };
    expect(decodeJwt(token)).toMatchObject(times);
    const headers = { authorization: `Bearer ${token}`, 'accept-language': 'en' };
    const me = await fetch(`${simulator.origin}/v1.0/me`, { headers });
    expect(me.status).toBe(200);
    expect(me.headers.get('date')).toBe(new Date(now).toUTCString());
    simulator.advance(3601);
    const later = await fetch(`${simulator.origin}/v1.0/me`, { headers });
    expect(later.status).toBe(401);
  });
});
