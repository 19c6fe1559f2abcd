import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { blockNamesIn, firstDifference, PAGES, withBlocks } from '../../scripts/generate-docs.ts';
import { CLIENTS, configFor } from '../../src/cli/client-config.ts';
import { DEFAULT_CLIENT_ID } from '../../src/domain/settings.ts';
import { OPERATIONS } from '../../src/operations/index.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

function read(name: string): string {
  return readFileSync(path.join(ROOT, name), 'utf8');
}

const readme = read('README.md');

function linesOf(block: string): string[] {
  return block.split('\n').map((line) => line.trim());
}

/** Lines of shell blocks: what a reader would type. */
function shellLines(text: string): string[] {
  return [...text.matchAll(/```(?:sh|bash|shell|console)\n([\s\S]*?)```/gu)].flatMap((match) =>
    linesOf(match[1] ?? '').filter((line) => line !== ''),
  );
}

function markdownFiles(): string[] {
  const top = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  const docs = readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll(path.sep, '/')}`);
  // Written by the build from the texts of others.
  return [...top, ...docs].filter((name) => name !== 'THIRD-PARTY-NOTICES.md');
}

/** As GitHub makes anchors of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gmu)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/gu, '-'),
  );
}

function brokenLinksIn(file: string): string[] {
  const links = [...read(file).matchAll(/\]\(([^)\s]+)\)/gu)].map((match) => match[1] ?? '');
  return links.filter((link) => {
    if (/^[a-z]+:/u.test(link)) return false;
    const [target = '', anchor] = link.split('#');
    const name = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
    const isThere =
      markdownFiles().includes(name) ||
      readdirSync(path.join(ROOT, path.posix.dirname(name))).includes(path.posix.basename(name));
    return !isThere || (anchor !== undefined && !anchorsOf(read(name)).includes(anchor));
  });
}

it.each(PAGES)('%s says what the code does (else: npm run docs)', (page) => {
  const text = read(page);
  expect(blockNamesIn(text)).not.toEqual([]);
  expect(firstDifference(text)).toBeNull();
});

it('notices a page that is out of date', () => {
  const stale = '<!-- generated:tools -->\nold\n<!-- /generated:tools -->\n';
  expect(firstDifference(stale)).toMatch(/^line 2\n- old\n\+ /u);
  expect(firstDifference(withBlocks(stale))).toBeNull();
});

it('refuses a block that nobody makes', () => {
  const odd = '<!-- generated:odd -->\n<!-- /generated:odd -->';
  expect(() => withBlocks(odd)).toThrow('no such generated block: odd');
});

it.each(CLIENTS)(
  "shows the product's own configuration for %s, and every place of it",
  (client) => {
    const { content, places } = configFor(client, { version: packageJson.version, env: {} });
    expect(readme).toContain(content);
    for (const [, file] of places) expect(readme).toContain(file);
  },
);

it('shows exactly two commands on the first screen', () => {
  const firstScreen = readme.split('\n').slice(0, 40).join('\n');
  expect(shellLines(firstScreen)).toEqual(['npm ci && npm run demo', 'npm ci && npm test']);
});

it('names scripts that exist', () => {
  const named = markdownFiles().flatMap((file) =>
    [...read(file).matchAll(/npm run ([\w-]+)/gu)].map((match) => match[1] ?? ''),
  );
  expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining([...new Set(named)]));
});

it('names every tool and the built-in client id in the README', () => {
  const toolNames = OPERATIONS.filter(({ isTool }) => isTool).map(({ name }) => `\`${name}\``);
  expect(toolNames.filter((name) => !readme.includes(name))).toEqual([]);
  expect(readme).toContain(DEFAULT_CLIENT_ID);
});

it('gives every bundled library and every tool a reason', () => {
  const reasons = read('docs/decisions/0001-bundled-libraries.md');
  const unexplained = Object.keys(packageJson.devDependencies).filter(
    (name) => !reasons.includes(`\`${name}\``),
  );
  expect(unexplained).toEqual([]);
});

it.each(markdownFiles())('%s links to what exists', (file) => {
  expect(brokenLinksIn(file)).toEqual([]);
});
