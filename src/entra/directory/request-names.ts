import type { Call } from '../../domain/ports.ts';
import type { PimRequest } from '../../domain/request.ts';
import { unitNames } from '../names.ts';
import type { Service } from '../service.ts';
import { unitIdIn } from './wire.ts';

/** Requests whose unit came without a name get it, where the sign-in may read units. */
export async function withUnitNames(
  graph: Service,
  requests: readonly PimRequest[],
  call: Call,
): Promise<readonly PimRequest[]> {
  const nameless = requests.filter(({ scope }) => scope.name === null);
  const ids = nameless.flatMap(({ scope }) => unitIdIn(scope.id) ?? []);
  const names = await unitNames(graph, ids, call);
  return requests.map((request) => {
    const { scope } = request;
    const name = scope.name ?? names.get(unitIdIn(scope.id)?.toLowerCase() ?? '') ?? null;
    return { ...request, scope: { ...scope, name } };
  });
}
