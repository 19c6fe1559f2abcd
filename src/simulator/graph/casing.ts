import type { Behaviour } from '../behaviour.ts';

/** Properties whose values are enums; the service's casing of them varies. */
export type Casing = (value: string) => string;

function lower(value: string): string {
  return `${value.slice(0, 1).toLowerCase()}${value.slice(1)}`;
}

function pascal(value: string): string {
  return `${value.slice(0, 1).toUpperCase()}${value.slice(1)}`;
}

const ALWAYS = { lower, pascal } as const;
const OBSERVED = { group: lower, directory: pascal } as const;

/** `Direct`, `Activated`: groups were seen in lower case, roles not. */
export function kindCasing(behaviour: Behaviour, surface: keyof typeof OBSERVED): Casing {
  const { enumCasing } = behaviour;
  return enumCasing === 'observed' ? OBSERVED[surface] : ALWAYS[enumCasing];
}

/** `afterDuration`, `member`: lower case on both surfaces. */
export function plainCasing({ enumCasing }: Behaviour): Casing {
  return enumCasing === 'pascal' ? pascal : lower;
}
