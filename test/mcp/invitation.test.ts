import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { expect, it, onTestFinished } from 'vitest';
import { openWorld, SERVER, type World } from '../support/child.ts';
import { submit } from '../support/browser.ts';
import { connectV1, connectV2 } from '../support/clients.ts';

const ADA = 'ada.lindgren@contoso.example';

/** A server on a machine without a browser, with a person who signs in elsewhere. */
async function remoteWorld(): Promise<World> {
  const world = await openWorld({ signIn: 'interactive' });
  world.simulator.behaviour.patch({ identity: { deviceCodeIntervalSeconds: 0 } });
  return { ...world, env: { ...world.env, ENTRA_PIM_AUTH: 'device-code' } };
}

/** A client that leads people to addresses, and what it showed them. */
async function clientWithUrls(world: World, mode: 'legacy' | 'auto', action: 'accept' | 'decline') {
  const client = new ClientV2(
    { name: 'test', version: '1' },
    { capabilities: { elicitation: { url: {} } }, versionNegotiation: { mode } },
  );
  const shown: { readonly url: string; readonly message: string }[] = [];
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    if (!('url' in params)) return { action: 'decline' };
    const { url, message } = params;
    shown.push({ url, message });
    const [, code = ''] = /the code (\w+)/u.exec(message) ?? [];
    if (action === 'accept') await submit(url, { code, user: ADA });
    return { action };
  });
  const env = { ...world.env };
  await client.connect(
    new StdioV2({ command: process.execPath, args: [SERVER], env, stderr: 'ignore' }),
  );
  onTestFinished(() => client.close());
  return { client, shown };
}

it.each(['legacy', 'auto'] as const)(
  'a client (%s) that can, leads the person to the sign-in, and the call goes on',
  async (mode) => {
    const { client, shown } = await clientWithUrls(await remoteWorld(), mode, 'accept');
    const result = await client.callTool({ name: 'list_eligible', arguments: {} });
    expect(result.isError).not.toBe(true);
    expect(shown).toHaveLength(1);
    expect(shown[0]?.message).toContain('Only if you asked for this yourself');
    expect(JSON.stringify(result)).not.toContain(shown[0]?.url);
  },
);

it('who declines is not asked again in that call', async () => {
  const { client, shown } = await clientWithUrls(await remoteWorld(), 'auto', 'decline');
  const result = await client.callTool({ name: 'list_eligible', arguments: {} });
  expect(JSON.stringify(result.content)).toContain('declined to sign in');
  expect(result.isError).toBe(true);
  expect(shown).toHaveLength(1);
  // The next call, which somebody asked for, does not wait in silence.
  await client.callTool({ name: 'list_eligible', arguments: {} }, { timeout: 20_000 });
  expect(shown).toHaveLength(2);
});

it.each([
  ['first', (world: World) => connectV1(world)],
  ['second', (world: World) => connectV2(world, 'auto')],
])(
  'a client of the %s generation that cannot, gets address and code at once',
  async (_, connect) => {
    const client = await connect(await remoteWorld());
    const first = await client.call('list_eligible', {});
    const text = first.content[0]?.text ?? '';
    expect(first.isError).toBe(true);
    const [, url = ''] = /signs in at: (\S+)/u.exec(text) ?? [];
    const [, code = ''] = /with the code: (\w+)/u.exec(text) ?? [];
    await submit(url, { code, user: ADA });
    // The sign-in went on meanwhile.
    expect((await client.call('list_eligible', {})).isError).not.toBe(true);
  },
);
