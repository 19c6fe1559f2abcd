/**
 * What keeps the start short: the parts of the MCP SDK that a server over stdio never uses are left
 * out of the bundle. The SDK's version is pinned, and a build fails here when its text has changed.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * The SDK's default validator is Ajv (150 kB, evaluated at import). Its own alternative does the same
 * for our schemas and loads in a fraction of the time.
 */
export function lightValidator(shims: string): Plugin {
  return {
    name: 'light-validator',
    setup(builder) {
      builder.onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, () => ({
        path: path.resolve(shims),
      }));
    },
  };
}

/** The public table of every schema of the protocol (`isSpecType`), filled at import, unused by us. */
const TABLE_FILLERS = [
  'for (const key of SPEC_SCHEMA_KEYS) register(key, schemas_exports[key]);\n',
  'for (const [key, schema] of Object.entries(authSchemas)) register(key, schema);\n',
];

function withoutTable(source: string): string {
  for (const line of TABLE_FILLERS) {
    if (!source.includes(line)) throw new Error(`The SDK has changed, not found: ${line}`);
  }
  return TABLE_FILLERS.reduce((text, line) => text.replace(line, ''), source);
}

/** A constant at the top level, to the first line that ends it: one line, or up to `});` and the like. */
const CONSTANT = /^const (\w+) = (z\.|[A-Z]\w*Schema\.)((?:.*|.*\n(?:\s.*\n|\n)*?\S.*));$/gmu;

/** Says that making a schema has no effect of its own, so that an unused one can be left out. */
function withPureSchemas(source: string): string {
  const pure = source.replaceAll(CONSTANT, 'const $1 = /* @__PURE__ */ (() => $2$3)();');
  if (pure === source) throw new Error('The SDK has changed: no schemas where they used to be.');
  return pure;
}

const EDITS = [
  { filter: /@modelcontextprotocol\/server\/dist\/src-[^/]+\.mjs$/, edit: withoutTable },
  {
    filter: /@modelcontextprotocol\/core\/dist\/(?:schemas|auth)-[^/]+\.mjs$/,
    edit: withPureSchemas,
  },
];

/**
 * Lets the bundler drop the protocol's schemas that nobody uses. Making them all takes a tenth of
 * the start and 7 MB.
 */
export const onlyUsedSchemas: Plugin = {
  name: 'only-used-schemas',
  setup(builder) {
    const edited = new Set<RegExp>();
    for (const { filter, edit } of EDITS) {
      builder.onLoad({ filter }, async (args) => {
        edited.add(filter);
        return { contents: edit(await readFile(args.path, 'utf8')), loader: 'js' };
      });
    }
    builder.onEnd(() => {
      const missed = EDITS.filter(({ filter }) => !edited.has(filter));
      if (missed.length > 0)
        throw new Error(`The SDK has changed, no ${String(missed[0]?.filter)}`);
    });
  },
};
