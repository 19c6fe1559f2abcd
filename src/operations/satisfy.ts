import { contextChallenge } from '../domain/challenge.ts';
import { isPimError } from '../domain/errors.ts';
import { RESOURCE_OF } from '../domain/permissions.ts';
import type { Plan } from '../domain/plan.ts';
import { stepUp } from '../domain/step-up.ts';
import type { Context } from './operation.ts';
import type { Step } from './plan-set.ts';

/** The authentication contexts that the role settings name. */
function contextsOf({ requirements }: Plan): string[] {
  return requirements.flatMap((requirement) =>
    requirement.kind === 'authentication-context' ? (requirement.claimValue ?? []) : [],
  );
}

/**
 * Signs in for what the role settings demand, unless that was done: a refusal saved.
 * @throws PimError of the sign-in
 */
export async function satisfy(plan: Plan, { signIn, call }: Context): Promise<void> {
  const resource = RESOURCE_OF[plan.order.target.kind];
  const wish = { ...call, resource };
  for (const context of contextsOf(plan)) {
    const { contexts = [] } = await signIn.token(wish);
    if (contexts.includes(context)) continue;
    await stepUp(signIn, { ...wish, challenge: contextChallenge(context) });
  }
}

/** One that cannot be satisfied fails with its own activation; the others need not. */
function concernsAll(error: unknown): boolean {
  return !isPimError(error) || error.code === 'sign-in-pending' || error.code === 'cancelled';
}

/**
 * The same for several, each demand once and one after the other, before anything is sent.
 * @throws PimError `sign-in-pending`, `cancelled`: nothing was sent
 */
export async function satisfyAll(steps: readonly Step[], context: Context): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'on') continue;
    try {
      await satisfy(step.plan, context);
    } catch (error) {
      if (concernsAll(error)) throw error;
    }
  }
}
