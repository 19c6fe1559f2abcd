/** Every row of the error catalogue, as something that happens to somebody. */
import { WHY } from './activate.ts';
import { OWN, type ErrorRow, type Input } from './error-row.ts';
import { ACCESS_ROWS, STATUS_ROWS, TOKEN_ROWS } from './error-rows-access.ts';
import { BUSY_ROWS, OTHER_ROWS } from './error-rows-busy.ts';
import { ALREADY, RULE_ROWS, SUBJECT_ROWS } from './error-rows-requests.ts';
import { openStack, type Stack } from './stack.ts';

export const ERROR_ROWS: readonly ErrorRow[] = [
  ...ALREADY,
  ...RULE_ROWS,
  ...SUBJECT_ROWS,
  ...ACCESS_ROWS,
  ...TOKEN_ROWS,
  ...STATUS_ROWS,
  ...BUSY_ROWS,
  ...OTHER_ROWS,
];

/** The moment before it is run: everything has happened, and what goes wrong is about to. */
export async function openRow(row: ErrorRow): Promise<{ stack: Stack; input: Input }> {
  const first = await openStack({ ...OWN, ...row.world });
  await first.signIn.token();
  const known = await row.before?.(first);
  const stack =
    row.as === undefined ? first : await openStack({ ...OWN, beside: first, as: row.as });
  stack.simulator.faults.add(...(row.faults ?? []));
  const why = row.run === 'activate' ? { justification: WHY } : {};
  return { stack, input: { ...why, ...row.input, ...known } };
}
