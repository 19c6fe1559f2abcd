import { azureScopeKind, isBelow } from '../../domain/azure-scope.ts';
import { isArmPath } from '../azure/paths.ts';
import type { Eye } from './eye.ts';
import { distinct, isSameText, textIn, type Row } from './rows.ts';

export function scopeOf(row: Row): string {
  const scope = textIn(row, 'scope') ?? '';
  return isArmPath(scope) ? scope : '';
}

export function scopesOf(rows: readonly Row[]): string[] {
  return distinct(rows.map(scopeOf));
}

/** What lies in a management group no path says: one that is active there may cover everything. */
function coversAll(scope: string): boolean {
  const kind = azureScopeKind(scope);
  return kind === 'tenant' || kind === 'management group';
}

function covers(active: string, scope: string): boolean {
  return coversAll(active) || isSameText(active, scope) || isBelow(scope, active);
}

/** Where the caller is eligible and, as far as lists tell, has no active role: there rights are few. */
export async function bareEligibilities(eye: Eye): Promise<readonly Row[]> {
  await eye.readable(['azure']);
  const active = scopesOf(await eye.list('azure', 'active'));
  const eligible = await eye.list('azure', 'eligible');
  return eligible.filter((row) => {
    const scope = scopeOf(row);
    return scope !== '' && !active.some((each) => covers(each, scope));
  });
}
