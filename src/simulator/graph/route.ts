import type { Area } from '../behaviour.ts';
import type { Answer, GraphCall } from './call.ts';
import type { Permission } from './permissions.ts';

export type Version = 'v1.0' | 'beta';

/** One address of the service. */
export interface Route {
  /** Default: v1.0. */
  readonly version?: Version;
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Matches the decoded path below the version; its groups are the parameters. */
  readonly path: RegExp;
  readonly area: Area;
  readonly permission: Permission | ((call: GraphCall) => Permission);
  readonly run: (call: GraphCall) => Answer | Promise<Answer>;
}

export const ID = '([^/()]+)';

/** The function of a collection that needs no directory role; `on` is its parameter. */
export const BY_CURRENT_USER = `/(?:microsoft\\.graph\\.)?filterByCurrentUser\\(on='(\\w+)'\\)`;

/** A path of the service, without case. */
export function pathOf(pattern: string): RegExp {
  return new RegExp(`^${pattern}/?$`, 'iu');
}
