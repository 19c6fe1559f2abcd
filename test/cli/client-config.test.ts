import { describe, expect, it } from 'vitest';
import { CLIENTS, configFor } from '../../src/cli/client-config.ts';

const launch = { version: '1.2.3', env: { AZURE_TENANT_ID: 'contoso.example' } };

describe('configuration of AI clients', () => {
  it.each(CLIENTS)('%s: starts the pinned package with the settings of this shell', (client) => {
    const { content, places } = configFor(client, launch);
    expect(content).toContain('entra-pim-mcp-server@1.2.3');
    expect(content).toContain('contoso.example');
    expect(places.length).toBeGreaterThan(0);
  });

  it.each(['claude-desktop', 'claude-code', 'cursor'] as const)(
    '%s: under mcpServers',
    (client) => {
      expect(JSON.parse(configFor(client, launch).content)).toMatchObject({
        mcpServers: { 'entra-pim': { command: 'npx', args: ['-y', 'entra-pim-mcp-server@1.2.3'] } },
      });
    },
  );

  it('vscode: under servers', () => {
    expect(JSON.parse(configFor('vscode', launch).content)).toMatchObject({
      servers: { 'entra-pim': { type: 'stdio' } },
    });
  });

  it('says nothing of an environment that is not set', () => {
    for (const client of CLIENTS)
      expect(configFor(client, { version: '1.2.3', env: {} }).content).not.toContain('env');
  });
});
