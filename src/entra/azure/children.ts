import * as z from 'zod';
import { azureScopeKind } from '../../domain/azure-scope.ts';
import type { Call } from '../../domain/ports.ts';
import type { AzureTarget, Scope } from '../../domain/target.ts';
import { cleanName } from '../../domain/text.ts';
import type { Service } from '../service.ts';
import { readRows } from '../wire.ts';
import { isArmPath, listAt } from './paths.ts';

const Child = z.looseObject({ id: z.string().refine(isArmPath), name: z.string().nullish() });

const KINDS = "resourceType eq 'subscription' or resourceType eq 'resourcegroup'";

/** Below a resource group there are only resources, which this list does not name. */
const HAVE_CHILDREN = new Set(['tenant', 'management group', 'subscription']);

/** Where an eligibility can be turned on instead: one level down. Source: "Eligible Child Resources". */
export async function readChildren(
  service: Service,
  { scope }: AzureTarget,
  call: Call,
): Promise<readonly Scope[]> {
  if (!HAVE_CHILDREN.has(azureScopeKind(scope))) return [];
  const rows = await service.list(listAt(scope, 'eligibleChildResources', KINDS), call);
  return readRows(Child, rows, 'places below the scope').map(({ id, name }) => ({
    id,
    name: cleanName(name ?? '') || null,
  }));
}
