import type { NextStep } from '../domain/explanation.ts';
import type { ProblemCode, Refusal } from '../domain/refusal.ts';

/** Where a refusal leads, when there is nothing to choose from. */
const NEXT: Partial<Record<ProblemCode, NextStep>> = {
  'no-such-name': 'list',
  'narrowed-away': 'list',
  'no-such-request': 'requests',
  'ambiguous-request': 'requests',
  'not-cancellable': 'list-active',
  'not-decidable': 'requests',
  'own-request': 'requests',
  'not-deactivatable': 'list-active',
};

/** What somebody can do about a refusal; `choose` one of its candidates. */
export function nextAfter({ candidates, problems }: Refusal): NextStep | 'choose' | null {
  if (candidates.length > 0) return 'choose';
  const [first] = problems.flatMap(({ code }) => NEXT[code] ?? []);
  return first ?? null;
}
