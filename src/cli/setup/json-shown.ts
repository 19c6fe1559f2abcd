import { visit, type Node } from 'jsonc-parser';
import { jsonRoot, objectAt, propertyOf, valueOf } from './json-tree.ts';
import { linesOf } from './json-write.ts';
import { isShown, masked, type Mask } from './masked.ts';

/** Texts somewhere below a node that must not be shown, by the way to them. */
function secretsIn(node: Node, way: readonly string[]): Mask[] {
  const { type, offset, length, children = [] } = node;
  if (type === 'string')
    return isShown(way, String(valueOf(node)))
      ? []
      : [{ range: [offset, offset + length], shown: '"…"' }];
  if (type !== 'property') return children.flatMap((child) => secretsIn(child, way));
  const [key, value] = children;
  return key && value ? secretsIn(value, [...way, String(valueOf(key))]) : [];
}

function commentsIn(text: string): Mask[] {
  const masks: Mask[] = [];
  visit(
    text,
    {
      onComment(offset, length) {
        const shown = text.startsWith('//', offset) ? '// …' : '/* … */';
        masks.push({ range: [offset, offset + length], shown });
      },
    },
    { allowTrailingComma: true },
  );
  return masks;
}

/** Our entry as people may see it; nothing of the rest of the file. */
export function shownJson(text: string, key: string, name: string): string {
  const servers = objectAt(jsonRoot(text), key);
  const entry = servers && propertyOf(servers, name);
  if (!entry) return '';
  const masks = [...secretsIn(entry.value, []), ...commentsIn(text)];
  return masked(text, linesOf(text, entry.node), masks);
}
