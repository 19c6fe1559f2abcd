import { describe, expect, it } from 'vitest';
import { drawTable, tabbed } from '../../src/cli/table.ts';

const table = {
  columns: ['handle', 'name'],
  rows: [
    ['g-1', 'SG-Platform-Administrators-Europe'],
    ['g-2', '運用グループ'],
  ],
};

describe('tables', () => {
  it('fit the terminal: the widest column gives way, the handle stays whole', () => {
    expect(drawTable(table, 24)).toBe(
      ['HANDLE  NAME', 'g-1     SG-Platform-Adm…', 'g-2     運用グループ'].join('\n'),
    );
  });

  it('are never cut in a pipe', () => {
    expect(tabbed(table)).toBe(
      'handle\tname\ng-1\tSG-Platform-Administrators-Europe\ng-2\t運用グループ',
    );
  });
});
