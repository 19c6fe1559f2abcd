import { contextChallenge } from '../domain/challenge.ts';
import { RESOURCE_OF } from '../domain/permissions.ts';
import type { Plan } from '../domain/plan.ts';
import { signInFurther } from '../domain/further.ts';
import type { Context } from './operation.ts';
import { permit, unlessOwnTrouble } from './permit.ts';
import type { Step } from './plan-set.ts';

/** The authentication contexts that the role settings name. */
function contextsOf({ requirements }: Plan): string[] {
  return requirements.flatMap((requirement) =>
    requirement.kind === 'authentication-context' ? (requirement.claimValue ?? []) : [],
  );
}

/**
 * Signs in for what the activation takes, unless that was done: permissions, then what the role settings
 * demand. A refusal saved.
 * @throws PimError of the sign-in
 */
export async function satisfy(plan: Plan, context: Context): Promise<void> {
  const { signIn, call } = context;
  await permit([plan.order.target.kind], 'activate', context);
  const resource = RESOURCE_OF[plan.order.target.kind];
  const wish = { ...call, resource };
  for (const demanded of contextsOf(plan)) {
    const { contexts = [] } = await signIn.token(wish);
    if (contexts.includes(demanded)) continue;
    await signInFurther(signIn, { ...wish, challenge: contextChallenge(demanded) });
  }
}

function plansOf(steps: readonly Step[]): Plan[] {
  return steps.flatMap((step) => (step.kind === 'on' ? [] : [step.plan]));
}

/** One consent for all, where one of each surface would be several. */
export async function permitAll(steps: readonly Step[], context: Context): Promise<void> {
  const surfaces = [...new Set(plansOf(steps).map(({ order }) => order.target.kind))];
  await unlessOwnTrouble(permit(surfaces, 'activate', context));
}

/**
 * The same for several, each demand once and one after the other, before anything is sent.
 * @throws PimError `sign-in-pending`, `cancelled`: nothing was sent
 */
export async function satisfyAll(steps: readonly Step[], context: Context): Promise<void> {
  await permitAll(steps, context);
  for (const plan of plansOf(steps)) await unlessOwnTrouble(satisfy(plan, context));
}
