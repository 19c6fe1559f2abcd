/**
 * Builds `dist/`: one package without dependencies. esbuild splits by dynamic import (which it does
 * for ESM only), then each chunk becomes CommonJS, which Node loads faster (docs/decisions/0004).
 */
import { chmod, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, transform } from 'esbuild';
import { lightValidator, onlyUsedSchemas } from './lean-sdk.ts';
import { writeNotices } from './notices.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const DIST = path.join(ROOT, 'dist');
const BINS = ['entra-pim-mcp-server', 'entra-pim'];
/** Run by us, not by people. */
const HELPERS = ['entra-pim-keyring'];

async function bundle(): Promise<string[]> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(
      [...BINS, ...HELPERS].map((name) => [name, `src/bin/${name}.ts`]),
    ),
    outdir: DIST,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    // Native code, and optional: whoever leaves it out keeps the key in a file.
    external: ['@napi-rs/keyring'],
    metafile: true,
    mainFields: ['module', 'main'],
    conditions: ['node', 'import'],
    define: {
      'import.meta.url': '""',
      'import.meta.dirname': '__dirname',
      // No `new Function`: compiling parsers costs more at start than it ever saves here.
      'globalThis.__zod_globalConfig': '{ "jitless": true }',
    },
    plugins: [lightValidator(path.join(ROOT, 'scripts/sdk-shims.mjs')), onlyUsedSchemas],
  });
  return Object.keys(result.metafile.inputs);
}

async function toCommonJs(file: string): Promise<void> {
  const source = await readFile(file, 'utf8');
  const { code } = await transform(source, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    supported: { 'dynamic-import': false },
  });
  await writeFile(file, code);
}

await rm(DIST, { recursive: true, force: true });
const inputs = await bundle();
const files = await readdir(DIST);
await Promise.all(files.map((file) => toCommonJs(path.join(DIST, file))));
await writeFile(path.join(DIST, 'package.json'), '{ "type": "commonjs" }\n');
await Promise.all(BINS.map((name) => chmod(path.join(DIST, `${name}.js`), 0o755)));
await writeNotices(ROOT, inputs);
