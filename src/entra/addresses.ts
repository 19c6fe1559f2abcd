import type { Resource } from '../domain/ports.ts';
import type { Endpoints } from '../domain/settings.ts';
import type { ServiceOptions } from './authorised.ts';

type Origins = Pick<Endpoints, 'graphOrigin' | 'armOrigin'>;

/** Where requests of each API may go. */
export function addressOfApi(
  resource: Resource,
  { graphOrigin, armOrigin }: Origins,
): ServiceOptions['address'] {
  return resource === 'graph'
    ? // Decisions about Entra roles are in beta only.
      { resource, origin: graphOrigin, apis: ['/v1.0/', '/beta/'] }
    : { resource, origin: armOrigin, apis: ['/providers/', '/subscriptions/', '/batch'] };
}
