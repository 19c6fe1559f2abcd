import * as z from 'zod';
import type { Call } from '../../domain/ports.ts';
import type { RoleDefinition, RolePermission } from '../../domain/role-definition.ts';
import { idFilters, isGranted, orNothing } from '../lookups.ts';
import { withQuery } from '../odata.ts';
import type { Service } from '../service.ts';

const COLLECTION = '/v1.0/roleManagement/directory/roleDefinitions';

/** Any of these lets role definitions be read. We never ask for them. */
const MAY_READ = [
  'RoleManagement.Read.Directory',
  'RoleManagement.ReadWrite.Directory',
  'RoleManagement.Read.All',
  'Directory.Read.All',
  'Directory.ReadWrite.All',
];

const Permission = z.looseObject({
  allowedResourceActions: z.array(z.string()).nullish(),
  excludedResourceActions: z.array(z.string()).nullish(),
  condition: z.string().nullish(),
});

/** `unifiedRoleDefinition`, as far as it came. */
const WireDefinition = z.looseObject({
  id: z.string().nullish(),
  isBuiltIn: z.boolean().nullish(),
  rolePermissions: z.array(Permission).nullish(),
});

type WireDefinition = z.infer<typeof WireDefinition>;

/** A row that may hold a whole definition. */
interface Expanded {
  readonly roleDefinitionId: string;
  readonly roleDefinition?: unknown;
}

/**
 * What a condition (`$ResourceIsSelf`) allows, it allows for some objects only: such a block says
 * nothing about the action as such.
 */
function toPermissions({ rolePermissions }: WireDefinition): RolePermission[] {
  return (rolePermissions ?? [])
    .filter(({ condition }) => !condition)
    .map(({ allowedResourceActions, excludedResourceActions }) => ({
      actions: allowedResourceActions ?? [],
      notActions: excludedResourceActions ?? [],
      dataActions: [],
      notDataActions: [],
    }));
}

function isWhole({ rolePermissions }: WireDefinition): boolean {
  return (rolePermissions ?? []).length > 0;
}

/** What is known about roles: kept from rows that were read anyway, the rest asked for. */
export interface Definitions {
  /** Keeps the definitions of these rows, the newest of each role. */
  keep(rows: readonly Expanded[]): void;
  /** `null` where nobody said. */
  isBuiltIn(roleDefinitionId: string): boolean | null;
  /** By role definition in lower case; what cannot be read is left out. @throws PimError `cancelled` */
  read(
    roleDefinitionIds: readonly string[],
    call: Call,
  ): Promise<ReadonlyMap<string, RoleDefinition>>;
}

async function fetchDefinitions(
  graph: Service,
  ids: readonly string[],
  call: Call,
): Promise<readonly WireDefinition[]> {
  const filters = idFilters(ids);
  if (filters.length === 0 || !(await isGranted(graph, MAY_READ, call))) return [];
  const paths = filters.map((filter) =>
    withQuery(COLLECTION, { filter, select: 'id,isBuiltIn,rolePermissions' }),
  );
  const rows = await Promise.all(paths.map((path) => orNothing(graph.list(path, call))));
  return rows.flat().flatMap((row): WireDefinition[] => {
    const definition = WireDefinition.safeParse(row).data;
    return definition ? [definition] : [];
  });
}

export function createDefinitions(graph: Service): Definitions {
  const known = new Map<string, WireDefinition>();
  return {
    keep(rows) {
      const newest = new Map(
        rows.map((row) => [row.roleDefinitionId.toLowerCase(), row.roleDefinition]),
      );
      for (const [id, expanded] of newest) {
        const definition = WireDefinition.safeParse(expanded).data;
        if (definition) known.set(id, { ...known.get(id), ...definition });
      }
    },
    isBuiltIn: (id) => known.get(id.toLowerCase())?.isBuiltIn ?? null,
    async read(roleDefinitionIds, call) {
      const ids = roleDefinitionIds.map((id) => id.toLowerCase());
      const missing = ids.filter((id) => !isWhole(known.get(id) ?? {}));
      const fetched = await fetchDefinitions(graph, missing, call);
      const found = new Map(fetched.map((each) => [each.id?.toLowerCase() ?? '', each]));
      return new Map(
        ids.flatMap((id) => {
          const definition = [found.get(id), known.get(id)].find((each) => each && isWhole(each));
          return definition ? [[id, { permissions: toPermissions(definition) }]] : [];
        }),
      );
    },
  };
}
