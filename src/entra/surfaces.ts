import type { SurfaceClient } from '../domain/ports.ts';
import type { GraphOptions } from './authorised.ts';
import { createDirectoryClient } from './directory/client.ts';
import { createGraph } from './graph.ts';
import { createGroupClient } from './group/client.ts';

/** The API families of PIM in Microsoft Graph, for whoever signs in. */
export function createSurfaces(options: GraphOptions): readonly SurfaceClient[] {
  const { clock, random } = options;
  const sender = { graph: createGraph(options), clock, random };
  return [createGroupClient(sender), createDirectoryClient(sender)];
}
