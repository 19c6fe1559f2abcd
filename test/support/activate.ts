import { activatedShape } from '../../src/operations/activation-view.ts';
import type { Stack } from './stack.ts';

type Input = Readonly<Record<string, unknown>>;

export const WHY = 'INC-4711 restart the billing job';

export async function activate(stack: Stack, input: Input) {
  const { outcome } = await stack.run('activate', { justification: WHY, ...input });
  if (outcome.kind !== 'done') throw new TypeError(`refused: ${JSON.stringify(outcome.problems)}`);
  return { ...activatedShape.parse(outcome.output), verdict: outcome.verdict };
}

export async function refusal(stack: Stack, input: Input) {
  const { outcome } = await stack.run('activate', input);
  if (outcome.kind !== 'refusal') throw new TypeError('not refused');
  return outcome;
}

export function posts(stack: Stack): string[] {
  return stack.simulator.requests
    .all()
    .filter(({ method, path }) => method === 'POST' && /assignmentScheduleRequests$/iu.test(path))
    .map(({ path }) => path);
}
