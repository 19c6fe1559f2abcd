import { expect, it, onTestFinished } from 'vitest';
import { createService } from '../../src/entra/service.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createHttp } from '../../src/platform/http.ts';
import { restrictTo } from '../../src/platform/restrict-http.ts';
import { localServer } from '../support/local-server.ts';
import { APPS, audienceOf, person, tenant } from './fixture.ts';

/** A host that notes whom the tokens are for that it gets. It refuses the first: the way of a renewal. */
async function curiousHost() {
  const audiences: unknown[] = [];
  const server = await localServer((request, response) => {
    audiences.push(audienceOf(request.headers.authorization?.replace('Bearer ', '') ?? ''));
    const [status, body] = audiences.length === 1 ? [401, {}] : [200, { value: [] }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return { origin: server.origin, audiences };
}

it('a token of one API never reaches the host of the other, also when it is renewed', async () => {
  const simulator = await tenant();
  const hosts = { graph: await curiousHost(), arm: await curiousHost() };
  const { signIn, browser } = await person(simulator.environment, {
    env: {
      AZURE_CLIENT_ID: APPS.own,
      ENTRA_PIM_GRAPH_URL: hosts.graph.origin,
      ENTRA_PIM_ARM_URL: hosts.arm.origin,
    },
  });
  const connection = createHttp({ env: {} });
  onTestFinished(() => connection.close());
  const serviceOf = (resource: keyof typeof hosts) =>
    createService({
      http: restrictTo(connection, [hosts.graph.origin, hosts.arm.origin]),
      signIn,
      clock: systemClock,
      random: () => 0.5,
      userAgent: 'entra-pim/test',
      address: { resource, origin: hosts[resource].origin, apis: ['/api/'] },
    });
  const [graph, arm] = [serviceOf('graph'), serviceOf('arm')];
  await Promise.all([graph.list('/api/rows', {}), arm.list('/api/rows', {})]);
  await Promise.all([graph.get('/api/row', {}), arm.get('/api/row', {})]);
  const graphAudience = 'https://graph.microsoft.com';
  const armAudience = 'https://management.azure.com';
  expect(hosts.graph.audiences).toEqual([graphAudience, graphAudience, graphAudience]);
  expect(hosts.arm.audiences).toEqual([armAudience, armAudience, armAudience]);
  expect(browser.urls).toHaveLength(1);
});
