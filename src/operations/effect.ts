import type { Holding } from '../domain/assignment.ts';
import type { Proof } from '../domain/proof.ts';
import type { Surface } from '../domain/target.ts';
import { limitOf, pause } from './execute.ts';
import type { Context } from './operation.ts';
import { describeRow } from './present.ts';

/** ARM shows an activation after 90 s at worst, as far as was measured; groups may take longer. */
const WAIT_FOR_MS = 180_000;
const STEPS_MS = [3000, 5000, 10_000, 15_000];

/**
 * Who keeps old tokens or old answers, and how each is made to look again. Nothing here is ours to
 * refresh.
 */
const CACHES = {
  group: 'Azure CLI: run az login again',
  directory: 'Azure CLI: run az login again',
  azure: 'Azure CLI: run az account get-access-token, or az login again',
} as const satisfies Record<Surface, string>;

/** What remains stale although it is on. */
export function staleCaches(surface: Surface): string {
  return `Programs that signed in before keep their old token. ${CACHES[surface]}; kubelogin: kubelogin remove-tokens; portals: sign out and in again.`;
}

/** Looks until the privilege works, or until it cannot be told, or time is up. */
export async function awaitEffect(row: Holding, context: Context): Promise<Proof> {
  const client = context.catalogue.client(row.target.kind);
  const limit = limitOf(context, WAIT_FOR_MS);
  for (let turn = 0; ; turn += 1) {
    context.call.report?.(`Looking whether ${describeRow(row)} works already.`);
    const proof = await client.proof(row.target, context.call);
    if (proof.kind !== 'not-yet') return proof;
    const wait = STEPS_MS[Math.min(turn, STEPS_MS.length - 1)] ?? WAIT_FOR_MS;
    if (context.clock.now().getTime() + wait > limit) return proof;
    if (!(await pause(context, wait))) return proof;
  }
}
