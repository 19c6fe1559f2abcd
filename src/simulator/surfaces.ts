import type { SimRequest } from './world.ts';

export const SIMULATED_SURFACES = ['identity', 'group', 'directory', 'azure', 'other'] as const;

/** Which part of Microsoft's service a request is meant for. */
export type SimulatedSurface = (typeof SIMULATED_SURFACES)[number];

const MARKS = [
  ['identity', /\/oauth2\/v2\.0\/|\/\.well-known\/|\/discovery\//u],
  ['group', /\/privilegedAccess\/group\/|scopeType eq 'Group'/iu],
  [
    'azure',
    /\/providers\/Microsoft\.(?:Authorization|Management)\/|^\/(?:subscriptions|batch)\b/iu,
  ],
  ['directory', /\/roleManagement\/directory\/|scopeType eq 'Directory(?:Role)?'/iu],
] as const satisfies readonly (readonly [SimulatedSurface, RegExp])[];

/** Path and query as a person would write them: `+` and `%27` decoded. */
export function readableTarget(request: SimRequest): string {
  const query = [...request.url.searchParams].map(([name, value]) => `${name}=${value}`).join('&');
  return query === '' ? request.url.pathname : `${request.url.pathname}?${query}`;
}

export function surfaceOf(request: SimRequest): SimulatedSurface {
  const target = readableTarget(request);
  return MARKS.find(([, mark]) => mark.test(target))?.[0] ?? 'other';
}
