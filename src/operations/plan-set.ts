import type { EligibleRow } from '../domain/assignment.ts';
import { isForLater, planActivation, type Plan, type Wish } from '../domain/plan.ts';
import type { Refusal } from '../domain/refusal.ts';
import { keyOf, type AccessId } from '../domain/target.ts';
import { cleanName } from '../domain/text.ts';
import { limited } from '../domain/limited.ts';
import type { Reading } from './catalogue.ts';
import { alreadyOn, type Executed } from './execute.ts';
import type { Context } from './operation.ts';
import { about, refuseAll, selectEligible } from './select.ts';

/** One thing to do: nothing, as it is on already, or a plan to run. */
export type Step =
  | { readonly kind: 'on'; readonly row: EligibleRow; readonly executed: Executed }
  | { readonly kind: 'plan'; readonly row: EligibleRow; readonly plan: Plan };

/** What was asked for, understood but not looked up. */
export interface Asked {
  readonly names: readonly string[];
  readonly accessId: AccessId | undefined;
  readonly scope: string | undefined;
  readonly wish: Wish;
}

const AT_ONCE = 4;

async function stepFor(row: EligibleRow, wish: Wish, context: Context): Promise<Step | Refusal> {
  const executed = isForLater(wish, context.clock.now()) ? null : alreadyOn(row);
  if (executed) return { kind: 'on', row, executed };
  const policy = await context.catalogue.policy(row.target, context.call);
  const plan = planActivation(row, policy, wish, {
    principalId: context.account.objectId,
    defaultDuration: context.settings.defaultDuration.value,
    now: context.clock.now(),
  });
  return plan.kind === 'refusal' ? plan : { kind: 'plan', row, plan };
}

/** Two names of one thing are one thing. */
function unique(steps: readonly Step[]): Step[] {
  return [...new Map(steps.map((step) => [keyOf(step.row.target), step])).values()];
}

/**
 * Every name looked up and every plan checked, before anything is sent. One that cannot be done stops
 * all, and every problem of every one is said together.
 */
export async function planSet(
  asked: Asked,
  reading: Reading,
  context: Context,
): Promise<readonly Step[] | Refusal> {
  const { names, accessId, scope, wish } = asked;
  const isSet = names.length > 1;
  const found = await limited(names, AT_ONCE, async (name) => {
    const row = await selectEligible({ name, accessId, scope }, reading, context);
    const step = 'kind' in row ? row : await stepFor(row, wish, context);
    return step.kind === 'refusal' && isSet ? about(cleanName(name), step) : step;
  });
  const refusals = found.filter((each) => each.kind === 'refusal');
  if (refusals.length > 0) return refuseAll(refusals);
  return unique(found.filter((each) => each.kind !== 'refusal'));
}
