import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/cli/setup/entry.ts';
import { mergeJson } from '../../../src/cli/setup/json-merge.ts';
import type { MergeWish } from '../../../src/cli/setup/merge.ts';

const entry: Entry = {
  type: null,
  command: 'npx',
  args: ['-y', 'entra-pim-mcp-server@1.2.3'],
  env: { AZURE_TENANT_ID: 'contoso.example' },
};
const wish: MergeWish = { entry, name: null };

function merge(text: string, changes: Partial<MergeWish> = {}) {
  return mergeJson(text, 'mcpServers', { ...wish, ...changes });
}

const OURS = {
  command: 'npx',
  args: ['-y', 'entra-pim-mcp-server@1.2.3'],
  env: { AZURE_TENANT_ID: 'contoso.example' },
};

const white = fc.constantFrom(
  '',
  ' ',
  '\n',
  '\r\n',
  '\t',
  ' // why, "not": {\n',
  '/* a, b } */',
  '\n  ',
);
const key = fc
  .string({ maxLength: 6 })
  .filter((name) => !['mcpServers', 'entra-pim', 'x'].includes(name));

/** JSON as people write it: any white space, comments, a trailing comma. */
function objectOf(values: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const member = fc.tuple(white, key, white, values, white);
  return fc
    .tuple(
      fc.uniqueArray(member, { maxLength: 3, selector: ([, name]) => name }),
      white,
      fc.boolean(),
    )
    .map(([members, space, hasComma]) => {
      const parts = members.map(
        ([before, name, middle, value, after]) =>
          `${before}${JSON.stringify(name)}${middle}:${value}${after}`,
      );
      const comma = hasComma && parts.length > 0 ? ',' : '';
      return `{${parts.join(',')}${comma}${space}}`;
    });
}

const leaf = fc
  .oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  .map((value) => JSON.stringify(value));
const other = objectOf(
  fc.oneof(
    leaf,
    leaf.map((value) => `[${value} ]`),
  ),
);
const servers = objectOf(other);

const file = fc
  .tuple(objectOf(leaf), fc.option(servers), white, white, fc.boolean())
  .map(([rest, some, before, after, hasMark]) => {
    const member = some === null ? '' : `"mcpServers"${before}: ${some},`;
    const inner = `${member}"x":${rest}`;
    return `${hasMark ? '\uFEFF' : ''}${before}{${after}${inner}${before}}${after}`;
  });

/** Whether the second text is the first with something put in: each character is there, in order. */
function isWithin(before: string, after: string): boolean {
  let at = 0;
  for (const char of after.split('')) if (char === before[at]) at += 1;
  return at === before.length;
}

describe('a JSON configuration of somebody else', () => {
  it('keeps every byte that is not ours, in any layout', () => {
    fc.assert(
      fc.property(file, (text) => {
        const { text: merged, was } = merge(text);
        expect(was).toBe('absent');
        expect(isWithin(text, merged)).toBe(true);
        expect(merged).toContain('entra-pim-mcp-server@1.2.3');
      }),
      { numRuns: 300 },
    );
  });

  it('is the same after the second time as after the first', () => {
    fc.assert(
      fc.property(file, (text) => {
        const once = merge(text).text;
        expect(merge(once)).toMatchObject({ text: once, was: 'ours' });
      }),
      { numRuns: 300 },
    );
  });

  it('changes an older entry of ours only, in any surroundings', () => {
    fc.assert(
      fc.property(file, (text) => {
        const older = mergeJson(text, 'mcpServers', {
          entry: { ...entry, args: ['-y', 'entra-pim-mcp-server@0.0.1'], env: {} },
          name: null,
        }).text;
        const { text: merged } = mergeJson(older, 'mcpServers', {
          entry: { ...entry, env: {} },
          name: null,
        });
        expect(merged).toBe(
          older.replace('entra-pim-mcp-server@0.0.1', 'entra-pim-mcp-server@1.2.3'),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('a new entry', () => {
  it.each(['', '  \n', '{}', '{}\n'])('makes a file of %j', (text) => {
    const { text: merged } = merge(text);
    expect(JSON.parse(merged)).toEqual({ mcpServers: { 'entra-pim': OURS } });
    expect(merged).toMatch(/^\{\n {2}"mcpServers": \{\n {4}"entra-pim": \{\n/u);
  });

  it('follows the layout of the file', () => {
    const text = '{\r\n\t"mcpServers": {\r\n\t\t"a": { "command": "x" } // mine\r\n\t}\r\n}';
    expect(merge(text).text).toBe(
      [
        '{',
        '\t"mcpServers": {',
        '\t\t"a": { "command": "x" }, // mine',
        '\t\t"entra-pim": {',
        '\t\t\t"command": "npx",',
        '\t\t\t"args": [',
        '\t\t\t\t"-y",',
        '\t\t\t\t"entra-pim-mcp-server@1.2.3"',
        '\t\t\t],',
        '\t\t\t"env": {',
        '\t\t\t\t"AZURE_TENANT_ID": "contoso.example"',
        '\t\t\t}',
        '\t\t}',
        '\t}',
        '}',
      ].join('\r\n'),
    );
  });

  it('stays on one line where all is on one line', () => {
    expect(merge('{"mcpServers":{"a":{"command":"x"}},"b":1}').text).toBe(
      '{"mcpServers":{"a":{"command":"x"}, "entra-pim": { "command": "npx", "args": ["-y", "entra-pim-mcp-server@1.2.3"], "env": { "AZURE_TENANT_ID": "contoso.example" } }},"b":1}',
    );
  });
});

const PYTHON = `{
  // servers
  "mcpServers": {
    "github": { "command": "x", "env": { "TOKEN": "ghp_secret" } },
    "pim": {
      "command": "uvx",
      "args": ["entra-pim-mcp-server"],
      "cwd": "/somewhere", // for uv
      "env": {
        "AZURE_TENANT_ID": "11111111-1111-4111-8111-111111111111", // ours
        "AZURE_CLIENT_ID": "22222222-2222-4222-8222-222222222222",
        "AZURE_CLIENT_SECRET": "hush"
      },
      "alwaysAllow": ["list_eligible"]
    }
  }
}
`;

describe('an entry of the Python server', () => {
  it('is replaced in its place, with what still applies', () => {
    const { text, was, dropped, name } = merge(PYTHON, { entry: { ...entry, env: {} } });
    expect({ was, dropped, name }).toEqual({
      was: 'python',
      dropped: ['cwd', 'AZURE_CLIENT_SECRET'],
      name: 'pim',
    });
    expect(text).toBe(`{
  // servers
  "mcpServers": {
    "github": { "command": "x", "env": { "TOKEN": "ghp_secret" } },
    "pim": {
      "command": "npx",
      "args": ["-y", "entra-pim-mcp-server@1.2.3"],
       // for uv
      "env": {
        "AZURE_TENANT_ID": "11111111-1111-4111-8111-111111111111", // ours
        "AZURE_CLIENT_ID": "22222222-2222-4222-8222-222222222222"
      },
      "alwaysAllow": ["list_eligible"]
    }
  }
}
`);
  });

  it('shows nothing of other servers, and no value that may be secret', () => {
    const { before, after } = merge(PYTHON).shown;
    expect(before).toContain('"AZURE_CLIENT_SECRET": "…"');
    expect(before).toContain('"AZURE_TENANT_ID": "11111111');
    expect(before + after).not.toMatch(/hush|ghp_secret|github|servers|for uv/u);
    expect(after).toContain('"alwaysAllow": ["…"]');
  });

  it.each([
    ['uvx', ['entra-pim-mcp-server==1.0.1']],
    ['/usr/bin/uv', ['tool', 'run', 'entra-pim-mcp-server']],
    ['uv', ['run', '--directory', '/x', 'entra-pim-mcp-server']],
    ['pipx', ['run', 'entra-pim-mcp-server']],
    [String.raw`C:\Python312\python.exe`, ['-m', 'entra_pim_mcp_server']],
    ['python3.12', ['-m', 'entra_pim_mcp_server.server']],
    ['cmd', ['/c', 'uvx', 'entra-pim-mcp-server']],
    [
      'uvx',
      ['--from', 'git+https://github.com/vexxhost/entra-pim-mcp-server', 'entra-pim-mcp-server'],
    ],
  ])('is known as %s %j', (command, args) => {
    const text = JSON.stringify({ mcpServers: { anything: { command, args } } });
    expect(merge(text)).toMatchObject({ was: 'python', name: 'anything' });
  });
});

describe('an older entry of ours', () => {
  it('keeps its flags, its variables and what else the client knows', () => {
    const text = JSON.stringify({
      mcpServers: {
        'entra-pim': {
          command: 'npx',
          args: ['-y', 'entra-pim-mcp-server@0.0.9', '--demo'],
          env: { HTTPS_PROXY: 'http://me:secret@proxy', AZURE_TENANT_ID: 'old.example' },
          disabled: true,
          timeout: 90,
        },
      },
    });
    const merged = merge(text);
    expect(JSON.parse(merged.text)).toEqual({
      mcpServers: {
        'entra-pim': {
          command: 'npx',
          args: ['-y', 'entra-pim-mcp-server@1.2.3', '--demo'],
          env: { HTTPS_PROXY: 'http://me:secret@proxy', AZURE_TENANT_ID: 'contoso.example' },
          disabled: true,
          timeout: 90,
        },
      },
    });
    expect(merged.shown.before + merged.shown.after).not.toContain('secret');
  });

  it.each([
    ['npx', ['entra-pim-mcp-server']],
    ['cmd.exe', ['/C', 'npx.cmd', '-y', 'entra-pim-mcp-server@latest']],
    ['node', ['/opt/checkout/dist/entra-pim-mcp-server.js']],
    [String.raw`C:\node\node.exe`, [String.raw`C:\pim\dist\entra-pim.js`, 'mcp']],
    ['entra-pim', ['mcp']],
    ['/home/me/.venv/bin/entra-pim-mcp-server', []],
  ])('is known as %s %j', (command, args) => {
    const text = JSON.stringify({ mcpServers: { mine: { command, args } } });
    expect(merge(text)).toMatchObject({ was: 'ours', name: 'mine' });
  });
});

describe('what cannot be changed without guessing', () => {
  it.each([
    ['{ "mcpServers": { ', 'CloseBraceExpected at line 1, column 19'],
    ['{\n  "a": 1\n  "b": 2 }', 'CommaExpected at line 3, column 3'],
    ['[]', 'an object is expected at the top'],
    ['{ "mcpServers": [] }', '"mcpServers" in the file is no object'],
    ['{ "mcpServers": {}, "mcpServers": {} }', 'twice'],
    ['{ "mcpServers": { "entra-pim": { "command": "docker" } } }', 'starts something else'],
    ['{ "mcpServers": { "entra-pim": { "url": "https://x.example" } } }', 'starts something else'],
    [
      '{ "mcpServers": { "a": { "command": "uvx", "args": ["entra-pim-mcp-server"] }, "b": { "command": "entra-pim" } } }',
      'Several entries start Entra PIM: "a", "b"',
    ],
  ])('%j is refused', (text, words) => {
    expect(() => merge(text)).toThrow(words);
  });

  it('is settled by a name', () => {
    const text = '{ "mcpServers": { "entra-pim": { "command": "docker" } } }';
    const { text: merged } = merge(text, { name: 'pim' });
    expect(JSON.parse(merged)).toMatchObject({
      mcpServers: { 'entra-pim': { command: 'docker' }, pim: { command: 'npx' } },
    });
  });
});
