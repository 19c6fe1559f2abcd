import { traverseNodes } from 'toml-eslint-parser';
import { isShown, masked, type Mask } from './masked.ts';
import { lineStart } from './text-edit.ts';
import { serverPath, tableAt, tomlRoot, type Table } from './toml-tree.ts';
import { endOfTable } from './toml-write.ts';

function fieldPath(table: Table, at: number): string[] {
  const setting = table.body.find(({ range }) => range[0] <= at && at < range[1]);
  const names = setting?.key.keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));
  return [...table.resolvedKey.slice(2).map(String), ...(names ?? [])];
}

function masksIn(text: string, table: Table): Mask[] {
  const masks: Mask[] = tomlRoot(text).comments.map(({ range }) => ({ range, shown: '# …' }));
  traverseNodes(table, {
    enterNode(node, parent) {
      if (node.type !== 'TOMLValue' || node.kind !== 'string') return;
      const [own] = parent?.type === 'TOMLKeyValue' ? parent.key.keys : [];
      const path = fieldPath(table, node.range[0]);
      // In a table on one line: `env = { NAME = "value" }`.
      if (path.length === 1 && path[0] === 'env' && own)
        path.push(own.type === 'TOMLBare' ? own.name : own.value);
      if (!isShown(path, node.value)) masks.push({ range: node.range, shown: '"…"' });
    },
    leaveNode() {},
  });
  return masks;
}

function shownTable(text: string, path: readonly string[]): string[] {
  const table = tableAt(text, path);
  if (table === null) return [];
  const range = [lineStart(text, table.range[0]), endOfTable(text, table)] as const;
  return [masked(text, range, masksIn(text, table))];
}

/** Our entry as people may see it; nothing of the rest of the file. */
export function shownToml(text: string, name: string): string {
  const path = serverPath(name);
  return [...shownTable(text, path), ...shownTable(text, [...path, 'env'])].join('\n\n');
}
