import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** Who may import whom. Read it top-down: a layer knows only what is listed beside it. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain', 'fastest-levenshtein'],
  operations: ['operations', 'domain', 'zod'],
  entra: ['entra', 'domain', 'zod'],
  auth: ['auth', 'domain', 'zod', 'node:*', '@azure/msal-node'],
  platform: ['platform', 'domain', 'node:*', 'undici', 'open', '@napi-rs/keyring'],
  // Never entra or auth: client and simulator would share a bug.
  simulator: [
    'simulator',
    'domain',
    'node:*',
    'zod',
    'jose',
    '@peculiar/asn1-schema',
    '@peculiar/asn1-x509',
  ],
  mcp: ['mcp', 'operations', 'domain', 'zod', '@modelcontextprotocol/server'],
  cli: [
    'cli',
    'operations',
    'domain',
    'node:*',
    'commander',
    'zod',
    'diff',
    'jsonc-parser',
    'toml-eslint-parser',
  ],
  bin: ['.'],
  // compose.ts and main.ts
  '.': ['*'],
};

const ROOT = path.resolve(import.meta.dirname, '../../src');
const IMPORT =
  /^(?:import|export)[^;]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gms;

function layerOf(file: string): string {
  const relative = path.relative(ROOT, file);
  return relative.includes(path.sep) ? (relative.split(path.sep)[0] ?? '.') : '.';
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].flatMap(
    (m) => m[1] ?? m[2] ?? m[3] ?? [],
  );
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return layerOf(path.resolve(path.dirname(file), specifier));
  return specifier.startsWith('node:') ? 'node:*' : packageOf(specifier);
}

function violationsIn(entry: string): string[] {
  const file = path.join(ROOT, entry);
  const allowed = LAYERS[layerOf(file)];
  if (!allowed) return [`${entry}: unknown layer`];
  if (allowed.includes('*')) return [];
  return importsOf(file)
    .filter((specifier) => !allowed.includes(targetOf(file, specifier)))
    .map((specifier) => `${entry} -> ${specifier}`);
}

const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((entry) =>
  entry.endsWith('.ts'),
);

it('finds the sources and their imports', () => {
  expect(sources.length).toBeGreaterThan(10);
  expect(importsOf(path.join(ROOT, 'domain/plan.ts'))).toContain('./duration.ts');
});

it('imports only flow inward', () => {
  expect(sources.flatMap(violationsIn)).toEqual([]);
});

it('imports zod as a namespace: the named import keeps every locale in the bundle', () => {
  const named = sources.filter((entry) =>
    /import\s+\{[^}]*\}\s+from\s+'zod'/u.test(readFileSync(path.join(ROOT, entry), 'utf8')),
  );
  expect(named).toEqual([]);
});
