import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CLIENTS } from '../../../src/cli/client-config.ts';
import { runClientSetup } from '../../../src/cli/setup/client-command.ts';
import { projectFile, userFile } from '../../../src/cli/setup/client-files.ts';
import { entryFor } from '../../../src/cli/setup/entry.ts';
import { showOverview } from '../../../src/cli/setup/overview.ts';
import { openSetup } from '../../support/setup-world.ts';

const SHOW = { isWrite: false, isProject: false, name: null };
const WRITE = { ...SHOW, isWrite: true };

describe('setup client', () => {
  it.each(CLIENTS)('%s: shows first, writes when told to, and once only', async (client) => {
    const setup = await openSetup();
    const file = userFile(client, setup.world.machine);
    expect(await runClientSetup(client, SHOW, setup)).toBe(0);
    expect(setup.said().out).toContain('entra-pim-mcp-server@1.2.3');
    expect(await readdir(setup.folder)).toEqual([]);
    expect(await runClientSetup(client, WRITE, setup)).toBe(0);
    const written = await readFile(file, 'utf8');
    expect(written).toContain('entra-pim-mcp-server@1.2.3');
    expect(setup.said().err).toMatch(/Next: \S/u);
    expect(await runClientSetup(client, WRITE, setup)).toBe(0);
    expect(setup.said().err).toContain('nothing to change');
    expect(await readFile(file, 'utf8')).toBe(written);
    expect(await readdir(path.dirname(file))).toEqual([path.basename(file)]);
  });

  it('shows nothing of other servers', async () => {
    const setup = await openSetup();
    const file = userFile('cursor', setup.world.machine);
    await mkdir(path.dirname(file));
    await writeFile(file, '{ "mcpServers": { "x": { "command": "x", "env": { "T": "ghp_1" } } } }');
    await runClientSetup('cursor', WRITE, setup);
    expect(await readFile(file, 'utf8')).toContain('ghp_1');
    const { out, err } = setup.said();
    expect(out + err).not.toContain('ghp_1');
    expect(err).toContain('What was there before is in');
  });

  it('says what it replaces and what it leaves out', async () => {
    const setup = await openSetup();
    const file = userFile('claude-code', setup.world.machine);
    const pim = { command: 'uvx', args: ['entra-pim-mcp-server'], env: { FOO: 'hush' } };
    await writeFile(file, `{ "mcpServers": { "pim": ${JSON.stringify(pim)} }, /* x */ }`);
    await runClientSetup('claude-code', SHOW, setup);
    const { out, err } = setup.said();
    expect(err).toContain('the entry "pim" of the Python server is replaced');
    expect(err).toContain('not taken over, as it means nothing here: FOO');
    expect(err).toContain('comments or trailing commas');
    expect(out + err).not.toContain('hush');
  });

  it('writes into the project where told to', async () => {
    const setup = await openSetup();
    await runClientSetup('vscode', { ...WRITE, isProject: true }, setup);
    const text = await readFile(path.join(setup.folder, '.vscode/mcp.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ servers: { 'entra-pim': { type: 'stdio' } } });
    const wish = { ...WRITE, isProject: true };
    await expect(runClientSetup('codex', wish, setup)).rejects.toThrow(
      'no configuration in a project',
    );
  });

  it('all: goes through the clients that are there, and one that fails stops none', async () => {
    const setup = await openSetup();
    expect(await runClientSetup('all', WRITE, setup)).toBe(1);
    expect(setup.said().err).toContain('None of the known AI clients');
    await mkdir(path.join(setup.folder, '.cursor'));
    await mkdir(path.join(setup.folder, '.codex'));
    await writeFile(path.join(setup.folder, '.cursor/mcp.json'), '{');
    expect(await runClientSetup('all', WRITE, setup)).toBe(2);
    expect(setup.said().err).toContain('The file is not valid JSON: CloseBraceExpected at line 1');
    expect(await readdir(path.join(setup.folder, '.cursor'))).toEqual(['mcp.json']);
    expect(await readdir(path.join(setup.folder, '.codex'))).toEqual(['config.toml']);
    expect((await readdir(setup.folder)).toSorted()).toEqual(['.codex', '.cursor']);
  });

  it('knows no other client', async () => {
    const setup = await openSetup();
    expect(await runClientSetup('emacs', WRITE, setup)).toBe(2);
    expect(setup.said()).toMatchObject({ out: '', err: expect.stringContaining('no such client') });
  });
});

function on(platform: string, env: Readonly<Record<string, string>> = {}) {
  return {
    platform,
    env,
    home: platform === 'win32' ? String.raw`C:\Users\ada` : '/home/ada',
    folder: platform === 'win32' ? String.raw`C:\work` : '/work',
  };
}

describe('where clients keep their configuration', () => {
  it.each([
    ['claude-desktop', on('linux'), '/home/ada/.config/Claude/claude_desktop_config.json'],
    [
      'claude-desktop',
      on('linux', { XDG_CONFIG_HOME: '/c' }),
      '/c/Claude/claude_desktop_config.json',
    ],
    [
      'claude-desktop',
      on('darwin'),
      '/home/ada/Library/Application Support/Claude/claude_desktop_config.json',
    ],
    [
      'claude-desktop',
      on('win32', { APPDATA: String.raw`D:\Roaming` }),
      String.raw`D:\Roaming\Claude\claude_desktop_config.json`,
    ],
    ['vscode', on('win32'), String.raw`C:\Users\ada\AppData\Roaming\Code\User\mcp.json`],
    ['vscode', on('darwin'), '/home/ada/Library/Application Support/Code/User/mcp.json'],
    ['claude-code', on('linux'), '/home/ada/.claude.json'],
    ['claude-code', on('linux', { CLAUDE_CONFIG_DIR: '/cc' }), '/cc/.claude.json'],
    ['cursor', on('win32'), String.raw`C:\Users\ada\.cursor\mcp.json`],
    ['codex', on('linux', { CODEX_HOME: '/cx' }), '/cx/config.toml'],
  ] as const)('%s', (client, machine, file) => {
    expect(userFile(client, machine)).toBe(file);
  });

  it('in a project', () => {
    expect(projectFile('claude-code', on('linux'))).toBe('/work/.mcp.json');
    expect(projectFile('cursor', on('win32'))).toBe(String.raw`C:\work\.cursor\mcp.json`);
  });
});

describe('how a client starts the server', () => {
  const start = { version: '1.2.3', env: {}, checkout: null, platform: 'linux' };

  it('through npx, and through the command interpreter on Windows, where npx is a batch file', () => {
    expect(entryFor('cursor', start)).toMatchObject({ command: 'npx', type: null });
    expect(entryFor('vscode', { ...start, platform: 'win32' })).toMatchObject({
      type: 'stdio',
      command: 'cmd',
      args: ['/c', 'npx', '-y', 'entra-pim-mcp-server@1.2.3'],
    });
  });

  it('from a checkout with its full path', () => {
    const checkout = '/src/dist/entra-pim-mcp-server.js';
    expect(entryFor('codex', { ...start, checkout })).toMatchObject({
      command: 'node',
      args: [checkout],
    });
  });
});

describe('setup', () => {
  it('says what is there and what to run, and writes nothing', async () => {
    const setup = await openSetup();
    await mkdir(path.join(setup.folder, '.codex'));
    await runClientSetup('claude-desktop', WRITE, setup);
    await mkdir(path.join(setup.folder, '.cursor'));
    const python =
      '{ "mcpServers": { "p": { "command": "uvx", "args": ["entra-pim-mcp-server"] } } }';
    await writeFile(path.join(setup.folder, '.cursor/mcp.json'), python);
    await writeFile(path.join(setup.folder, '.claude.json'), '{');
    expect(await showOverview(setup.io, setup.world)).toBe(0);
    const { out, err } = setup.said();
    expect(out).toContain('Claude Desktop\tset up\t');
    expect(out).toContain('Cursor\thas the Python server\t');
    expect(out).toContain('Codex\tno entry yet\t');
    expect(out).toContain('VS Code\tnot found\t');
    expect(out).toContain('Claude Code\tThe file is not valid JSON');
    expect(err).toContain('entra-pim setup app');
    expect(await readdir(path.join(setup.folder, '.codex'))).toEqual([]);
  });
});
