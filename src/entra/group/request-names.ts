import type { Call } from '../../domain/ports.ts';
import type { PimRequest } from '../../domain/request.ts';
import { scopeIdOf } from '../../domain/target.ts';
import { groupNames } from '../names.ts';
import type { Service } from '../service.ts';

function idOf({ target }: PimRequest): string {
  return scopeIdOf(target);
}

/** Requests whose group came without a name get it, where the sign-in may read groups. */
export async function withGroupNames(
  graph: Service,
  requests: readonly PimRequest[],
  call: Call,
): Promise<readonly PimRequest[]> {
  const nameless = requests.filter(({ scope }) => scope.name === null);
  const names = await groupNames(graph, nameless.map(idOf), call);
  return requests.map((request) => {
    const name = request.scope.name ?? names.get(idOf(request).toLowerCase());
    return name === undefined ? request : { ...request, name, scope: { ...request.scope, name } };
  });
}
