import type { SurfaceClient } from '../domain/ports.ts';
import type { Endpoints } from '../domain/settings.ts';
import type { Connection } from './authorised.ts';
import { createAzureClient } from './azure/client.ts';
import { createDirectoryClient } from './directory/client.ts';
import { createGroupClient } from './group/client.ts';
import { createService } from './service.ts';

interface SurfacesOptions extends Connection {
  readonly endpoints: Pick<Endpoints, 'graphOrigin' | 'armOrigin'>;
}

/** The API families of PIM, for whoever signs in. */
export function createSurfaces(options: SurfacesOptions): readonly SurfaceClient[] {
  const { clock, random, endpoints } = options;
  const graph = createService({
    ...options,
    // Decisions about Entra roles are in beta only.
    address: { resource: 'graph', origin: endpoints.graphOrigin, apis: ['/v1.0/', '/beta/'] },
  });
  const arm = createService({
    ...options,
    address: {
      resource: 'arm',
      origin: endpoints.armOrigin,
      apis: ['/providers/', '/subscriptions/', '/batch'],
    },
  });
  const sender = { service: graph, clock, random };
  return [
    createGroupClient(sender),
    createDirectoryClient(sender),
    createAzureClient({ service: arm, clock, random }),
  ];
}
