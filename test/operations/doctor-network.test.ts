/** What `entra-pim doctor` finds on the way to Microsoft, over real HTTP. */
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/platform/clock.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { certificates } from '../simulator/tls-support.ts';
import { examine, namesOf, signedIn, WITH_OWN_APP } from '../support/examine.ts';
import { localServer } from '../support/local-server.ts';
import { openStack } from '../support/stack.ts';

/** An address where nobody listens. */
async function closedOrigin(): Promise<string> {
  const simulator = await startSimulator({ clock: systemClock });
  await simulator.stop();
  return simulator.origin;
}

describe('the network', () => {
  it('a host that refuses connections fails alone; what depends on it is not asked', async () => {
    const stack = await signedIn();
    const closed = await closedOrigin();
    const other = await openStack({
      beside: stack,
      env: { ...WITH_OWN_APP, ENTRA_PIM_ARM_URL: closed },
    });
    const { checks, named, verdict } = await examine(other);
    expect(verdict).toBe('failed');
    expect(namesOf(checks, 'failed')).toEqual(['arm']);
    expect(named('arm').what).toBe(
      `Azure Resource Manager (${new URL(closed).host}, directly): the connection was refused (ECONNREFUSED).`,
    );
    expect(named('token for arm').state).toBe('unknown');
    expect(named('reading of group').state).toBe('ok');
  });

  it('without the sign-in service neither clock nor app can be judged', async () => {
    const closed = await closedOrigin();
    const env = {
      AZURE_AUTHORITY_HOST: closed,
      ENTRA_PIM_GRAPH_URL: closed,
      ENTRA_PIM_ARM_URL: closed,
    };
    const { checks } = await examine(await openStack({ env }));
    expect(namesOf(checks, 'failed')).toEqual(['authority', 'graph', 'arm']);
    expect(namesOf(checks, 'unknown')).toEqual(['clock', 'app', 'sign-in']);
  });

  it('a certificate of nobody we know is named as such', async () => {
    const { server } = await certificates();
    const stack = await openStack({ simulator: { tls: server } });
    const { origin } = stack.simulator;
    const env = {
      ...WITH_OWN_APP,
      AZURE_AUTHORITY_HOST: origin,
      ENTRA_PIM_GRAPH_URL: origin,
      ENTRA_PIM_ARM_URL: origin,
    };
    const { named } = await examine(await openStack({ beside: stack, env }));
    const { state, what, fixes } = named('authority');
    expect([state, what]).toEqual([
      'failed',
      expect.stringContaining('certificate is not trusted'),
    ]);
    expect(fixes.join()).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('a proxy that is not there is named, without its password', async () => {
    const origin = 'https://login.example';
    const env = {
      ...WITH_OWN_APP,
      AZURE_AUTHORITY_HOST: origin,
      ENTRA_PIM_GRAPH_URL: 'https://graph.example',
      ENTRA_PIM_ARM_URL: 'https://arm.example',
      HTTPS_PROXY: 'http://ada:geheim@127.0.0.1:9',
      NO_PROXY: '',
    };
    const { named, text } = await examine(await openStack({ env }));
    expect(named('graph').what).toMatch(
      /^Microsoft Graph \(graph\.example, through the proxy 127\.0\.0\.1:9\): the proxy cannot/u,
    );
    expect(text).not.toContain('geheim');
  });

  it('a proxy setting that is none is said once, with the setting to mend', async () => {
    const { named, checks } = await examine(
      await openStack({ env: { HTTPS_PROXY: 'socks5://x' } }),
    );
    expect(named('proxy')).toMatchObject({ state: 'failed', code: 'configuration' });
    expect(namesOf(checks, 'failed')).toEqual(['proxy']);
  });

  it('a host that never answers is given up when the time is over', async () => {
    const dead = await localServer(() => undefined);
    const stack = await openStack();
    const env = { ENTRA_PIM_ARM_URL: dead.origin };
    const other = await openStack({ beside: stack, env });
    const examined = examine(other);
    while (dead.connections() === 0) await new Promise(setImmediate);
    stack.clock.advance(20_000);
    expect((await examined).named('arm').what).toContain('there was no answer in time');
  });

  it('a server in trouble is a warning', async () => {
    const stack = await openStack();
    stack.simulator.faults.add({
      match: { pathIncludes: '/metadata/endpoints' },
      action: { kind: 'error', status: 503 },
    });
    expect((await examine(stack)).named('arm')).toMatchObject({ state: 'warning' });
  });
});

describe('the clock', () => {
  it.each([
    [30, 'ok', 'agrees'],
    [90, 'warning', '90 s behind'],
    [301, 'failed', '301 s behind'],
  ])('%i seconds behind Microsoft: %s', async (seconds, state, words) => {
    const stack = await openStack();
    stack.simulator.advance(seconds);
    const { named } = await examine(stack);
    expect(named('clock')).toMatchObject({ state, what: expect.stringContaining(words) });
  });
});
