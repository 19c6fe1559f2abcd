import type { SurfaceClient } from '../domain/ports.ts';
import type { Endpoints } from '../domain/settings.ts';
import { addressOfApi } from './addresses.ts';
import type { Connection } from './authorised.ts';
import { createAzureClient } from './azure/client.ts';
import { createDirectoryClient } from './directory/client.ts';
import { createGroupClient } from './group/client.ts';
import { createService } from './service.ts';

export interface SurfacesOptions extends Connection {
  readonly endpoints: Pick<Endpoints, 'graphOrigin' | 'armOrigin'>;
}

/** The API families of PIM, for whoever signs in. */
export function createSurfaces(options: SurfacesOptions): readonly SurfaceClient[] {
  const { clock, random, endpoints } = options;
  const graph = createService({ ...options, address: addressOfApi('graph', endpoints) });
  const arm = createService({ ...options, address: addressOfApi('arm', endpoints) });
  const sender = { service: graph, clock, random };
  return [
    createGroupClient(sender),
    createDirectoryClient(sender),
    createAzureClient({ service: arm, clock, random }),
  ];
}
