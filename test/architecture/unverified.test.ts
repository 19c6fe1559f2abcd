/** `docs/unverified.md` and `doctor --verify` are one list. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BY_HAND } from '../../src/operations/verify-by-hand.ts';
import { WRITE_DOUBTS } from '../../src/operations/verify-write-doubts.ts';
import { openStack } from '../support/stack.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/unverified.md'), 'utf8');

function cellsOf(line: string): string[] {
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/u)
    .map((cell) => cell.trim());
}

/** The rows of every table whose first heading is that one. */
function rowsUnder(heading: string): string[][] {
  const tables = page.split(/\n\n+/u).filter((block) => block.startsWith('| '));
  const wanted = tables.filter((table) => cellsOf(table.split('\n')[0] ?? '')[0] === heading);
  return wanted.flatMap((table) => table.trim().split('\n').slice(2).map(cellsOf));
}

const entries = rowsUnder('what is not certain');
const listed = rowsUnder('look').map(([id = '', entry = '']) => ({
  id: id.replaceAll('`', ''),
  entry,
}));
const covered = new Set(listed.map(({ entry }) => entry));

/** Nothing of ours depends on it. */
function needsNoCheck(how: string): boolean {
  return /^(?:none|not needed)/iu.test(how);
}

describe('what is not certain', () => {
  it('is read from the page', () => {
    expect(entries.length).toBeGreaterThan(80);
    expect(listed.length).toBeGreaterThan(40);
  });

  it('names every look of doctor --verify, and no other', async () => {
    const { verification } = (await openStack()).context;
    const ids = [...verification.doubts, ...WRITE_DOUBTS].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...new Set(listed.map(({ id }) => id))].toSorted()).toEqual(ids.toSorted());
  });

  it('has an entry for each line of that list', () => {
    const known = new Set(entries.map(([what]) => what));
    expect(listed.filter(({ entry }) => !known.has(entry))).toEqual([]);
  });

  it('is left to people where no look is at it, word for word', () => {
    const left = entries
      .map((cells) => ({ what: cells[0] ?? '', how: cells.at(-1) ?? '' }))
      .filter(({ what, how }) => !covered.has(what) && !needsNoCheck(how));
    expect(BY_HAND).toEqual(left);
  });
});
