import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/cli/setup/entry.ts';
import { mergeToml } from '../../../src/cli/setup/toml-merge.ts';

const entry: Entry = {
  type: null,
  command: 'npx',
  args: ['-y', 'entra-pim-mcp-server@1.2.3'],
  env: { AZURE_TENANT_ID: 'contoso.example' },
};

function merge(text: string, changes: Partial<Entry> = {}) {
  return mergeToml(text, { entry: { ...entry, ...changes }, name: null });
}

const OURS = `[mcp_servers.entra-pim]
command = "npx"
args = ["-y", "entra-pim-mcp-server@1.2.3"]
tool_timeout_sec = 120

[mcp_servers.entra-pim.env]
AZURE_TENANT_ID = "contoso.example"
`;

const OTHERS = [
  'model = "o4"\n',
  '# a comment = [mcp_servers.entra-pim]\n',
  'notes = """\n[mcp_servers.entra-pim]\ncommand = "x"\n"""\n',
  "literal = '''\n]'''\n",
  'when = 1979-05-27T07:32:00Z\nbig = 9007199254740993\n',
];
const TABLES = [
  '[mcp_servers.github]\ncommand = "x" # mine\nenv = { TOKEN = "ghp_secret" }\n',
  '[mcp_servers."odd name".env]\nA = "1"\n',
  '[[profiles]]\nname = "a"\n[[profiles]]\nname = "b"\n',
  '  [tui]\n  theme = "dark"\n',
  '\n\n# at the end\n',
];

const file = fc
  .tuple(fc.subarray(OTHERS), fc.subarray(TABLES), fc.boolean(), fc.boolean(), fc.boolean())
  .map(([settings, tables, isWindows, hasEnd, hasMark]) => {
    const text = [...settings, ...tables].join('');
    const ended = hasEnd ? text : text.trimEnd();
    return (hasMark ? '\uFEFF' : '') + (isWindows ? ended.replaceAll('\n', '\r\n') : ended);
  });

describe('a TOML configuration of somebody else', () => {
  it('keeps every byte that is not ours', () => {
    fc.assert(
      fc.property(file, (text) => {
        const merged = merge(text).text;
        expect(merged.startsWith(text)).toBe(true);
        expect(merged.replaceAll('\r\n', '\n').trimEnd()).toMatch(
          new RegExp(`${OURS.trimEnd().replaceAll(/[[\].]/gu, String.raw`\$&`)}$`, 'u'),
        );
      }),
    );
  });

  it('is the same after the second time as after the first', () => {
    fc.assert(
      fc.property(file, (text) => {
        const once = merge(text).text;
        expect(merge(once)).toMatchObject({ text: once, was: 'ours' });
      }),
    );
  });

  it('changes an older entry of ours only, wherever it is', () => {
    const older = OURS.replace('@1.2.3', '@0.0.1');
    fc.assert(
      fc.property(fc.subarray(OTHERS), fc.subarray(TABLES), (settings, tables) => {
        const text = [...settings, older, ...tables].join('');
        expect(merge(text).text).toBe(text.replace('@0.0.1', '@1.2.3'));
      }),
    );
  });
});

describe('an entry in TOML', () => {
  it('makes a file where there is none', () => {
    expect(merge('').text).toBe(OURS);
  });

  it('gets its variables, in the notation that is there', () => {
    const numbers =
      '[mcp_servers.entra-pim]\ncommand = "entra-pim-mcp-server"\nargs = []\nenv = { A = 9223372036854775807 }\n';
    expect(() => merge(numbers)).toThrow('cannot be changed here');
    const inline =
      '[mcp_servers.entra-pim]\ncommand = "entra-pim-mcp-server"\nargs = []\nenv = { A = "1" } # x\n';
    expect(merge(inline).text).toBe(
      '[mcp_servers.entra-pim]\ncommand = "npx"\nargs = ["-y", "entra-pim-mcp-server@1.2.3"]\nenv = { A = "1", AZURE_TENANT_ID = "contoso.example" } # x\n',
    );
    const none =
      '[mcp_servers.entra-pim]\ncommand = "entra-pim-mcp-server" # here\n# the next\n[tui]\na = 1\n';
    expect(merge(none).text).toBe(
      '[mcp_servers.entra-pim]\ncommand = "npx" # here\nargs = ["-y", "entra-pim-mcp-server@1.2.3"]\n\n[mcp_servers.entra-pim.env]\nAZURE_TENANT_ID = "contoso.example"\n# the next\n[tui]\na = 1\n',
    );
  });

  it('of the Python server is replaced in its place', () => {
    const text = `[mcp_servers.pim]
enabled = true
command = "uvx"
args = [
  "entra-pim-mcp-server", # theirs
]
cwd = "/x"
env = { AZURE_TENANT_ID = "t.example", AZURE_CLIENT_SECRET = "hush" }
startup_timeout_sec = 20

[mcp_servers.github]
command = "x"
`;
    const merged = merge(text, { env: {} });
    expect(merged).toMatchObject({
      was: 'python',
      name: 'pim',
      dropped: ['cwd', 'AZURE_CLIENT_SECRET'],
    });
    expect(merged.text).toBe(`[mcp_servers.pim]
enabled = true
command = "npx"
args = ["-y", "entra-pim-mcp-server@1.2.3"]
env = { AZURE_TENANT_ID = "t.example" }
startup_timeout_sec = 20

[mcp_servers.github]
command = "x"
`);
    expect(merged.shown.before).toContain('AZURE_CLIENT_SECRET = "…"');
    expect(merged.shown.before).toContain('AZURE_TENANT_ID = "t.example"');
    expect(JSON.stringify(merged.shown)).not.toMatch(/hush|github|theirs/u);
  });

  it('with a table for its variables loses only those that mean nothing', () => {
    const text =
      '[mcp_servers.p]\ncommand = "uvx"\nargs = ["entra-pim-mcp-server"]\n\n[mcp_servers.p.env]\nFOO = "x" # y\nBAR = "z"\nHTTPS_PROXY = "http://me:pw@p"\n';
    const merged = merge(text, { env: {} });
    expect(merged.text).toContain('[mcp_servers.p.env]\n # y\nHTTPS_PROXY = "http://me:pw@p"\n');
    expect(merged.dropped).toEqual(['FOO', 'BAR']);
    expect(merged.shown.after).not.toContain('pw');
  });

  it.each([
    ['a = \n', 'not valid TOML'],
    ['a = 1\na = 2\n', 'line 2, column 1'],
    ['mcp_servers = { a = { command = "x" } }\n', 'written in a way'],
    ['[mcp_servers]\nentra-pim = { command = "entra-pim" }\n', 'written in a way'],
    ['[mcp_servers]\nentra-pim.command = "entra-pim"\n', 'written in a way'],
    ['[mcp_servers.entra-pim]\nurl = "https://x.example"\n', 'starts something else'],
  ])('%j is refused', (text, words) => {
    expect(() => merge(text)).toThrow(words);
  });
});
